"""What somebody has entered, in words: the last page of a wizard compares it with what they meant."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _

NOTHING = "–"


@dataclass(frozen=True)
class Line:
    """A field and what it holds."""

    label: str
    value: str


@dataclass(frozen=True)
class Section:
    """A page of the wizard and its lines."""

    step: str
    title: str
    lines: tuple[Line, ...]


def lines_of(form: Any) -> tuple[Line, ...]:
    """Return every field of a valid form with its value; a form that is more than its fields has ``lines`` itself."""
    if hasattr(form, "lines"):
        return tuple(form.lines())
    return tuple(line_of(form, bound.name) for bound in form.visible_fields())


def line_of(form: Any, name: str) -> Line:
    """Return one field of a valid form with its value in words."""
    return Line(str(capfirst(form[name].label)), _in_words(form.fields[name], form.cleaned_data.get(name)))


def _in_words(field: forms.Field, value: Any) -> str:
    if isinstance(field.widget, forms.PasswordInput):
        return _("Set, and not shown") if value else NOTHING
    if isinstance(value, bool):
        return _("On") if value else _("Off")
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return _chosen(field, value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(str(each) for each in value) or NOTHING
    return str(value) if value not in (None, "") else NOTHING


def _chosen(field: Any, value: Any) -> str:
    label_by_value = {str(key): str(label) for key, label in field.choices}
    chosen = value if isinstance(value, list) else [value]
    return ", ".join(label_by_value.get(str(each), str(each)) for each in chosen if each) or NOTHING
