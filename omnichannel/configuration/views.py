"""The portal's pages about the set-up as a file: take it, look at one, apply it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from omnichannel.common.acts import posted
from omnichannel.configuration import forms, importing
from omnichannel.configuration.export import export
from omnichannel.configuration.reading import Fault, Refused, read
from omnichannel.configuration.registry import DESCRIPTIONS

may_view = permission_required("channels_app.view_configuration", raise_exception=True)
may_change = permission_required("channels_app.change_configuration", raise_exception=True)


@require_GET
@may_view
def configuration(request: HttpRequest) -> HttpResponse:
    """Offer the file, and a place to bring one."""
    return _page(request, forms.Upload())


@posted
@may_view
def download(request: HttpRequest) -> HttpResponse:
    """Hand out the file."""
    response = HttpResponse(export(by=request.user, request=request), content_type="application/json")
    name = f"omnichannel-{timezone.localdate():%Y-%m-%d}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


@posted
@may_change
def review(request: HttpRequest) -> HttpResponse:
    """Show what a file would change."""
    form = forms.Upload(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form)
    return _review(request, form.cleaned_data["file"], form.cleaned_data["accounts"])


@posted
@may_change
def apply(request: HttpRequest) -> HttpResponse:
    """Do what was shown, or show what it would be by now."""
    form = forms.Confirmation(request.POST)
    if not form.is_valid():
        return redirect("admin:configuration")
    content, accounts = form.cleaned_data["content"], form.cleaned_data["accounts"]
    try:
        done = importing.apply(
            read(content, accounts), expected=form.cleaned_data["digest"], by=request.user, request=request
        )
    except importing.Outdated:
        messages.warning(request, _("The set-up was changed meanwhile. Look again at what would change now."))
        return _review(request, content, accounts)
    except Refused as fault:
        return _refuse(request, fault, accounts)
    counts = {"added": len(done.added), "changed": len(done.changed)}
    messages.success(request, _("Imported: %(added)s added, %(changed)s changed.") % counts)
    for change in done.without_secret:
        words = {"kind": change.kind, "name": change.name}
        messages.warning(request, _("%(kind)s “%(name)s” still needs its secret.") % words)
    return redirect("admin:configuration")


def _review(request: HttpRequest, content: str, accounts: dict[str, str]) -> HttpResponse:
    try:
        plan = importing.plan(read(content, accounts))
    except Refused as fault:
        return _refuse(request, fault, accounts)
    context = {"title": _("Look at the changes"), "plan": plan, "content": content, "accounts": _pairs(accounts)}
    return _render(request, "review", context)


def _refuse(request: HttpRequest, fault: Refused, accounts: dict[str, str]) -> HttpResponse:
    return _page(request, forms.Upload(initial={"accounts": _pairs(accounts)}), fault.faults)


def _pairs(accounts: dict[str, str]) -> str:
    return "\n".join(f"{old}={new}" for old, new in accounts.items())


def _page(request: HttpRequest, form: forms.Upload, faults: list[Fault] | None = None) -> HttpResponse:
    kinds = [each.model._meta.verbose_name_plural for each in DESCRIPTIONS]
    context = {"title": _("Configuration"), "form": form, "faults": faults or [], "kinds": kinds}
    return _render(request, "page", context | {"has_errors": bool(faults or form.errors)})


def _render(request: HttpRequest, page: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"configuration/{page}.html", admin.site.each_context(request) | context)
