"""What people type about Apple accounts, connections and channel instances."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from channels_app.languages import language_choices
from channels_app.models import Account, ChannelInstance, MspConnection
from omnichannel import amb
from omnichannel.common.public_url import check_public_url
from omnichannel.common.records import link_to
from workstreams.models import Workstream

if TYPE_CHECKING:
    ConnectionForm = forms.ModelForm[MspConnection]
    AccountForm = forms.ModelForm[Account]
    InstanceForm = forms.ModelForm[ChannelInstance]
else:
    ConnectionForm = AccountForm = InstanceForm = forms.ModelForm


class AppleId(forms.CharField):
    """An id that Apple shows: blanks around it and capitals are forgiven."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).strip().lower()


class Connection(ConnectionForm):
    """The id and secret of Apple Business Register; a stored secret is never shown."""

    msp_id = AppleId(
        label=_("MSP ID"),
        max_length=100,
        help_text=_("From Apple Business Register, on the page of your Messaging Service Provider."),
    )
    secret = forms.CharField(
        label=_("API secret"),
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    gateway_url = forms.URLField(
        label=_("gateway address"),
        assume_scheme="https",
        initial=amb.APPLE_GATEWAY,
        help_text=_("Apple's own unless Apple told you another one."),
    )

    class Meta:
        model = MspConnection
        fields = ("name", "msp_id", "secret", "gateway_url")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "secret" in self.fields:
            self.fields["secret"].required = not self.instance.secret
            self.fields["secret"].help_text = self._about_the_secret()

    def _about_the_secret(self) -> Any:
        if self.instance.secret:
            return _(
                "A secret is set and cannot be shown. Type a new one to replace it, or leave this empty to keep it."
            )
        return _("The Base64 text from Apple Business Register. It is kept encrypted and never shown again.")

    def clean_secret(self) -> str:
        """Return the new secret, or the stored one where nothing was typed."""
        typed: str = self.cleaned_data["secret"]
        if typed:
            _check_secret(typed)
        return typed or self.instance.secret

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
        fields = ("name", "connection", "business_id")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "connection" in self.fields:
            self._prefer_the_only_connection()

    def _prefer_the_only_connection(self) -> None:
        connections = MspConnection.objects.all()[:2]
        self.fields["connection"].empty_label = _("Choose a connection")  # type: ignore[attr-defined]
        if len(connections) == 1 and not self.instance.pk:
            self.initial.setdefault("connection", connections[0].pk)

    def clean_business_id(self) -> str:
        """Return the id, or point at the account that has it already."""
        business_id: str = self.cleaned_data["business_id"]
        known = Account.objects.filter(business_id=business_id).exclude(pk=self.instance.pk).first()
        if known:
            raise ValidationError(
                format_html(gettext("This ID belongs to the account {} already."), link_to(known)), code="duplicate"
            )
        return business_id


class Instance(InstanceForm):
    """An account put to work: workstream, language and what may be attached."""

    language = forms.ChoiceField(label=_("language"), choices=language_choices, initial="en")

    class Meta:
        model = ChannelInstance
        fields = (
            "account",
            "workstream",
            "language",
            "customers_may_attach",
            "agents_may_attach",
            "attachment_limit_kb",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "account" in self.fields:
            self._offer_free_accounts(self.fields["account"])
        if "workstream" in self.fields:
            self._offer_workstreams(self.fields["workstream"])

    def _offer_free_accounts(self, field: Any) -> None:
        if self.instance.pk:
            field.disabled = True
            field.help_text = _("An instance keeps its account. Delete the instance to put the account to other work.")
            return
        field.queryset = Account.objects.filter(instance=None)
        field.empty_label = pgettext_lazy("Apple account", "Choose an account")
        field.help_text = _("Accounts that no workstream uses yet.")

    def _offer_workstreams(self, field: Any) -> None:
        field.queryset = Workstream.objects.all()
        field.empty_label = _("Choose a workstream")
        field.help_text = _("New conversations of this account wait in the fallback queue of this workstream.")
