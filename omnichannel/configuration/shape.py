"""The file in pydantic, made from the models: every fault at once with its path, and a JSON Schema for editors."""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Final, Literal

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, StringConstraints, create_model

from omnichannel.configuration.description import Description, is_secret
from omnichannel.configuration.registry import BY_MODEL, DESCRIPTIONS

FORMAT: Final = "omnichannel configuration"
VERSION: Final = 1
# Stands where a secret would: an import keeps the stored one.
LEFT_OUT: Final = "(secret, not in this file)"
TEXTS = (models.CharField, models.TextField)
PLAIN: tuple[tuple[type[models.Field[Any, Any]], Any], ...] = (
    (models.BooleanField, bool),
    (models.DateTimeField, AwareDatetime),
    (models.DateField, datetime.date),
    (models.TimeField, datetime.time),
    (models.DurationField, datetime.timedelta),
    (models.DecimalField, decimal.Decimal),
    (models.FloatField, float),
    (models.UUIDField, uuid.UUID),
    (models.JSONField, JsonValue),
)


class Record(BaseModel):
    """A record in the file; a field that is not there stays as it is."""

    model_config = ConfigDict(strict=True, extra="forbid")


@cache
def file_model() -> type[BaseModel]:
    """Return the model of a whole file."""
    sections: dict[str, Any] = {"format": (Literal[FORMAT], ...), "version": (Literal[VERSION], ...)}
    sections |= {each.section: _section(each) for each in DESCRIPTIONS}
    return create_model(
        "Configuration",
        __config__=ConfigDict(strict=True, extra="forbid"),
        **sections,
    )


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a file."""
    return file_model().model_json_schema() | {"$schema": "https://json-schema.org/draft/2020-12/schema"}


def _section(description: Description) -> Any:
    fields: dict[str, Any] = {each.name: _entry(each) for each in description.fields(BY_MODEL)}
    name = description.model.__name__
    record = create_model(name, __base__=Record, __doc__=str(description.model._meta.verbose_name), **fields)
    if description.is_single:
        return (record | None, None)
    return (list[record], Field(default_factory=list))


def _entry(each: models.Field[Any, Any]) -> Any:
    about: dict[str, Any] = {"title": str(each.verbose_name)}
    kind = _type(each)
    if is_secret(each):
        return (kind, Field(LEFT_OUT, **about))
    if each.null:
        return (kind | None, Field(None, **about))
    if each.many_to_many:
        return (kind, Field(default_factory=list, **about))
    if each.has_default():
        return (kind, Field(default_factory=each.get_default, **about))
    return (kind, Field("" if each.blank and isinstance(each, TEXTS) else ..., **about))


def _type(each: models.Field[Any, Any]) -> Any:
    if is_secret(each):
        return Literal[LEFT_OUT]
    if each.is_relation:
        reference = _reference(BY_MODEL[each.related_model])  # type: ignore[index]
        return list[reference] if each.many_to_many else reference  # type: ignore[valid-type]
    if each.choices:
        return Literal[tuple(value for value, _label in each.flatchoices)]
    return list[_scalar(each.base_field)] if isinstance(each, ArrayField) else _scalar(each)  # type: ignore[misc]


def _scalar(each: models.Field[Any, Any]) -> Any:
    if isinstance(each, models.IntegerField):
        return Annotated[int, Field(**dict(_bounds(each)))]
    if isinstance(each, TEXTS):
        shortest = 0 if each.blank else 1
        return Annotated[str, StringConstraints(min_length=shortest, max_length=each.max_length)]
    return next((kind for django, kind in PLAIN if isinstance(each, django)), str)


def _bounds(each: models.Field[Any, Any]) -> Iterator[tuple[str, Any]]:
    for validator in each.validators:
        if isinstance(validator, MinValueValidator):
            yield "ge", validator.limit_value
        elif isinstance(validator, MaxValueValidator):
            yield "le", validator.limit_value


def _reference(description: Description) -> Any:
    if len(description.key) != 1:
        return list[JsonValue]
    key = description.model._meta.get_field(description.key[0])
    return _reference(BY_MODEL[key.related_model]) if key.is_relation else str  # type: ignore[index]
