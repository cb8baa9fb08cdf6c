"""Brings a file into the set-up: everything or nothing, adding and changing, deleting never."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, models, transaction
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _

from channels_app.models import ChannelInstance
from omnichannel.audit import changes as log
from omnichannel.audit.models import Action
from omnichannel.audit.services import record
from omnichannel.common.encryption import held_at
from omnichannel.configuration.addresses import check_addresses
from omnichannel.configuration.description import Description, is_secret
from omnichannel.configuration.plan import Change, Outcome, Plan
from omnichannel.configuration.reading import Entry, Fault, Refused
from omnichannel.configuration.registry import BY_MODEL, DESCRIPTIONS
from omnichannel.configuration.values import hashed, listed, names_of, natural_of, plain, rows_of, value_of


class Outdated(Exception):
    """The set-up was changed since the plan was shown; nothing was done."""


@dataclass
class Import:
    """An import under way: what is here by what it is known by, what was done, and what is wrong."""

    rows: dict[str, dict[Any, Model]] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    # What the audit log is to tell: the record, and what it held before.
    told: list[tuple[Model, Any]] = field(default_factory=list)


def plan(entries: list[Entry]) -> Plan:
    """Return what an import would do; raises Refused where it cannot."""
    check_addresses(entries)
    with transaction.atomic():
        done = _perform(entries)
        transaction.set_rollback(True)
    return Plan(tuple(done.changes))


def apply(entries: list[Entry], *, expected: str, by: Any, request: HttpRequest | None = None) -> Plan:
    """Import, provided that it does what the plan with this digest said; raises Outdated or Refused otherwise."""
    check_addresses(entries)
    with transaction.atomic():
        done = _perform(entries)
        made = Plan(tuple(done.changes))
        if made.digest != expected:
            raise Outdated
        for row, before in done.told:
            if before is None:
                log.added(row, by=by, request=request)
            else:
                log.changed(row, before, by=by, request=request)
        counts = {"added": len(made.added), "changed": len(made.changed), "unchanged": len(made.unchanged)}
        record(Action.CONFIGURATION_IMPORTED, by=by, subject="configuration", request=request, **counts)
    return made


def _perform(entries: list[Entry]) -> Import:
    work = Import()
    _hold_instances()
    in_file = {(entry.description.section, entry.natural) for entry in entries}
    for description in DESCRIPTIONS:
        rows = rows_of(description).select_for_update(of=("self",), no_key=True)
        work.rows[description.section] = {natural_of(row): row for row in rows}
        for entry in entries:
            if entry.description is description:
                _bring(work, entry, in_file)
    if work.faults:
        raise Refused(work.faults)
    return work


def _hold_instances() -> None:
    """Lock instances before accounts, as workers and whoever deletes do; the file has them the other way round."""
    list(ChannelInstance.objects.current().order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _bring(work: Import, entry: Entry, in_file: set[tuple[str, Any]]) -> None:
    row = work.rows[entry.description.section].get(entry.natural)
    try:
        resolved = dict(_resolved(work, entry, in_file))
    except _Unknown as fault:
        work.faults += fault.faults
        return
    if row is None:
        _add(work, entry, resolved)
    else:
        _change(work, entry, row, resolved)


class _Unknown(Exception):
    """Some references lead nowhere."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults


def _resolved(work: Import, entry: Entry, in_file: set[tuple[str, Any]]) -> Iterator[tuple[Any, Any]]:
    """Yield the fields that the file names, with records in place of their names."""
    faults: list[Fault] = []
    for each in entry.description.fields(BY_MODEL):
        if each.name not in entry.said and each.name not in entry.description.key:
            continue
        value = entry.values[each.name]
        if not each.is_relation or value is None:
            yield each, value
            continue
        other = BY_MODEL[each.related_model]  # type: ignore[index]
        names = [hashed(name) for name in value] if each.many_to_many else [hashed(value)]
        found = [work.rows[other.section].get(name) for name in names]
        lost = [name for name, row in zip(names, found, strict=True) if row is None]
        # What is in the file and not here by now has a fault of its own.
        faults += [_unknown(entry, each, other, name) for name in lost if (other.section, name) not in in_file]
        if lost and not faults:
            raise _Unknown([])
        yield each, found if each.many_to_many else found[0]
    if faults:
        raise _Unknown(faults)


def _unknown(entry: Entry, each: models.Field[Any, Any], other: Description, name: Any) -> Fault:
    words = {"kind": other.model._meta.verbose_name, "name": name}
    message = _("There is no %(kind)s “%(name)s”, neither here nor in the file.") % words
    return Fault(f"{entry.place}.{each.name}", message)


def _add(work: Import, entry: Entry, resolved: dict[Any, Any]) -> None:
    row = entry.description.model(**{each.name: value for each, value in resolved.items() if _is_assigned(each)})
    if not _save(work, entry, row, resolved):
        return
    work.rows[entry.description.section][entry.natural] = row
    fields = {each.name: (None, new) for each in resolved if not is_secret(each) and (new := value_of(row, each))}
    missing = tuple(str(each.verbose_name) for each in _needed_secrets(entry.description))
    work.changes.append(Change(entry.description, str(row), Outcome.ADDED, fields, missing))
    work.told.append((row, None))


def _change(work: Import, entry: Entry, row: Model, resolved: dict[Any, Any]) -> None:
    missing = tuple(
        str(each.verbose_name) for each in _needed_secrets(entry.description) if not getattr(row, each.name)
    )
    fields = {
        each.name: (old, new)
        for each, value in resolved.items()
        if (old := value_of(row, each)) != (new := _as_in_file(each, value))
    }
    if not fields:
        work.changes.append(Change(entry.description, str(row), Outcome.UNCHANGED, missing_secrets=missing))
        return
    for name in sorted(entry.description.fixed & set(fields)):
        work.faults.append(Fault(f"{entry.place}.{name}", _("This was fixed when the record was added.")))
    work.faults += [Fault(f"{entry.place}.{name}", _why_held()) for name in sorted(held_at(row) & set(fields))]
    before = log.stored(row)
    for each, value in resolved.items():
        if _is_assigned(each):
            setattr(row, each.name, value)
    if _save(work, entry, row, resolved):
        work.changes.append(Change(entry.description, str(row), Outcome.CHANGED, fields, missing))
        work.told.append((row, before))


def _why_held() -> str:
    # Unlike a form, a file cannot bring the secret along.
    return _(
        "The stored secret is used at this address. Leave the field out of the file, and change it on the record’s "
        "page, where the secret is entered again."
    )


def _save(work: Import, entry: Entry, row: Model, resolved: dict[Any, Any]) -> bool:
    try:
        if entry.description.settle:
            entry.description.settle(row)
        # A secret that is still to be entered is told apart from what is wrong.
        row.full_clean(exclude=[each.name for each in row._meta.concrete_fields if is_secret(each)])
        with transaction.atomic():
            row.save()
            for each, value in resolved.items():
                if each.many_to_many:
                    getattr(row, each.name).set(value)
    except ValidationError as fault:
        work.faults += [
            Fault(entry.place if name == "__all__" else f"{entry.place}.{name}", str(text))
            for name, texts in fault.message_dict.items()
            for text in texts
        ]
        return False
    except (DataError, ValueError):
        work.faults.append(Fault(entry.place, _("It holds a character that cannot be stored, such as a NUL.")))
        return False
    except IntegrityError:
        work.faults.append(Fault(entry.place, _("This contradicts another record that is here already.")))
        return False
    return True


def _is_assigned(each: models.Field[Any, Any]) -> bool:
    return not (each.many_to_many or is_secret(each))


def _as_in_file(each: models.Field[Any, Any], value: Any) -> Any:
    if is_secret(each):
        return value
    if each.many_to_many:
        return names_of(value)
    return listed(natural_of(value)) if each.is_relation and value is not None else plain(value)


def _needed_secrets(description: Description) -> Iterator[models.Field[Any, Any]]:
    return (each for each in description.fields(BY_MODEL) if is_secret(each) and not each.blank)
