"""What narrows a list of the ledger."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels_app.models import Account
from conversations.models import Delivery, ReceiptState
from omnichannel.common.records import dress

PERIODS = {
    "hour": (_("The last hour"), datetime.timedelta(hours=1)),
    "day": (_("The last 24 hours"), datetime.timedelta(days=1)),
    "week": (_("The last 7 days"), datetime.timedelta(days=7)),
    "month": (_("The last 30 days"), datetime.timedelta(days=30)),
}
LARGEST_KEY = 2**63 - 1


class Filters(forms.Form):
    """By account, by state, by period; and what a search for a customer or a conversation hands over."""

    account = forms.ModelChoiceField(Account.objects.order_by("name"), label=_("Account"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    period = forms.ChoiceField(label=_("Received or written"), required=False)
    customer = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=LARGEST_KEY)
    conversation = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=LARGEST_KEY)
    states: Any = ()

    def __init__(self, data: Any) -> None:
        super().__init__(data, label_suffix="")
        self.fields["account"].empty_label = _("Every account")  # type: ignore[attr-defined]
        self.fields["state"].choices = [("", _("Every state")), *self.states]  # type: ignore[attr-defined]
        periods = [(name, label) for name, (label, _length) in PERIODS.items()]
        self.fields["period"].choices = [("", _("Any time")), *periods]  # type: ignore[attr-defined]
        dress(self.fields[name] for name in ("account", "state", "period"))
        # What makes no sense narrows nothing; the field says so.
        self.full_clean()

    @property
    def asked(self) -> dict[str, Any]:
        """Return what is to be shown, by name."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def is_narrow(self) -> bool:
        """Tell whether anything is left out."""
        return bool(self.asked)

    @property
    def since(self) -> datetime.datetime | None:
        """Return the beginning of the period."""
        name = self.asked.get("period")
        return timezone.now() - PERIODS[name][1] if name else None


class Inbound(Filters):
    """What came from Apple."""

    states = ReceiptState.choices


class Outbound(Filters):
    """What goes to Apple."""

    states = Delivery.choices


class Chosen(forms.Form):
    """The lines that were ticked."""

    row = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        ticked = [text for text in data.getlist("row") if text.isascii() and text.isdecimal() and len(text) < 19]
        self.fields["row"].choices = [(text, text) for text in ticked[:ROWS_AT_ONCE]]  # type: ignore[attr-defined]


ROWS_AT_ONCE = 100
