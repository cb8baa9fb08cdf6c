"""Form fields that the rows of a table share."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    FormSet = forms.BaseFormSet[Any]
else:
    FormSet = forms.BaseFormSet


class OneOf(forms.TypedChoiceField):
    """A choice among records that were read once, for all rows of a table together."""

    def offer(self, records: Iterable[Model], empty: str) -> None:
        """Offer these; nothing chosen reads as ``empty``."""
        by_key = {str(record.pk): record for record in records}
        self.choices = [("", empty), *((key, str(record)) for key, record in by_key.items())]
        self.coerce = lambda key: by_key.get(str(key))
        self.empty_value = None


def check_rating(form: forms.BaseForm, skill: Any, rating: int | None) -> None:
    """Put a fault at the rating where it is not on the skill's scale."""
    scale = skill.rating_model
    if rating is None or not scale.minimum <= rating <= scale.maximum:
        ends = {"skill": skill, "minimum": scale.minimum, "maximum": scale.maximum}
        form.add_error("rating", _("%(skill)s is rated from %(minimum)s to %(maximum)s.") % ends)


class Rows(FormSet):
    """Rows that each name another record, in the field of that name."""

    named: str
    twice: Any

    def add_fields(self, form: Any, index: int | None) -> None:
        """Say Remove: what the row names is not deleted."""
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Remove")

    @property
    def filled(self) -> list[dict[str, Any]]:
        """Return the rows that name something and stay."""
        return [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data.get(self.named) and form not in self.deleted_forms
        ]

    def clean(self) -> None:
        """Refuse a record that two rows name."""
        if any(self.errors):
            return
        seen = set()
        for form in self.forms:
            record = form.cleaned_data.get(self.named)
            if record in seen:
                form.add_error(self.named, self.twice)
            if record:
                seen.add(record)
