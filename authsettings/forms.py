"""What people type about authorization servers."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from authsettings.models import AuthenticationSetting, Flow
from omnichannel.common.public_url_field import PublicURLField
from omnichannel.common.secret_field import SecretInput, SecretsForm

SCOPE_LIMIT = 2000


class Scopes(forms.CharField):
    """Scopes, one on each line; blanks part them too, since no scope holds one."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return list(dict.fromkeys(str(super().to_python(value)).split()))

    def run_validators(self, value: Any) -> None:
        super().run_validators(" ".join(value))


class Setting(SecretsForm):
    """An authorization server, and what is asked of it."""

    flow = forms.ChoiceField(
        label=_("authentication type"), choices=Flow.choices, initial=Flow.CODE, widget=forms.RadioSelect
    )
    client_secret = forms.CharField(
        label=_("client secret"),
        max_length=2000,
        widget=SecretInput,
        help_text=_("Issued by the authorization server."),
    )
    scopes = Scopes(
        label=_("scope"),
        max_length=SCOPE_LIMIT,
        help_text=_("What is asked of the customer, one on each line, named exactly as the provider does."),
    )
    user_info_url = PublicURLField(
        label=_("decrypted token URL"),
        max_length=2000,
        help_text=_("Called with the access token to read the customer’s data."),
    )
    token_url = PublicURLField(
        label=_("access token URL"),
        required=False,
        max_length=2000,
        help_text=_("The provider’s token endpoint. OpenID Connect needs it."),
    )
    secrets = ("client_secret",)

    class Meta:
        model = AuthenticationSetting
        fields = (
            "name",
            "flow",
            "client_id",
            "client_secret",
            "scopes",
            "user_info_url",
            "token_url",
            "extra_parameters",
            "expires_after_seconds",
        )
        help_texts = {
            "client_id": _("Issued by the authorization server."),
            "extra_parameters": _("Sent along with each request, like prompt=login&ui_locales=en."),
            "expires_after_seconds": _("After this time, Authenticated turns to No."),
        }

    def clean_scopes(self) -> list[str]:
        """Return the scopes, none of which is longer than the table's column."""
        scopes: list[str] = self.cleaned_data["scopes"]
        if any(len(scope) > 200 for scope in scopes):
            raise ValidationError(_("A scope has at most 200 characters. Put each on a line of its own."), code="long")
        return scopes

    def clean(self) -> dict[str, Any] | None:
        """Ask for the token endpoint where the flow needs one."""
        data = super().clean()
        entered = self.cleaned_data
        if entered.get("flow") == Flow.OPENID and not entered.get("token_url") and "token_url" not in self.errors:
            self.add_error("token_url", _("OpenID Connect needs the provider’s token endpoint."))
        return data
