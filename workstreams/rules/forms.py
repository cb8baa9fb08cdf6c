"""What people type about routing rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.formsets import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from omnichannel.common.records import dress
from workstreams.conditions import (
    LONGEST_VALUE,
    MOST_CONDITIONS,
    MOST_VALUES,
    Attribute,
    Condition,
    Needs,
    Operator,
    needs_of,
)
from workstreams.models import Queue, RouteRule
from workstreams.routing import Facts
from workstreams.rules.services import Draft

ROWS = "conditions"


class ConditionRow(forms.Form):
    """One condition: what is looked at, how, and with what it is compared."""

    attribute = forms.ChoiceField(
        label=_("What is looked at"), choices=[(_("Apple Messages for Business"), Attribute.choices)]
    )
    operator = forms.ChoiceField(label=_("How"), choices=Operator.choices)
    value = forms.CharField(label=_("Value"), required=False, max_length=LONGEST_VALUE * 10)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self.fields.values())
        self.fields["value"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}

    @property
    def needs_value(self) -> bool:
        """Tell whether the chosen operator compares with anything; what is no operator gets a box too."""
        chosen = self["operator"].value() or Operator.EQUALS
        return chosen not in Operator.values or needs_of(chosen) != Needs.NOTHING

    def clean(self) -> dict[str, Any]:
        """Make a condition of the row, or say at the value what is missing."""
        data = super().clean() or self.cleaned_data
        if {"attribute", "operator", "value"} <= data.keys():
            data["condition"] = self._condition(data)
        return data

    def _condition(self, data: dict[str, Any]) -> Condition | None:
        values = _values(data["value"], needs_of(data["operator"]))
        try:
            return Condition(attribute=data["attribute"], operator=data["operator"], values=values)
        except ValidationError:
            self.add_error("value", self._complaint(values))
            return None

    def _complaint(self, values: Sequence[str]) -> Any:
        if not values:
            return _("Write what it is compared with.")
        if len(values) > MOST_VALUES:
            return _("At most %(count)s values fit here.") % {"count": MOST_VALUES}
        return _("A value has at most %(count)s characters.") % {"count": LONGEST_VALUE}


def _values(text: str, needs: Needs) -> tuple[str, ...]:
    if needs == Needs.NOTHING:
        return ()
    parts = text.split(",") if needs == Needs.SEVERAL else [text]
    return tuple(part.strip() for part in parts if part.strip())


if TYPE_CHECKING:
    RowSet = BaseFormSet[ConditionRow]
else:
    RowSet = BaseFormSet


class Rows(RowSet):
    """The conditions of a rule, at least one."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        # A row that stands there was meant.
        return super().get_form_kwargs(index) | {"empty_permitted": False}

    @property
    def conditions(self) -> list[Condition]:
        """Return the conditions, once the rows are valid."""
        return [form.cleaned_data["condition"] for form in self.forms]


ConditionRows: type[Rows] = formset_factory(  # type: ignore[assignment]
    ConditionRow, formset=Rows, extra=0, min_num=0, max_num=MOST_CONDITIONS, absolute_max=MOST_CONDITIONS
)


class RuleDetails(forms.Form):
    """Name and queue of a rule."""

    name = forms.CharField(
        label=_("rule name"), max_length=100, error_messages={"required": _("Give the rule a name.")}
    )
    queue = forms.ModelChoiceField(
        label=_("route to queue"),
        queryset=Queue.objects.none(),
        empty_label=_("Choose a queue"),
        error_messages={"required": _("Choose the queue it leads to.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["queue"].queryset = Queue.objects.order_by("name")  # type: ignore[attr-defined]
        dress(self.fields.values())


class Editor:
    """A rule as it is being edited: its details and the rows of its conditions."""

    def __init__(self, details: RuleDetails, rows: Rows) -> None:
        self.details, self.rows = details, rows

    @classmethod
    def new(cls) -> Editor:
        """Return an empty one, with one row to begin with."""
        return cls._filled({}, [{}])

    @classmethod
    def of(cls, rule: RouteRule) -> Editor:
        """Return one that shows a rule; conditions that cannot be read are asked for anew."""
        try:
            conditions = rule.read
        except ValidationError:
            conditions = ()
        lines: list[dict[str, Any]] = [
            {"attribute": each.attribute, "operator": each.operator, "value": ", ".join(each.values)}
            for each in conditions
        ]
        return cls._filled({"name": rule.name, "queue": rule.queue_id}, lines or [{}])

    @classmethod
    def posted(cls, data: QueryDict) -> Editor:
        """Return what a person sent."""
        return cls(RuleDetails(data), ConditionRows(data, prefix=ROWS))

    @classmethod
    def with_other_rows(cls, data: QueryDict) -> Editor:
        """Return what a person typed so far, with a row more or with one less."""
        lines = _typed_rows(data)
        remove = data.get("remove", "")
        if remove.isdecimal() and int(remove) < len(lines):
            del lines[int(remove)]
        elif "more" in data:
            lines.append({})
        editor = cls._filled({name: data.get(name, "") for name in ("name", "queue")}, lines or [{}])
        # Who adds a condition goes on in it; who removes one is not thrown to the top of the page.
        editor.rows.forms[-1].fields["attribute"].widget.attrs["data-focus"] = ""
        return editor

    @classmethod
    def _filled(cls, details: dict[str, Any], lines: list[dict[str, Any]]) -> Editor:
        rows = ConditionRows(initial=lines[:MOST_CONDITIONS], prefix=ROWS)
        return cls(RuleDetails(initial=details), rows)

    @property
    def has_room(self) -> bool:
        """Tell whether another condition fits."""
        return len(self.rows.forms) < MOST_CONDITIONS

    @property
    def has_errors(self) -> bool:
        """Tell whether something that was sent needs a look."""
        return bool(self.details.errors) or (self.rows.is_bound and not self.rows.is_valid())

    def is_valid(self) -> bool:
        """Tell whether a rule can be made of it; every fault stands at its field."""
        return bool(self.details.is_valid() & self.rows.is_valid()) and bool(self.rows.forms)

    @property
    def draft(self) -> Draft:
        """Return what was decided, once it is valid."""
        decided = self.details.cleaned_data
        return Draft(decided["name"], decided["queue"], self.rows.conditions)


def _typed_rows(data: QueryDict) -> list[dict[str, Any]]:
    count = data.get(f"{ROWS}-TOTAL_FORMS", "")
    rows = min(int(count), MOST_CONDITIONS) if count.isdecimal() else 0
    names = ("attribute", "operator", "value")
    return [{name: data.get(f"{ROWS}-{row}-{name}", "") for name in names} for row in range(rows)]


class Trial(forms.Form):
    """An imagined customer: with what they come."""

    intent = forms.CharField(label=_("Intent id"), required=False, max_length=LONGEST_VALUE)
    group = forms.CharField(label=_("Group id"), required=False, max_length=LONGEST_VALUE)
    locale = forms.CharField(label=_("Locale"), required=False, max_length=35)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        dress(self.fields.values())

    def facts(self, fallback_queue_id: int) -> Facts:
        """Return what routing would know of them."""
        self.is_valid()
        known = {name: self.cleaned_data.get(name, "") for name in self.fields}
        return Facts(fallback_queue_id, **known)
