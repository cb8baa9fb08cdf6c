"""What a record holds at one moment, in values that can be compared, and told without a secret or an id."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Model, Prefetch, prefetch_related_objects

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


@dataclass(frozen=True)
class _Ties:
    """What ties a kind of records to many others, and the columns of both sides in the rows between them."""

    name: str
    between: type[Model]
    here: str
    there: str

    @property
    def says_more(self) -> bool:
        """Tell whether a row between holds something itself, such as how well an agent has a skill."""
        return not self.between._meta.auto_created

    @property
    def rows(self) -> str:
        """Return where a record has the rows between."""
        return str(self.between._meta.get_field(self.here).remote_field.get_accessor_name())  # type: ignore[union-attr]


def snapshot(record: Model) -> Snapshot:
    """Return the record's fields by name, with those of its own other side, such as a person's agent."""
    return snapshots([record])[0]


def snapshots(records: Sequence[Model]) -> list[Snapshot]:
    """Return the same of records of one kind, in as many queries for many as for one."""
    if records:
        prefetch_related_objects(records, *_lookups(type(records[0])))
    return [_held(record) for record in records]


def told(before: Snapshot, after: Snapshot) -> dict[str, list[Any]]:
    """Return the old and the new value of each field that differs; of a secret only that it was set or replaced."""
    names = [*before, *(name for name in after if name not in before)]
    pairs = ((name, before.get(name), after.get(name)) for name in names)
    return {name: _pair(old, new) for name, old, new in pairs if old != new}


def _lookups(model: type[Model], path: str = "", without: type[Model] | None = None) -> Iterator[str | Prefetch[str]]:
    for each in model._meta.concrete_fields:
        if each.is_relation and _is_watched(each) and each.related_model is not without:
            yield f"{path}{each.name}"
    for ties in _ties(model):
        if ties.says_more:
            both = ties.between._base_manager.select_related(ties.here, ties.there)
            yield Prefetch(f"{path}{ties.rows}", both)
        else:
            yield f"{path}{ties.name}"
    if not path:
        for name, other in _sides(model):
            yield name
            yield from _lookups(other, f"{name}__", without=model)


def _held(record: Model) -> Snapshot:
    held = dict(_own(record))
    for name, _model in _sides(type(record)):
        if other := getattr(record, name, None):
            held |= {f"{name}.{inner}": value for inner, value in _own(other, without=record)}
    return held


def _own(record: Model, without: Model | None = None) -> Iterator[tuple[str, Any]]:
    for each in record._meta.concrete_fields:
        if _is_watched(each) and not (without and each.related_model is type(without)):
            yield each.name, _value(record, each)
    for ties in _ties(type(record)):
        yield ties.name, _names(record, ties)


def _ties(model: type[Model]) -> Iterator[_Ties]:
    forward: Iterable[Any] = model._meta.many_to_many
    for each in forward:
        yield _Ties(each.name, each.remote_field.through, each.m2m_field_name(), each.m2m_reverse_field_name())
    for relation in model._meta.related_objects:
        # The other end of such a field belongs to both records: an agent's queues to agent and queue.
        if relation.many_to_many and (name := relation.get_accessor_name()):
            field: Any = relation.field
            yield _Ties(name, field.remote_field.through, field.m2m_reverse_field_name(), field.m2m_field_name())


def _is_watched(each: models.Field[Any, Any]) -> bool:
    is_clock = getattr(each, "auto_now", False) or getattr(each, "auto_now_add", False)
    return not (each.primary_key or is_clock or each.name in UNWATCHED)


def _sides(model: type[Model]) -> Iterator[tuple[str, type[Model]]]:
    for relation in model._meta.related_objects:
        if relation.one_to_one and (name := relation.get_accessor_name()):
            yield name, relation.related_model


def _value(record: Model, each: models.Field[Any, Any]) -> Any:
    if each.is_relation:
        other = getattr(record, each.name)
        return Named(other.pk, str(other)) if other else None
    value = each.value_from_object(record)
    if isinstance(each, EncryptedTextField | models.BinaryField) or each.name in SECRET_NAMES:
        return Secret(hashlib.sha256(repr(value).encode()).hexdigest()) if value else None
    return None if value in ("", [], {}) else value


def _names(record: Model, ties: _Ties) -> tuple[Named, ...] | None:
    if ties.says_more:
        rows = getattr(record, ties.rows).all()
        found = [Named((getattr(row, f"{ties.there}_id"), str(row)), str(row)) for row in rows]
    else:
        found = [Named(other.pk, str(other)) for other in getattr(record, ties.name).all()]
    return tuple(sorted(found, key=lambda other: (other.name, str(other.key)))) or None


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
