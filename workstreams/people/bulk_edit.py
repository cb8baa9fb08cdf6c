"""Bulk edit: choose people in a list, then what changes for all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from omnichannel.common.acts import posted
from workstreams.models import Agent, User
from workstreams.people import bulk, bulk_forms
from workstreams.people.services import ANSWERING

RIGHT = "workstreams.change_agent"
# More than may be saved, so that a list can be seen whole; beyond it, search.
SHOWN = 500


@dataclass(frozen=True)
class Kind:
    """One thing that can be changed for many people."""

    title: Any
    hint: Any
    table: type[bulk_forms.Changes]
    offered: Callable[[], list[Any]]
    update: Callable[..., None]


KINDS = {
    "skills": Kind(
        gettext_lazy("Update skills"),
        gettext_lazy("Adding needs a proficiency. A skill that is not active does not count in matching."),
        bulk_forms.SkillChanges,
        bulk_forms.all_skills,
        bulk.update_skills,
    ),
    "queues": Kind(
        gettext_lazy("Update queues"),
        gettext_lazy("People are offered what waits in their queues."),
        bulk_forms.QueueChanges,
        bulk_forms.all_queues,
        bulk.update_queues,
    ),
    "capacity": Kind(
        gettext_lazy("Update capacity profiles"),
        gettext_lazy("Without a custom limit the profile’s own limit holds."),
        bulk_forms.CapacityChanges,
        bulk_forms.all_profiles,
        bulk.update_capacity,
    ),
}
VIEWS = {"agents": gettext_lazy("Contact center users"), "all": gettext_lazy("All users")}


@require_GET
@permission_required(RIGHT, raise_exception=True)
def people(request: HttpRequest) -> HttpResponse:
    """List people with what they are given, to be chosen."""
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "agents"
    query = request.GET.get("q", "").replace("\0", "").strip()
    found = list(_people(view, query)[: SHOWN + 1])
    context = {
        "title": _("Bulk edit"),
        "views": VIEWS.items(),
        "view": view,
        "query": query,
        "people": found[:SHOWN],
        "has_more": len(found) > SHOWN,
        "kinds": KINDS.items(),
        "limit": bulk.PEOPLE_LIMIT,
    }
    return render(request, "workstreams/people/bulk.html", admin.site.each_context(request) | context)


def _people(view: str, query: str) -> QuerySet[User]:
    users = User.objects.filter(is_active=True).select_related("agent").order_by("first_name", "username")
    users = users.prefetch_related(
        "agent__queues", "agent__agent_skills__skill", "agent__agent_capacities__profile", "groups"
    )
    if view == "agents":
        roles = [role.value for role in ANSWERING]
        users = users.filter(agent__isnull=False, groups__name__in=roles).distinct()
    for word in query.split()[:5]:
        names = ("first_name", "last_name", "username", "agent__name")
        named = Q(*((f"{name}__icontains", word) for name in names), _connector=Q.OR)
        users = users.filter(named)
    return users


@posted
@permission_required(RIGHT, raise_exception=True)
def update(request: HttpRequest, what: str) -> HttpResponse:
    """Ask what changes for the people who were chosen, and change it."""
    if what not in KINDS:
        raise Http404
    kind, agents = KINDS[what], _chosen(request)
    if not agents:
        messages.error(request, _("Choose the people first."))
        return HttpResponseRedirect(reverse("admin:workstreams_user_bulk"))
    too_many = len(agents) > bulk.PEOPLE_LIMIT
    is_asked = "save" in request.POST and not too_many
    table = kind.table(request.POST if is_asked else None, form_kwargs={"offered": kind.offered()})
    if is_asked and table.is_valid():
        return _change(request, kind, agents, table)
    context = {
        "title": kind.title,
        "subtitle": _("Bulk edit"),
        "kind": kind,
        "agents": agents,
        "table": table,
        "too_many": too_many,
        "limit": bulk.PEOPLE_LIMIT,
        "has_errors": is_asked,
    }
    return render(request, "workstreams/people/bulk_update.html", admin.site.each_context(request) | context)


def _chosen(request: HttpRequest) -> list[Agent]:
    keys = {int(key) for key in request.POST.getlist("people") if key.isascii() and key.isdecimal() and len(key) < 19}
    return list(Agent.objects.filter(user_id__in=keys, user__is_active=True).select_related("user"))


def _change(request: HttpRequest, kind: Kind, agents: list[Agent], table: bulk_forms.Changes) -> HttpResponse:
    kind.update(agents, table.changes, by=cast(User, request.user), request=request)
    done = ngettext("Saved for %(count)s person.", "Saved for %(count)s people.", len(agents))
    messages.success(request, done % {"count": len(agents)})
    return HttpResponseRedirect(reverse("admin:workstreams_user_bulk"))
