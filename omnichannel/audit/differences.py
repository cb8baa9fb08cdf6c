"""The differences that an event keeps, in words: the field's label, the old value, the new one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import is_aware, localtime
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Difference:
    """One field; an empty text stands for nothing."""

    label: str
    old: str
    new: str


def differences(details: Mapping[str, Any]) -> list[Difference]:
    """Return the fields that an event tells of, none where it is another kind of event."""
    model = model_of(str(details.get("kind", "")))
    changes = details.get("changes")
    if not isinstance(changes, Mapping):
        return []
    return [_difference(model, name, *pair) for name, pair in changes.items()]


def model_of(kind: str) -> type[models.Model] | None:
    """Return the model of a kind of record, None where this version does not know it."""
    try:
        return apps.get_model(kind)
    except (LookupError, ValueError):
        return None


def kind_label(kind: str) -> str:
    """Return a kind of record in words."""
    model = model_of(kind)
    return str(capfirst(model._meta.verbose_name)) if model else kind


def _difference(model: type[models.Model] | None, name: str, old: Any, new: Any) -> Difference:
    field = _field(model, name)
    label = str(capfirst(_label(field) or name.replace(".", " ")))
    choices = dict(getattr(field, "flatchoices", ()))
    return Difference(label, _words(old, choices), _words(new, choices))


def _field(model: type[models.Model] | None, name: str) -> Any:
    side, dot, inner = name.rpartition(".")
    try:
        if model and dot:
            model = model._meta.get_field(side).related_model
        return model._meta.get_field(inner) if model else None
    except FieldDoesNotExist:
        return None


def _label(field: Any) -> Any:
    if field is None or not field.auto_created:
        return getattr(field, "verbose_name", "")
    return field.related_model._meta.verbose_name_plural


def _words(value: Any, choices: Mapping[Any, Any]) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list) and not any(isinstance(each, dict | list) for each in value):
        return ", ".join(_words(each, choices) for each in value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(choices.get(value, _moment(value) if isinstance(value, str) else value))


def _moment(text: str) -> str:
    try:
        moment = parse_datetime(text) if "T" in text else None
    except ValueError:
        return text
    return date_format(localtime(moment), "SHORT_DATETIME_FORMAT") if moment and is_aware(moment) else text
