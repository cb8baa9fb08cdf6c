"""Lets agents and supervisors in, and tells everybody else what is missing."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRefresh
from django_htmx.middleware import HtmxDetails

from conversations.models import Conversation
from workstreams.models import Agent, User
from workstreams.roles import Role, roles_of


class AgentRequest(HttpRequest):
    """A request by a person who works on conversations."""

    user: User
    agent: Agent
    htmx: HtmxDetails


def for_agents(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Run the view for agents and supervisors only, with ``request.agent`` set."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _sign_in(request)
        guest = cast(AgentRequest, request)
        guest.agent = _agent_of(guest.user)
        return view(guest, *args, **kwargs)

    return guarded


def _sign_in(request: HttpRequest) -> HttpResponse:
    """Return the way to the sign-in page; a fragment's caller must reload instead of showing that page inside."""
    if request.headers.get("HX-Request"):
        refresh = HttpResponseClientRefresh()
        refresh.status_code = 401
        return refresh
    return redirect_to_login(request.get_full_path())


def _agent_of(user: User) -> Agent:
    if not roles_of(user) & {Role.AGENT, Role.SUPERVISOR}:
        raise PermissionDenied(_("The console is for agents and supervisors. An administrator can grant you the role."))
    try:
        return user.agent
    except Agent.DoesNotExist:
        raise PermissionDenied(
            _("You have the role, but no agent profile. An administrator adds one on your user's page.")
        ) from None


def visible(request: AgentRequest, pk: int) -> Conversation:
    """Return a conversation that the person may read."""
    return get_object_or_404(Conversation.objects.visible_to(request.user).with_people(), pk=pk)
