"""Values of records as the file has them: times in UTC, other records by what they are known by."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import models
from django.db.models import Model, QuerySet
from django.utils.duration import duration_iso_string

from omnichannel.configuration.description import Description, Natural, is_secret
from omnichannel.configuration.registry import BY_MODEL
from omnichannel.configuration.shape import LEFT_OUT


def rows_of(description: Description) -> QuerySet[Any]:
    """Return the rows of a section with all that their values lead to, in a fixed number of queries."""
    several = [each.name for each in description.fields(BY_MODEL) if each.many_to_many]
    joined = list(_joins([each for each in description.fields(BY_MODEL) if not each.many_to_many]))
    rows = description.all().prefetch_related(*several)
    return rows.select_related(*joined) if joined else rows


def values_of(description: Description, row: Model) -> dict[str, Any]:
    """Return what the file says of a record."""
    return {each.name: value_of(row, each) for each in description.fields(BY_MODEL)}


def value_of(row: Model, each: models.Field[Any, Any]) -> Any:
    """Return one field as the file has it."""
    if is_secret(each):
        return LEFT_OUT
    if each.many_to_many:
        return names_of(getattr(row, each.name).all())
    if each.is_relation:
        other = getattr(row, each.name)
        return None if other is None else listed(natural_of(other))
    return plain(each.value_from_object(row))


def names_of(rows: Iterable[Model]) -> list[Any]:
    """Return what some records are known by, as the file has them."""
    return [listed(name) for name in sorted(map(natural_of, rows), key=repr)]


def natural_of(row: Model) -> Natural:
    """Return what a record is known by."""
    description = BY_MODEL[type(row)]
    return known_by(description, {name: value_of(row, _field(description, name)) for name in description.key})


def known_by(description: Description, values: Mapping[str, Any]) -> Natural:
    """Return what a record of the file is known by."""
    parts = tuple(hashed(values[name]) for name in description.key)
    return parts[0] if len(parts) == 1 else parts


def hashed(natural: Any) -> Natural:
    """Return what a record is known by, as it can be looked up."""
    return tuple(hashed(part) for part in natural) if isinstance(natural, list | tuple) else plain(natural)


def listed(natural: Natural) -> Any:
    """Return what a record is known by, as the file has it."""
    return [listed(part) for part in natural] if isinstance(natural, tuple) else natural


def plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, datetime.timedelta):
        return duration_iso_string(value)
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if value is None or isinstance(value, bool | int | float | dict):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _joins(fields: Iterable[Any]) -> Iterator[str]:
    for each in fields:
        if each.is_relation:
            yield each.name
            other = BY_MODEL[each.related_model]
            keys = [_field(other, name) for name in other.key]
            yield from (f"{each.name}__{further}" for further in _joins(keys))


def _field(description: Description, name: str) -> Any:
    return description.model._meta.get_field(name)
