"""The portal's page about geographies."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from channels_app.apple_side.forms import Geography
from channels_app.apple_side.services import choose_region
from channels_app.endpoint import WEBHOOK_PATH, endpoint_url
from channels_app.models import Organisation
from channels_app.regions import REGION_BY_CODE, REGIONS, effective_region, served_regions
from omnichannel.common.records import copyable


@dataclass(frozen=True)
class Line:
    """A geography on the page; one without an endpoint cannot be chosen."""

    code: str
    name: Any
    endpoint: str
    is_chosen: bool


@require_http_methods(["GET", "POST"])
@permission_required("channels_app.change_organisation", raise_exception=True)
def regions(request: HttpRequest) -> HttpResponse:
    """Show the geographies with the endpoint of the chosen one, and keep another choice."""
    form = Geography(request.POST or None)
    if form.is_valid():
        choose_region(form.cleaned_data["region"], by=request.user, request=request)
        chosen = REGION_BY_CODE[form.cleaned_data["region"]]
        messages.success(request, _("The pages now show the endpoint of %(region)s.") % {"region": chosen.name})
        return redirect("admin:regions")
    code = effective_region(Organisation.get().region)
    context = {
        "title": _("Regions"),
        "form": form,
        "lines": _lines(code),
        "chosen": REGION_BY_CODE[code],
        "endpoint": copyable(endpoint_url()),
    }
    return render(request, "channels_app/apple_side/regions.html", admin.site.each_context(request) | context)


def _lines(chosen: str) -> list[Line]:
    served = served_regions()
    return [
        Line(
            region.code,
            region.name,
            f"{served[region.code]}{WEBHOOK_PATH}" if region.code in served else "",
            is_chosen=region.code == chosen,
        )
        for region in REGIONS
    ]
