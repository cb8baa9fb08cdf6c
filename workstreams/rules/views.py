"""The portal's pages on the routing rules of a workstream."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from pydantic import ValidationError

from omnichannel.common.acts import posted
from workstreams.conditions import in_words
from workstreams.models import Queue, RouteRule, Workstream
from workstreams.routing import route
from workstreams.rules import services
from workstreams.rules.forms import Editor, Trial
from workstreams.rules.load import rules_of

may_view = permission_required("workstreams.view_routerule", raise_exception=True)
may_add = permission_required("workstreams.add_routerule", raise_exception=True)
may_change = permission_required("workstreams.change_routerule", raise_exception=True)
may_delete = permission_required("workstreams.delete_routerule", raise_exception=True)
LIST = "admin:workstreams_workstream_rules"


@require_GET
@may_view
def rules(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the rules in the order in which they are tested, and where an imagined customer would go."""
    workstream = get_object_or_404(Workstream.objects.select_related("fallback_queue"), pk=pk)
    found = RouteRule.objects.filter(workstream=workstream).in_order().select_related("queue")
    context = {"lines": [_line(rule) for rule in found], "trial": Trial(), "may_change": _may_change(request)}
    # Who moves a rule by keyboard finds it under the focus again.
    context["moved"] = int(moved) if (moved := request.GET.get("moved", "")).isdecimal() else None
    if "try" in request.GET:
        context |= _tried(workstream, Trial(request.GET))
    return _page(request, "list", workstream, title=_("Routing rules"), **context)


@require_http_methods(["GET", "POST"])
@may_add
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a rule at the end."""
    workstream = get_object_or_404(Workstream, pk=pk)
    editor = _edited(request) or Editor.new()
    if _is_sent(request) and editor.is_valid():
        services.add_rule(workstream, editor.draft, by=request.user, request=request)
        messages.success(request, _("The rule is added and holds for new conversations."))
        return redirect(LIST, workstream.pk)
    return _page(request, "edit", workstream, title=_("New rule"), editor=editor)


@require_http_methods(["GET", "POST"])
@may_change
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a rule asks and where it leads."""
    rule = get_object_or_404(RouteRule.objects.select_related("workstream"), pk=pk)
    editor = _edited(request) or Editor.of(rule)
    if _is_sent(request) and editor.is_valid():
        services.change_rule(rule, editor.draft, by=request.user, request=request)
        messages.success(request, _("Saved. It holds for new conversations."))
        return redirect(LIST, rule.workstream_id)
    return _page(request, "edit", rule.workstream, title=rule.name, rule=rule, editor=editor)


@posted
@may_change
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a rule change places with the one above or below."""
    rule = get_object_or_404(RouteRule, pk=pk)
    services.move_rule(rule, up=request.POST.get("to") == "up", by=request.user, request=request)
    return redirect(f"{reverse(LIST, args=[rule.workstream_id])}?moved={rule.pk}")


@require_http_methods(["GET", "POST"])
@may_delete
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, and delete a rule."""
    rule = get_object_or_404(RouteRule.objects.select_related("workstream", "queue"), pk=pk)
    if request.method == "POST":
        services.delete_rule(rule, by=request.user, request=request)
        messages.success(request, _("The rule is deleted."))
        return redirect(LIST, rule.workstream_id)
    return _page(request, "delete", rule.workstream, title=_("Delete"), rule=rule, line=_line(rule))


def _edited(request: HttpRequest) -> Editor | None:
    if request.method != "POST":
        return None
    return Editor.posted(request.POST) if _is_sent(request) else Editor.with_other_rows(request.POST)


def _is_sent(request: HttpRequest) -> bool:
    return request.method == "POST" and not {"more", "remove"} & request.POST.keys()


def _may_change(request: HttpRequest) -> bool:
    return bool(request.user.has_perm("workstreams.change_routerule"))


def _line(rule: RouteRule) -> dict[str, Any]:
    try:
        return {"rule": rule, "words": in_words(rule.read)}
    except ValidationError:
        return {"rule": rule, "words": ""}


def _tried(workstream: Workstream, trial: Trial) -> dict[str, Any]:
    decision = route(trial.facts(workstream.fallback_queue_id), rules_of([workstream.pk]).get(workstream.pk, ()))
    return {"trial": trial, "decision": decision, "queue": Queue.objects.get(pk=decision.queue_id)}


def _page(request: HttpRequest, name: str, workstream: Workstream, **context: Any) -> HttpResponse:
    shown = admin.site.each_context(request) | {"workstream": workstream} | context
    return render(request, f"workstreams/rules/{name}.html", shown)
