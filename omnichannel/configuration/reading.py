"""Reads a file: all that is wrong with it at once, each fault with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from omnichannel.configuration.description import Description
from omnichannel.configuration.registry import BY_MODEL, DESCRIPTIONS
from omnichannel.configuration.shape import VERSION, file_model
from omnichannel.configuration.values import known_by

LONGEST = 5 * 1024 * 1024


@dataclass(frozen=True)
class Fault:
    """What is wrong, and where in the file."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class Refused(Exception):
    """The file cannot be imported, for these faults; nothing was changed."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True)
class Entry:
    """A record of the file and its place there."""

    description: Description
    place: str
    values: Mapping[str, Any]
    # What the file says of it: a field that it does not name stays as it is.
    said: frozenset[str]

    @property
    def natural(self) -> Any:
        """Return what it is known by."""
        return known_by(self.description, self.values)


def read(content: str | bytes, accounts: Mapping[str, str] | None = None) -> list[Entry]:
    """Return the records of a file in the order in which they can be made, with some accounts' ids replaced."""
    try:
        parsed = file_model().model_validate_json(content)
    except ValidationError as fault:
        raise Refused([_fault(each) for each in fault.errors(include_input=False, include_url=False)]) from None
    entries = [entry for description in DESCRIPTIONS for entry in _entries(description, parsed)]
    if accounts:
        entries = _with_accounts(entries, accounts)
    if faults := list(_duplicates(entries)):
        raise Refused(faults)
    return entries


def _fault(error: Any) -> Fault:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"]).lstrip(".")
    if error["loc"] == ("version",) and error["type"] != "missing":
        return Fault(place, _("This installation reads version %(version)s of the file.") % {"version": VERSION})
    if error["type"] == "extra_forbidden":
        return Fault(place, _("This version knows no such field. Check its spelling."))
    return Fault(place, error["msg"])


def _entries(description: Description, parsed: BaseModel) -> Iterator[Entry]:
    found = getattr(parsed, description.section)
    records = found if isinstance(found, list) else [found] if found else []
    for number, each in enumerate(records):
        place = description.section if description.is_single else f"{description.section}[{number}]"
        values = {name: getattr(each, name) for name in type(each).model_fields}
        yield Entry(description, place, values, frozenset(each.model_fields_set))


def _duplicates(entries: list[Entry]) -> Iterator[Fault]:
    seen: dict[Any, str] = {}
    for entry in entries:
        first = seen.setdefault((entry.description.section, entry.natural), entry.place)
        if first != entry.place:
            yield Fault(entry.place, _("This is the same record as %(first)s.") % {"first": first})


def _with_accounts(entries: list[Entry], accounts: Mapping[str, str]) -> list[Entry]:
    known = {entry.natural for entry in entries if entry.description.section == "accounts"}
    if faults := [
        Fault("", _("No account of the file has the id %(id)s.") % {"id": old}) for old in accounts if old not in known
    ]:
        raise Refused(faults)
    return [_with(entry, accounts) for entry in entries]


def _with(entry: Entry, accounts: Mapping[str, str]) -> Entry:
    leading = {each.name for each in entry.description.fields(BY_MODEL) if _leads_to_account(each)}
    values = {name: _mapped(value, accounts) if name in leading else value for name, value in entry.values.items()}
    return Entry(entry.description, entry.place, values, entry.said)


def _leads_to_account(each: models.Field[Any, Any]) -> bool:
    if not each.is_relation:
        return each.model._meta.label == "channels_app.Account" and each.name == "business_id"
    other = BY_MODEL[each.related_model]  # type: ignore[index]
    return any(_leads_to_account(other.model._meta.get_field(name)) for name in other.key)  # type: ignore[arg-type]


def _mapped(value: Any, accounts: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_mapped(each, accounts) for each in value]
    return accounts.get(value, value)
