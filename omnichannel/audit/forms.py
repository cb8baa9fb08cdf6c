"""What narrows the log."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from omnichannel.audit.models import Action, AuditEvent, AuditEventQuerySet
from omnichannel.common.records import dress

# So far apart that no zone and no day after leaves the calendar.
EARLIEST, LATEST = datetime.date(2000, 1, 1), datetime.date(2999, 12, 31)
# A person who acted stays in the list for as long as the account exists; after that the name in the log still links.
PEOPLE_LISTED = 500

DAY: dict[str, Any] = {
    "required": False,
    "widget": forms.DateInput(attrs={"type": "date"}),
    "validators": [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)],
}


class Filters(forms.Form):
    """By act, by kind of record or one of them, by person, and by day."""

    action = forms.ChoiceField(label=_("Act"), required=False)
    kind = forms.ChoiceField(label=_("Kind of record"), required=False)
    person = forms.TypedChoiceField(label=_("Person"), required=False, coerce=int, empty_value=None)
    since = forms.DateField(label=_("From"), **DAY)
    until = forms.DateField(label=_("To"), **DAY)
    # The key of one record of that kind; a link asks for it, and a form keeps it.
    record = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data, label_suffix="")
        self.fields["action"].choices = [("", _("Every act")), *Action.choices]  # type: ignore[attr-defined]
        kinds = AuditEvent.objects.kinds()
        self.fields["kind"].choices = [("", _("Every kind")), *kinds]  # type: ignore[attr-defined]
        self.fields["person"].choices = [("", _("Everybody")), *_people(data.get("person"))]  # type: ignore[attr-defined]
        dress(self.fields.values())

    @property
    def is_narrow(self) -> bool:
        """Tell whether anything is left out."""
        return any(self.cleaned_data.values())

    def narrow(self, events: AuditEventQuerySet) -> AuditEventQuerySet:
        """Return what is asked for; a filter that makes no sense narrows nothing and says so beside its field."""
        self.is_valid()
        asked = self.cleaned_data
        if action := asked.get("action"):
            events = events.filter(action=action)
        if kind := asked.get("kind"):
            events = events.concerning(kind, asked.get("record", ""))
        if person := asked.get("person"):
            events = events.filter(actor_id=person)
        return events.between(asked.get("since"), asked.get("until"))


def _people(chosen: Any) -> list[tuple[int, str]]:
    acted = AuditEvent.objects.filter(actor_id=OuterRef("pk"))
    people = get_user_model()._default_manager.filter(Exists(acted)).order_by("username")[:PEOPLE_LISTED]
    named = {person.pk: str(person) for person in people}
    if str(chosen).isdecimal() and int(chosen) not in named and int(chosen) < 2**63:
        # The account is gone, or too many people acted to list them all: the log knows the name.
        event = AuditEvent.objects.filter(actor_id=int(chosen)).newest_first().first()
        named |= {int(chosen): event.actor_name} if event else {}
    return sorted(named.items(), key=lambda pair: pair[1].casefold())
