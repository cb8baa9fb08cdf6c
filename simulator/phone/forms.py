"""What people fill in around a phone."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from omnichannel.amb import is_uuid
from simulator.models import Business, Phone, Provider
from simulator.models.phone import LOCALE, every_capability
from simulator.services.setup import CannotRegister, Registration, faults_of

NO_LINK: Mapping[str, str] = MappingProxyType({})
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
    ProviderField = forms.ModelChoiceField[Provider]
else:
    PhoneForm = forms.ModelForm
    ProviderField = forms.ModelChoiceField


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

    body = forms.CharField(
        label=_("First words"),
        max_length=500,
        required=False,
        help_text=_("The text that the entry link puts into the input field."),
    )

    field_order = ("business", "intent", "group", "body", "locale", "capabilities")


def new_conversation(link: Mapping[str, str] = NO_LINK) -> NewConversation:
    """Return the form with sensible answers and what an entry link says; it names a business by either id."""
    told = {name: link.get(name, "") for name in ("business", "intent", "group", "body")}
    if is_uuid(link.get("business_id", "")):
        told["business"] = str(
            Business.objects.filter(business_id=link["business_id"]).values_list("pk", flat=True).first() or ""
        )
    return NewConversation(initial=told | {"locale": "en_US", "capabilities": every_capability()})


class KnownProvider(ProviderField):
    """A provider, told by what it serves."""

    def label_from_instance(self, provider: Provider) -> str:
        """Return the names of its businesses, and its id."""
        names = ", ".join(str(business) for business in provider.businesses.all())
        return f"{names} · {provider.msp_id}" if names else str(provider.msp_id)


class NewBusiness(forms.Form):
    """A business to register, of a known provider or of a new one."""

    name = forms.CharField(label=_("Business name"), max_length=200, help_text=_("What the phone shows."))
    business_id = forms.CharField(
        label=_("Account ID"), max_length=100, help_text=_("The business ID of the account in the portal, a UUID.")
    )
    provider = KnownProvider(
        Provider.objects.prefetch_related("businesses").order_by("pk"),
        label=_("Provider"),
        empty_label=_("A new provider"),
        required=False,
        help_text=_("Whose MSP connection the account has in the portal."),
    )
    msp_id = forms.CharField(
        label=_("MSP ID"), max_length=100, required=False, help_text=_("As in the connection in the portal, a UUID.")
    )
    secret = forms.CharField(
        label=_("API secret"),
        max_length=1000,
        required=False,
        widget=forms.PasswordInput,
        help_text=_("As in the connection in the portal. It is kept encrypted and never shown again."),
    )

    def clean(self) -> dict[str, Any]:
        """Return the answers; a new provider needs both of its own."""
        if "provider" in self.cleaned_data and self.cleaned_data["provider"] is None:
            for name in {"msp_id", "secret"} & {name for name, value in self.cleaned_data.items() if not value}:
                self.add_error(name, _("A new provider needs this."))
        self._report(faults_of(self.draft))
        return self.cleaned_data

    @property
    def draft(self) -> Registration:
        """Return what is to be registered; fields that a known provider does not need count for nothing."""
        given = {name: self.cleaned_data.get(name, "") for name in ("business_id", "name", "msp_id", "secret")}
        known = self.cleaned_data.get("provider")
        return Registration(**given | ({"msp_id": str(known.msp_id), "secret": ""} if known else {}))

    def report(self, fault: CannotRegister) -> None:
        """Show each reason at its field."""
        self._report(fault.faults)

    def _report(self, faults: Mapping[str, str]) -> None:
        for name in faults.keys() - self.errors.keys():
            self.add_error(name, faults[name])


def new_business() -> NewBusiness:
    """Return the empty form; the first provider is the one that most businesses have."""
    return NewBusiness(initial={"provider": Provider.objects.order_by("pk").values_list("pk", flat=True).first()})
