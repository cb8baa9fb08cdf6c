"""What a record holds at one moment, in values that can be compared, and told without a secret or an id."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import Model

from omnichannel.common.encryption import EncryptedTextField

# Kept as hashes by other means than an encrypted field, or changed by nobody.
SECRET_NAMES = frozenset({"password", "digest", "secret", "client_secret"})
UNWATCHED = frozenset({"last_login"})
LONGEST = 10_000


@dataclass(frozen=True)
class Secret:
    """Something that is set: known to be the same or another, and never told."""

    digest: str


@dataclass(frozen=True)
class Named:
    """Another record: the same while its key is, told by its name."""

    key: Any
    name: str = field(compare=False)


Snapshot = Mapping[str, Any]


def snapshot(record: Model) -> Snapshot:
    """Return the record's fields by name, with those of its own other side, such as a person's agent."""
    return dict(_own(record)) | {
        f"{name}.{inner}": value for name, other in _sides(record) for inner, value in _own(other, without=record)
    }


def told(before: Snapshot, after: Snapshot) -> dict[str, list[Any]]:
    """Return the old and the new value of each field that differs; of a secret only that it was set or replaced."""
    names = [*before, *(name for name in after if name not in before)]
    pairs = ((name, before.get(name), after.get(name)) for name in names)
    return {name: _pair(old, new) for name, old, new in pairs if old != new}


def _own(record: Model, without: Model | None = None) -> Iterator[tuple[str, Any]]:
    options = record._meta
    for each in options.concrete_fields:
        if _is_watched(each) and not (without and each.related_model is type(without)):
            yield each.name, _value(record, each)
    for each in options.many_to_many:
        yield each.name, _names(getattr(record, each.name))
    for relation in options.related_objects:
        # The other end of such a field belongs to both records: an agent's queues to agent and queue.
        if relation.many_to_many and (name := relation.get_accessor_name()):
            yield name, _names(getattr(record, name))


def _is_watched(each: models.Field[Any, Any]) -> bool:
    is_clock = getattr(each, "auto_now", False) or getattr(each, "auto_now_add", False)
    return not (each.primary_key or is_clock or each.name in UNWATCHED)


def _sides(record: Model) -> Iterator[tuple[str, Model]]:
    for relation in record._meta.related_objects:
        name = relation.get_accessor_name()
        if relation.one_to_one and name:
            try:
                yield name, getattr(record, name)
            except ObjectDoesNotExist:
                continue


def _value(record: Model, each: models.Field[Any, Any]) -> Any:
    if each.is_relation:
        other = getattr(record, each.name)
        return Named(other.pk, str(other)) if other else None
    value = each.value_from_object(record)
    if isinstance(each, EncryptedTextField | models.BinaryField) or each.name in SECRET_NAMES:
        return Secret(hashlib.sha256(repr(value).encode()).hexdigest()) if value else None
    return None if value in ("", [], {}) else value


def _names(others: Any) -> tuple[Named, ...] | None:
    found = _named_between(others) if _says_more(others) else (Named(other.pk, str(other)) for other in others.all())
    return tuple(sorted(found, key=lambda other: (other.name, str(other.key)))) or None


def _says_more(others: Any) -> bool:
    """Tell whether the rows between two records hold something themselves, such as how well an agent has a skill."""
    return not others.through._meta.auto_created


def _named_between(others: Any) -> Iterator[Named]:
    here, there = others.source_field_name, others.target_field_name
    rows = others.through._base_manager.filter(**{here: others.instance}).select_related(here, there)
    return (Named((getattr(row, f"{there}_id"), str(row)), str(row)) for row in rows)


def _pair(old: Any, new: Any) -> list[Any]:
    if isinstance(old, Secret) or isinstance(new, Secret):
        return ["set" if old else None, ("replaced" if old else "set") if new else None]
    pair = [_plain(old), _plain(new)]
    if pair[0] == pair[1]:
        # Two records of one name: only their keys tell them apart.
        pair = [_plain(old, with_keys=True), _plain(new, with_keys=True)]
    return pair


def _plain(value: Any, *, with_keys: bool = False) -> Any:
    if isinstance(value, Named):
        return f"{value.name} ({value.key})" if with_keys else value.name
    if isinstance(value, list | tuple):
        return [_plain(each, with_keys=with_keys) for each in value]
    if value is None or isinstance(value, bool | int | float | dict):
        return value
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
