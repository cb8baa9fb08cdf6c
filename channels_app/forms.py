"""What people type about Apple accounts, connections and channel instances."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels_app.automated.survey_link import PLACE
from channels_app.models import Account, MspConnection, Survey
from channels_app.models.identifiers import is_uuid
from omnichannel import amb
from omnichannel.common.public_url import SCHEME, check_public_url
from omnichannel.common.records import link_to
from omnichannel.common.secret_field import SecretInput, SecretsForm

if TYPE_CHECKING:
    AccountForm = forms.ModelForm[Account]
    SurveyForm = forms.ModelForm[Survey]
else:
    AccountForm = SurveyForm = forms.ModelForm


class AppleId(forms.CharField):
    """An id that Apple shows: blanks around it, capitals, and what stands before it in addresses are forgiven."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).strip().lower().removeprefix("urn:biz:")


class Connection(SecretsForm):
    """The id and secret of Apple Business Register; a stored secret is never shown."""

    msp_id = AppleId(
        label=_("MSP ID"),
        max_length=100,
        help_text=_("From Apple Business Register, on the page of your Messaging Service Provider."),
    )
    secret = forms.CharField(
        label=_("API secret"),
        max_length=1000,
        widget=SecretInput,
        help_text=_("The Base64 text from Apple Business Register."),
    )
    secrets = ("secret",)
    gateway_url = forms.URLField(
        label=_("gateway address"),
        assume_scheme="https",
        initial=amb.APPLE_GATEWAY,
        help_text=_("Apple's own unless Apple told you another one."),
    )

    class Meta:
        model = MspConnection
        fields = ("name", "msp_id", "secret", "gateway_url")

    def clean_secret(self) -> str:
        """Return the new secret, empty where nothing was typed."""
        typed: str = self.cleaned_data["secret"]
        if typed:
            _check_secret(typed)
        return typed

    def clean_gateway_url(self) -> str:
        """Return the address without its last slash, once it is known to lead outside."""
        url: str = self.cleaned_data["gateway_url"].rstrip("/")
        # Apple's own needs no look-up, so that a connection can be prepared without a network.
        if url != amb.APPLE_GATEWAY:
            check_public_url(url, allow_loopback=settings.SIMULATOR)
        return url


def _check_secret(text: str) -> None:
    try:
        amb.Credentials("any", text)
    except ValueError as fault:
        raise ValidationError(
            _("This is not Base64. Copy the whole secret from Apple Business Register, with the = at its end."),
            code="not_base64",
        ) from fault


class BusinessAccount(AccountForm):
    """A business of Apple Business Register."""

    business_id = AppleId(
        label=_("Apple Messages for Business account ID"),
        max_length=100,
        help_text=_(
            "In Apple Business Register open the Messages for Business account, its Messaging Service Provider, the "
            "connection test, then Copy ID. Not a secret: it is part of every link that opens a conversation."
        ),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "none", "class": "mono"}),
    )

    class Meta:
        model = Account
        fields = ("name", "connection", "business_id", "retention_months")

    def clean_business_id(self) -> str:
        """Return the id, or point at the account that has it already."""
        business_id: str = self.cleaned_data["business_id"]
        if business_id != self.instance.business_id:
            is_uuid(business_id)
        check_is_new(business_id, Account.objects.exclude(pk=self.instance.pk))
        return business_id


class SurveyLink(SurveyForm):
    """A survey of another system, by its link."""

    url = forms.CharField(
        label=_("link"),
        max_length=2000,
        widget=forms.URLInput(attrs={"spellcheck": "false"}),
        help_text=_("The page that customers open. {token} in it becomes different for each conversation."),
    )

    class Meta:
        model = Survey
        fields = ("name", "url")

    def clean_url(self) -> str:
        """Return the link, once it is known to be a complete one; customers open it, our servers do not."""
        url: str = self.cleaned_data["url"]
        sample = url.replace(PLACE, "1")
        if not sample.startswith("https://"):
            raise ValidationError(SCHEME, code="scheme")
        try:
            URLValidator(schemes=["https"])(sample)
        except ValidationError as fault:
            raise ValidationError(
                _("Enter a complete link, like https://survey.example.com/shop?t={token}."), code="malformed"
            ) from fault
        return url


def check_is_new(business_id: str, accounts: QuerySet[Account]) -> None:
    """Refuse an id that one of these accounts has, and name it."""
    if known := accounts.filter(business_id=business_id).first():
        raise ValidationError(
            format_html(gettext("This ID belongs to the account {} already."), link_to(known)), code="duplicate"
        )
