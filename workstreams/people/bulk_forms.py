"""What a bulk edit of people asks: up to five rows, each with an act and what it is done with."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from omnichannel.common.records import dress
from workstreams.models import CapacityProfile, Queue, Skill
from workstreams.people.bulk import ATTRIBUTE_LIMIT, Act, CapacityChange, QueueChange, SkillAct, SkillChange
from workstreams.people.fields import OneOf, Rows, check_rating


class Row(forms.Form):
    """One act with one record."""

    act = forms.TypedChoiceField(label=_("what"), choices=Act.choices, coerce=Act)
    empty: Any = ""

    def __init__(self, *args: Any, offered: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].offer(offered, str(self.empty))  # type: ignore[attr-defined]
        dress(self.fields.values())


class SkillRow(Row):
    """A skill to add, switch or remove."""

    act = forms.TypedChoiceField(label=_("what"), choices=SkillAct.choices, coerce=SkillAct)
    item = OneOf(label=_("skill"), required=False)
    rating = forms.IntegerField(label=_("proficiency"), required=False, min_value=1)
    empty = gettext_lazy("Choose a skill")

    def clean(self) -> dict[str, Any] | None:
        """Ask for a rating where the skill is added."""
        data = super().clean()
        skill, act = self.cleaned_data.get("item"), self.cleaned_data.get("act")
        if skill and act == SkillAct.ADD and "rating" not in self.errors:
            check_rating(self, skill, self.cleaned_data.get("rating"))
        return data

    def change(self) -> SkillChange:
        """Return what shall happen."""
        data = self.cleaned_data
        return SkillChange(data["act"], data["item"], data.get("rating") or 0)


class QueueRow(Row):
    """A queue to serve, or to serve no longer."""

    item = OneOf(label=_("queue"), required=False)
    empty = gettext_lazy("Choose a queue")

    def change(self) -> QueueChange:
        """Return what shall happen."""
        return QueueChange(self.cleaned_data["act"], self.cleaned_data["item"])


class CapacityRow(Row):
    """A profile to be limited by, or no longer."""

    item = OneOf(label=_("capacity profile"), required=False)
    custom_limit = forms.IntegerField(label=_("custom limit"), required=False, min_value=1)
    empty = gettext_lazy("Choose a profile")

    def change(self) -> CapacityChange:
        """Return what shall happen."""
        data = self.cleaned_data
        return CapacityChange(data["act"], data["item"], data.get("custom_limit"))


class Changes(Rows):
    """The rows of one save."""

    named = "item"
    twice = gettext_lazy("Another row names this too. Each can be changed once in a save.")

    def clean(self) -> None:
        """Ask for one row at least."""
        super().clean()
        if not any(self.errors) and not self.filled:
            raise ValidationError(gettext("Choose what to change in one row at least."), code="empty")

    @property
    def changes(self) -> list[Any]:
        """Return what shall happen, row by row."""
        return [form.change() for form in self.forms if form.cleaned_data.get("item")]


def _table(row: type[Row]) -> type[Changes]:
    made = forms.formset_factory(
        row, formset=Changes, extra=ATTRIBUTE_LIMIT, max_num=ATTRIBUTE_LIMIT, validate_max=True
    )
    return cast(type[Changes], made)


SkillChanges, QueueChanges, CapacityChanges = _table(SkillRow), _table(QueueRow), _table(CapacityRow)


def all_skills() -> list[Any]:
    """Return every skill with its scale."""
    return list(Skill.objects.select_related("rating_model"))


def all_queues() -> list[Any]:
    """Return every queue."""
    return list(Queue.objects.all())


def all_profiles() -> list[Any]:
    """Return every capacity profile."""
    return list(CapacityProfile.objects.all())
