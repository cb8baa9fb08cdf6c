"""The portal's pages on how customers sign in."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from authsettings import forms
from authsettings.models import AuthenticationSetting
from omnichannel.common.secret_field import RecordWithSecrets, may_secret


@admin.register(AuthenticationSetting)
class AuthenticationSettings(RecordWithSecrets):
    """Authorization servers of the company."""

    form = forms.Setting
    list_filter = ("flow",)
    search_fields = ("name", "client_id")
    search_help_text = gettext_lazy("Name or client ID")
    readonly_fields = ("secret_state",)
    empty_hint = gettext_lazy(
        "A setting says where your customers sign in and what is read of them. Channel instances then choose it."
    )

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        state = ("secret_state",) if may_secret(request.user, "read", self.model) else ()
        return ("name", "flow", "client_id", *state)

    def get_fieldsets(self, request: HttpRequest, obj: AuthenticationSetting | None = None) -> Any:
        # A page that only shows the record would print the field's value.
        secret = "client_secret" if not obj or self.has_change_permission(request, obj) else "secret_state"
        return (
            (None, {"fields": ("name", "flow")}),
            (gettext_lazy("Details"), {"fields": ("client_id", secret, "scopes", "user_info_url")}),
            (gettext_lazy("OpenID Connect"), {"fields": ("token_url", "extra_parameters")}),
            (gettext_lazy("Additional details"), {"fields": ("expires_after_seconds",)}),
        )

    @admin.display(description=gettext_lazy("client secret"))
    def secret_state(self, setting: AuthenticationSetting) -> SafeString:
        """Return whether a secret is stored, never the secret."""
        return self.state_of(setting, "client_secret")
