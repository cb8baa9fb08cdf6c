"""Pages of the site map whose content is still to come: each says what it will hold, and what does the work today."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

SET_UP = "channels_app.view_channelinstance"
STEER = "conversations.view_inboundreceipt"


@dataclass(frozen=True)
class Planned:
    """A page to come: who will open it, what it will hold, and where to go meanwhile."""

    slug: str
    title: Any
    right: str
    promise: Any
    meanwhile: Any
    action: Any = ""
    page: str = ""

    @property
    def url_name(self) -> str:
        """Return its URL name in the admin."""
        return f"planned_{self.slug}"


PLANNED = (
    Planned(
        "operating_hours", _("Operating hours"), SET_UP,
        _("Opening times with time zones and holidays, for queues and channel instances."),
        _("Until then every queue is open round the clock."),
        _("Queues"), "admin:workstreams_queue_changelist",
    ),
    Planned(
        "session_templates", _("Session templates"), SET_UP,
        _("What opens beside a conversation when an agent takes it."),
        _("Until then every conversation opens with its transcript and the customer’s details."),
    ),
    Planned(
        "notification_templates", _("Notification templates"), SET_UP,
        _("How agents are told of a conversation that is offered to them, and how long they may hesitate."),
        _("Until then new conversations stand in the agents’ list, and they pick."),
    ),
    Planned(
        "ongoing_conversations", _("Ongoing conversations"), STEER,
        _("Every live conversation, to watch, join, assign, transfer or end."),
        _("Until then supervisors see every conversation in the console."),
        _("Open the console"), "console:home",
    ),
    Planned(
        "live_dashboards", _("Live dashboards"), STEER,
        _("What happens now: waiting, answered and late, by queue and by agent."),
        _("Until then the ledger tells how long messages wait."),
        _("Message ledger"), "admin:ledger_attention",
    ),
    Planned(
        "routing_diagnostics", _("Routing diagnostics"), STEER,
        _("Why a conversation came to this queue and this agent, or to nobody yet."),
        _("Until then the transcript in the console notes who took a conversation and when."),
        _("Open the console"), "console:home",
    ),
)  # fmt: skip


def planned(slug: str) -> Planned:
    """Return the page of that slug."""
    return next(each for each in PLANNED if each.slug == slug)


def _view(promise: Planned) -> Any:
    @require_GET
    @permission_required(promise.right, raise_exception=True)
    def show(request: HttpRequest) -> HttpResponse:
        url = reverse(promise.page) if promise.page else ""
        context = admin.site.each_context(request) | {"title": promise.title, "promise": promise, "action_url": url}
        return render(request, "admin/planned.html", context)

    return show


urlpatterns: list[URLPattern] = [
    path(f"{each.slug.replace('_', '-')}/", _view(each), name=each.url_name) for each in PLANNED
]
