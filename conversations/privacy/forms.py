"""What an administrator types about a customer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from conversations.models import Customer
from omnichannel.common.records import dress


class Confirmation(forms.Form):
    """The customer's name, typed by hand: nobody erases by a slip."""

    name = forms.CharField(
        label=_("Name of the customer"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, customer: Customer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._customer = customer
        self.fields["name"].help_text = gettext("Type “%(name)s” to confirm.") % {"name": customer.label}
        dress(self.fields.values())

    def clean_name(self) -> str:
        """Return the name, or say what it is."""
        typed: str = self.cleaned_data["name"]
        if " ".join(typed.split()).casefold() != self._customer.label.casefold():
            raise ValidationError(gettext("This is not the name: type “%(name)s”.") % {"name": self._customer.label})
        return typed
