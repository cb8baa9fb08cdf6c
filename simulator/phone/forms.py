"""What people fill in around a phone."""

from typing import TYPE_CHECKING

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from simulator.models import Business, Phone
from simulator.models.phone import every_capability

LOCALE = r"^[A-Za-z]{2,3}(_[A-Za-z0-9]{2,8})*$"
CAPABILITIES = (
    ("QUICK", _("Suggested replies")),
    ("LIST", _("Lists")),
    ("TIME", _("Times")),
    ("FORM", _("Forms")),
    ("AUTH", _("Sign-in, first generation")),
    ("AUTH2", _("Sign-in")),
)


if TYPE_CHECKING:
    PhoneForm = forms.ModelForm[Phone]
else:
    PhoneForm = forms.ModelForm


class Device(PhoneForm):
    """The customer's language, and what the device can show."""

    locale = forms.CharField(
        label=_("Language and region"),
        max_length=20,
        validators=[RegexValidator(LOCALE, _("Write it like en_GB."))],
        help_text=_("As Apple sends it, for example en_GB."),
    )
    capabilities = forms.MultipleChoiceField(
        label=_("Can show"),
        choices=CAPABILITIES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Text, files, links and Apple Pay work on every device."),
    )

    class Meta:
        model = Phone
        fields = ("locale", "capabilities")


class NewConversation(Device):
    """A customer who is about to write to a business, from a link that may carry intent and group."""

    business = forms.ModelChoiceField(Business.objects.all(), label=_("Business"), empty_label=None)
    intent = forms.CharField(
        label=_("Intent"), max_length=200, required=False, help_text=_("The purpose that the entry link names.")
    )
    group = forms.CharField(
        label=_("Group"), max_length=200, required=False, help_text=_("The department that the entry link names.")
    )

    field_order = ("business", "intent", "group", "locale", "capabilities")


def new_conversation() -> NewConversation:
    """Return the empty form with sensible answers."""
    return NewConversation(initial={"locale": "en_US", "capabilities": every_capability()})
