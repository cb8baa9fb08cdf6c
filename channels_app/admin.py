"""The portal's pages on accounts and channels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_app import forms, instance_steps, services
from channels_app.doctor.reads import verdict_on
from channels_app.endpoint import endpoint_url
from channels_app.entry.links import Entry
from channels_app.languages import language_name
from channels_app.models import Account, ChannelInstance, MspConnection, Survey
from channels_app.wizards import AddAccount, SetUp
from omnichannel.common.records import RecordAdmin, copyable, link_to, tag
from omnichannel.common.secret_field import RecordWithSecrets, may_secret
from omnichannel.drafts.records import GuidedAdmin
from workstreams.models import Workstream


@dataclass(frozen=True)
class Tab:
    """A page of the wizard as a part of the instance's page."""

    title: Any
    form: type[Any]
    template: str


@admin.register(MspConnection)
class MspConnections(RecordWithSecrets):
    """Registrations as a messaging service provider."""

    form = forms.Connection
    search_fields = ("name", "msp_id")
    search_help_text = gettext_lazy("Name or MSP ID")
    readonly_fields = ("secret_state", "endpoint")
    empty_hint = gettext_lazy(
        "A connection holds the MSP ID and the secret that Apple Business Register issued. One serves many accounts."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[MspConnection]:
        connections: QuerySet[MspConnection] = super().get_queryset(request)
        return connections.annotate(account_count=Count("accounts"))

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        state = ("secret_state",) if may_secret(request.user, "read", self.model) else ()
        return ("name", "msp_id", *state, "gateway", "account_count")

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
        return self.state_of(connection, "secret")

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
class Accounts(GuidedAdmin):
    """Businesses registered with Apple."""

    wizard = AddAccount
    form = forms.BusinessAccount
    list_display = ("name", "channel", "legible_id", "workstream", "connection")
    list_filter = ("connection",)
    list_select_related = ("connection",)
    search_fields = ("name", "business_id")
    search_help_text = gettext_lazy("Name or account ID")
    readonly_fields = ("endpoint", "entry_link", "health", "channel", "workstream")
    empty_hint = gettext_lazy(
        "An account is a business of yours in Apple Business Register that customers can write to."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Account]:
        accounts: QuerySet[Account] = super().get_queryset(request)
        return accounts.filter(retired_at=None).prefetch_related("instances__workstream")

    fieldsets = (
        (None, {"fields": ("name", "connection", "business_id")}),
        (None, {"fields": ("channel", "workstream", "endpoint", "entry_link", "health")}),
        (gettext_lazy("Retention"), {"fields": ("retention_months",)}),
    )

    @admin.display(description=gettext_lazy("channel"))
    def channel(self, _account: Account) -> str:
        """Return the channel, of which there is one."""
        return _("Apple Messages for Business")

    @admin.display(description=gettext_lazy("account ID"), ordering="business_id")
    def legible_id(self, account: Account) -> SafeString:
        """Return the whole id: it is not a secret."""
        return format_html('<span class="mono small">{}</span>', account.business_id)

    @admin.display(description=gettext_lazy("workstream"))
    def workstream(self, account: Account) -> SafeString:
        """Return where its conversations go."""
        instance = account.instance
        return link_to(instance.workstream) if instance else tag(_("no workstream yet"), "warn")

    @admin.display(description=gettext_lazy("Endpoint for Apple"))
    def endpoint(self, _account: Account) -> SafeString:
        """Return the address to enter at Apple, with a button that copies it."""
        return copyable(endpoint_url())

    @admin.display(description=gettext_lazy("Connection doctor"))
    def health(self, account: Account) -> SafeString:
        """Return how grave the doctor's findings were, and the way to them."""
        page = reverse("admin:doctor_account", args=[account.pk])
        return format_html('{} <a href="{}">{}</a>', verdict_on(account), page, _("What was found, and test now"))

    @admin.display(description=gettext_lazy("Entry link"))
    def entry_link(self, account: Account) -> SafeString:
        """Return the link that opens a conversation, and the way to the page that adds to it."""
        page = reverse("admin:channels_app_account_entry", args=[account.pk])
        more = format_html('<a href="{}">{}</a>', page, _("QR code, intent, group and first words"))
        return format_html("{} {}", copyable(Entry(account.business_id).url), more)


TABS: dict[str, Tab] = {
    "account": Tab(gettext_lazy("Account"), instance_steps.AccountTab, "channels_app/account_tab.html"),
    "language": Tab(gettext_lazy("Language"), instance_steps.Language, "drafts/form.html"),
    "behaviors": Tab(gettext_lazy("Behaviors"), instance_steps.Behaviors, "channels_app/behaviors.html"),
    "features": Tab(gettext_lazy("User features"), instance_steps.Features, "channels_app/features.html"),
}


@admin.register(ChannelInstance)
class ChannelInstances(RecordAdmin):
    """Accounts put to work in a workstream; the pages of the wizard are the tabs of their page."""

    list_display = ("account", "workstream", "language_name", "attachments", "state")
    list_filter = ("workstream", "customers_may_attach", "agents_may_attach")
    list_select_related = ("account", "workstream")
    search_fields = ("account__name", "account__business_id", "workstream__name")
    search_help_text = gettext_lazy("Account or workstream")
    change_form_template = "admin/channels_app/channelinstance/change_form.html"
    empty_hint = gettext_lazy(
        "An instance puts an account to work: it names the workstream that takes its conversations."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ChannelInstance]:
        instances: QuerySet[ChannelInstance] = super().get_queryset(request)
        return instances.filter(retired_at=None)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"begun": SetUp.begun_anywhere(request.user)} | (extra_context or {}))

    def add_view(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        """Ask in which workstream: its page is where an account is set up."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        workstreams = list(Workstream.objects.all())
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        if len(workstreams) == 1:
            set_up = reverse("admin:workstreams_workstream_set_up", args=[workstreams[0].pk])
            return HttpResponseRedirect(set_up + query)
        context = self.admin_site.each_context(request) | {
            "title": _("Set up Apple Messages for Business"),
            "opts": self.opts,
            "workstreams": workstreams,
            "query": query,
        }
        return TemplateResponse(request, "admin/channels_app/channelinstance/choose.html", context)

    def get_fieldsets(self, request: HttpRequest, _obj: ChannelInstance | None = None) -> Any:
        return ((None, {"fields": _tab(request).form._meta.fields}),)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> type[Any]:  # noqa: ARG002  Django names them
        return _tab(request).form

    def save_model(self, request: HttpRequest, obj: ChannelInstance, form: Any, _change: bool) -> None:
        services.change_instance(obj, texts=form.cleaned_data.get("texts"), by=request.user, request=request)

    def response_post_save_change(self, request: HttpRequest, _obj: ChannelInstance) -> HttpResponseRedirect:
        # One saves a tab and goes on to another.
        return HttpResponseRedirect(request.get_full_path())

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        extra = {"tabs": TABS, "tab": _tab(request), "show_save_and_add_another": False}
        return super().render_change_form(
            request, context | extra | {"has_errors": bool(context["errors"])}, *args, **kwargs
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

    @admin.display(description=gettext_lazy("state"))
    def state(self, instance: ChannelInstance) -> SafeString:
        """Return whether something that is on has still to be chosen."""
        tags = format_html_join(" ", "{}", ((tag(notice.short, "warn"),) for notice in instance.notices))
        # In one piece, which wraps between the tags on narrow screens.
        return format_html("<span>{}</span>", tags) if tags else tag(_("complete"), "good")


def _tab(request: HttpRequest) -> Tab:
    return TABS.get(request.GET.get("tab", ""), TABS["account"])


@admin.register(Survey)
class Surveys(RecordAdmin):
    """Pages of another system that ask customers afterwards."""

    form = forms.SurveyLink
    list_display = ("name", "link", "instance_count")
    search_fields = ("name", "url")
    search_help_text = gettext_lazy("Name or link")
    empty_hint = gettext_lazy(
        "A survey asks customers when a conversation has ended. Make it in your survey tool, then add its link here."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Survey]:
        surveys: QuerySet[Survey] = super().get_queryset(request)
        current = Q(instances__retired_at=None, instances__isnull=False)
        return surveys.annotate(instance_count=Count("instances", filter=current))

    @admin.display(description=gettext_lazy("link"), ordering="url")
    def link(self, survey: Survey) -> SafeString:
        """Return the link as text."""
        return format_html('<span class="mono small">{}</span>', survey.url)

    @admin.display(description=gettext_lazy("channel instances"), ordering="instance_count")
    def instance_count(self, survey: Any) -> int:
        """Return how many instances offer it."""
        return survey.instance_count  # type: ignore[no-any-return]
