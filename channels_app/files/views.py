"""The portal's page on file attachments: the limits of the company, what Apple carries, and how the scanner is."""

from typing import Any

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
from omnichannel.common.scanning import ask_scanner


@require_http_methods(["GET", "POST"])
@permission_required("channels_app.change_organisation", raise_exception=True)
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


def _with_the_default_list(posted: Rules, organisation: Organisation) -> Rules:
    posted.is_valid()
    limit = posted.cleaned_data.get("largest_file_kb", organisation.largest_file_kb)
    return Rules.of(organisation, largest_file_kb=limit, blocked_extensions=blocked_by_default())


def _page(request: HttpRequest, form: Rules, **context: Any) -> HttpResponse:
    shown = {
        "title": _("File attachments"),
        "form": form,
        "kinds": KINDS,
        "scanner": ask_scanner(),
        "has_errors": bool(form.errors),
    }
    return render(request, "channels_app/files/rules.html", admin.site.each_context(request) | shown | context)
