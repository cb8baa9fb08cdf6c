"""The portal's pages on accounts and channels."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_app import forms
from channels_app.endpoint import endpoint_url
from channels_app.languages import language_name
from channels_app.models import Account, ChannelInstance, MspConnection
from omnichannel.common.records import RecordAdmin, copyable, link_to, tag


@admin.register(MspConnection)
class MspConnections(RecordAdmin):
    """Registrations as a messaging service provider."""

    form = forms.Connection
    list_display = ("name", "msp_id", "secret_state", "gateway", "account_count")
    search_fields = ("name", "msp_id")
    search_help_text = gettext_lazy("Name or MSP ID")
    readonly_fields = ("secret_state", "endpoint")
    empty_hint = gettext_lazy(
        "A connection holds the MSP ID and the secret that Apple Business Register issued. One serves many accounts."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[MspConnection]:
        connections: QuerySet[MspConnection] = super().get_queryset(request)
        return connections.annotate(account_count=Count("accounts"))

    def get_fieldsets(self, request: HttpRequest, obj: MspConnection | None = None) -> Any:
        # A page that only shows the record would print the field's value.
        secret = "secret" if self.has_change_permission(request, obj) else "secret_state"
        return (
            (None, {"fields": ("name", "msp_id", secret)}),
            (gettext_lazy("Addresses"), {"fields": ("gateway_url", "endpoint")}),
        )

    @admin.display(description=gettext_lazy("API secret"))
    def secret_state(self, connection: MspConnection) -> SafeString:
        """Return whether a secret is stored, never the secret."""
        return tag(_("Set"), "good") if connection.secret else tag(_("Missing"), "bad")

    @admin.display(description=gettext_lazy("gateway address"), ordering="gateway_url")
    def gateway(self, connection: MspConnection) -> str:
        """Return the address as text: programs call it, and a browser finds nothing there."""
        return connection.gateway_url

    @admin.display(description=gettext_lazy("accounts"), ordering="account_count")
    def account_count(self, connection: Any) -> int:
        """Return how many accounts use it."""
        return connection.account_count  # type: ignore[no-any-return]

    @admin.display(description=gettext_lazy("Endpoint for Apple"))
    def endpoint(self, _connection: MspConnection) -> SafeString:
        """Return the address to enter at Apple, with a button that copies it."""
        return copyable(endpoint_url())


@admin.register(Account)
class Accounts(RecordAdmin):
    """Businesses registered with Apple."""

    form = forms.BusinessAccount
    list_display = ("name", "channel", "legible_id", "workstream", "connection")
    list_filter = ("connection",)
    list_select_related = ("connection", "instance__workstream")
    search_fields = ("name", "business_id")
    search_help_text = gettext_lazy("Name or account ID")
    readonly_fields = ("endpoint", "channel", "workstream")
    empty_hint = gettext_lazy(
        "An account is a business of yours in Apple Business Register that customers can write to."
    )

    def get_fieldsets(self, _request: HttpRequest, obj: Account | None = None) -> Any:
        channel = ("channel", "workstream", "endpoint") if obj else ("channel", "endpoint")
        return (
            (None, {"fields": ("name", "connection", "business_id")}),
            (None, {"fields": channel}),
        )

    @admin.display(description=gettext_lazy("channel"))
    def channel(self, _account: Account) -> str:
        """Return the channel, of which there is one."""
        return _("Apple Messages for Business")

    @admin.display(description=gettext_lazy("account ID"), ordering="business_id")
    def legible_id(self, account: Account) -> SafeString:
        """Return the whole id: it is not a secret."""
        return format_html('<span class="mono small">{}</span>', account.business_id)

    @admin.display(description=gettext_lazy("workstream"), ordering="instance__workstream__name")
    def workstream(self, account: Account) -> SafeString:
        """Return where its conversations go."""
        instance: ChannelInstance | None = getattr(account, "instance", None)
        return link_to(instance.workstream) if instance else tag(_("no workstream yet"), "warn")

    @admin.display(description=gettext_lazy("Endpoint for Apple"))
    def endpoint(self, _account: Account) -> SafeString:
        """Return the address to enter at Apple, with a button that copies it."""
        return copyable(endpoint_url())


@admin.register(ChannelInstance)
class ChannelInstances(RecordAdmin):
    """Accounts put to work in a workstream."""

    form = forms.Instance
    list_display = ("account", "workstream", "language_name", "attachments")
    list_filter = ("workstream", "customers_may_attach", "agents_may_attach")
    list_select_related = ("account", "workstream")
    search_fields = ("account__name", "account__business_id", "workstream__name")
    search_help_text = gettext_lazy("Account or workstream")
    fieldsets = (
        (None, {"fields": ("account", "workstream", "language")}),
        (
            gettext_lazy("User features"),
            {
                "fields": ("customers_may_attach", "agents_may_attach", "attachment_limit_kb"),
                "description": gettext_lazy("What is larger or not allowed is refused, and the conversation says so."),
            },
        ),
    )
    empty_hint = gettext_lazy(
        "An instance puts an account to work: it names the workstream that takes its conversations."
    )

    @admin.display(description=gettext_lazy("language"), ordering="language")
    def language_name(self, instance: ChannelInstance) -> str:
        """Return the language in words."""
        return language_name(instance.language)

    @admin.display(description=gettext_lazy("who may send files"))
    def attachments(self, instance: ChannelInstance) -> str:
        """Return who may send files, in words."""
        sides = ((instance.customers_may_attach, _("customers")), (instance.agents_may_attach, _("agents")))
        return get_text_list([name for may, name in sides if may], _("and")) or _("nobody")
