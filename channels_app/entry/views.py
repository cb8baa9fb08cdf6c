"""The page of an account's entry link, and the pictures on it."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from channels_app.entry import qr
from channels_app.entry.forms import Parameters
from channels_app.models import Account
from omnichannel.common.records import copyable

may_view = permission_required("channels_app.view_account", raise_exception=True)


@require_safe
@may_view
def entry_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the link with the parameters that are typed beside it, its QR code, and the button for a web page."""
    account = get_object_or_404(Account.objects.current(), pk=pk)
    form = Parameters(request.GET)
    entry = form.entry(account.business_id)
    context = {
        "title": _("Entry link"),
        "account": account,
        "form": form,
        "entry": entry,
        "link": copyable(entry.url) if entry else "",
        "button": copyable(entry.button) if entry else "",
        "has_code": bool(entry) and qr.fits(entry.url) if entry else False,
        "has_phone": settings.SIMULATOR,
    }
    return render(request, "channels_app/entry/link.html", admin.site.each_context(request) | context)


@require_safe
@may_view
def code_svg(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the QR code as SVG."""
    return _picture(request, pk, qr.svg, "svg", "image/svg+xml")


@require_safe
@may_view
def code_png(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the QR code as PNG."""
    return _picture(request, pk, qr.png, "png", "image/png")


def _picture(
    request: HttpRequest, pk: int, draw: Callable[[str], bytes | None], ending: str, content_type: str
) -> HttpResponse:
    account = get_object_or_404(Account.objects.current(), pk=pk)
    entry = Parameters(request.GET).entry(account.business_id)
    picture = draw(entry.url) if entry else None
    if picture is None:
        raise Http404
    name = slugify(account.name) or "business"
    disposition = f'inline; filename="{name}-qr.{ending}"'
    headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(picture, content_type=content_type, headers=headers)
