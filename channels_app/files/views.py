"""The portal's page on file attachments: the limits of the company, what Apple carries, and the scanner."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from channels_app.carried import KINDS
from channels_app.files.forms import Rules
from channels_app.files.services import save_rules
from channels_app.models import Organisation
from channels_app.models.organisation import blocked_by_default
from omnichannel.common import scanning
from omnichannel.common.acts import posted

may_change = permission_required("channels_app.change_organisation", raise_exception=True)


@require_http_methods(["GET", "POST"])
@may_change
def rules(request: HttpRequest) -> HttpResponse:
    """Show and change what holds for files of the whole company."""
    organisation = Organisation.get()
    if request.method != "POST":
        return _page(request, Rules.of(organisation))
    form = Rules(request.POST, initial={})
    if "reset" in request.POST:
        return _page(request, _with_the_default_list(form, organisation), is_reset=True)
    if not form.is_valid():
        return _page(request, form)
    save_rules(**form.cleaned_data, by=request.user, request=request)
    messages.success(request, _("Saved. It holds for every file from now on."))
    return redirect("admin:files_rules")


@posted
@may_change
def ask_scanner(request: HttpRequest) -> HttpResponse:
    """Say whether the virus scanner answers now."""
    try:
        words = {"version": scanning.version()}
        messages.success(request, _("The virus scanner answers: %(version)s.") % words)
    except scanning.NotScanned:
        messages.error(request, _("The virus scanner does not answer. Look at its host, or at CLAMD_URL."))
    return redirect("admin:files_rules")


def _with_the_default_list(entered: Rules, organisation: Organisation) -> Rules:
    entered.is_valid()
    limit = entered.cleaned_data.get("largest_file_kb", organisation.largest_file_kb)
    return Rules.of(organisation, largest_file_kb=limit, blocked_extensions=blocked_by_default())


def _page(request: HttpRequest, form: Rules, **context: Any) -> HttpResponse:
    shown = {
        "title": _("File attachments"),
        "form": form,
        "kinds": KINDS,
        "is_scanned": bool(settings.CLAMD_URL),
        "has_errors": bool(form.errors),
    }
    return render(request, "channels_app/files/rules.html", admin.site.each_context(request) | shown | context)
