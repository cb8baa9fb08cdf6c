"""The portal's pages on rich messages of a workstream, and on the workstreams of a rich message."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from omnichannel.common.acts import posted
from richmessages.models import RichMessage
from workstreams.models import Workstream
from workstreams.rich import forms, services

may_change = permission_required("workstreams.change_workstream", raise_exception=True)
may_change_message = permission_required("richmessages.change_richmessage", raise_exception=True)
LIST = "admin:workstreams_workstream_rich"


@require_GET
@may_change
def tied(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the messages that are tied to a workstream."""
    workstream = get_object_or_404(Workstream, pk=pk)
    rows = workstream.rich_messages.all()
    others = RichMessage.objects.filter(workstreams__isnull=True)
    return _page(request, "list", workstream, title=_("Rich messages"), rows=rows, others=others.count())


@require_http_methods(["GET", "POST"])
@may_change
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose messages, and tie them to a workstream."""
    workstream = get_object_or_404(Workstream, pk=pk)
    form = forms.Choice(workstream, request.POST if request.method == "POST" else None)
    if form.is_valid():
        chosen = list(form.cleaned_data["messages"])
        services.tie(workstream, chosen, by=request.user, request=request)
        told = ngettext("%(count)s rich message is added.", "%(count)s rich messages are added.", len(chosen))
        messages.success(request, told % {"count": len(chosen)})
        return redirect(LIST, pk)
    rows = form.fields["messages"].queryset  # type: ignore[attr-defined]
    return _page(request, "add", workstream, title=_("Add rich messages"), rows=rows, form=form)


@posted
@may_change
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Untie a message from a workstream."""
    workstream = get_object_or_404(Workstream, pk=pk)
    wanted = request.POST.get("message", "")
    message = get_object_or_404(
        workstream.rich_messages, pk=int(wanted) if wanted.isdecimal() and len(wanted) < 10 else 0
    )
    services.untie(workstream, message, by=request.user, request=request)
    told = _("“%(name)s” is removed.") if message.workstreams.exists() else _("“%(name)s” is offered everywhere again.")
    messages.success(request, told % {"name": message})
    return redirect(LIST, pk)


@require_http_methods(["GET", "POST"])
@may_change_message
def ties(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the workstreams of a message."""
    message = get_object_or_404(RichMessage, pk=pk)
    initial = {"workstreams": message.workstreams.values_list("pk", flat=True)}
    form = forms.Ties(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        services.tie_only_to(message, form.cleaned_data["workstreams"], by=request.user, request=request)
        messages.success(request, _("Saved."))
        return redirect(request.path)
    context = {"title": message.name, "rich": message, "form": form, "tab": "workstreams"}
    return render(request, "workstreams/rich/ties.html", admin.site.each_context(request) | context)


def _page(request: HttpRequest, name: str, workstream: Workstream, **context: Any) -> HttpResponse:
    shown = admin.site.each_context(request) | {"workstream": workstream} | context
    return render(request, f"workstreams/rich/{name}.html", shown)
