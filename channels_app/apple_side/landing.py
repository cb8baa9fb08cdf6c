"""The landing page: Apple sends the administrator of a business here from its connection test.

The parameters are not signed. So they fill in a form that a signed-in person looks at, and do nothing by themselves;
the logo is neither fetched nor shown.
"""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from channels_app.apple_side.calls import note_visit
from channels_app.models import Account

LONGEST_NAME = 100


@require_safe
@permission_required("channels_app.add_account", raise_exception=True)
def landing(request: HttpRequest) -> HttpResponse:
    """Lead to the account that Apple names, or to a new one with what Apple tells of it."""
    business_id = _business_id(request.GET.get("id", ""))
    if not business_id:
        messages.error(request, _("This link names no account. Press Connect in Apple Business Register again."))
        return redirect("admin:prerequisites")
    note_visit(business_id)
    known = Account.objects.current().filter(business_id=business_id).first()
    if known:
        messages.success(request, _("Apple’s connection test reached the portal for %(name)s.") % {"name": known})
        return redirect("admin:channels_app_account_change", known.pk)
    messages.success(request, _("Apple’s connection test reached the portal. Add the account to receive its messages."))
    entries = {"name": _name(request.GET.get("name", "")), "business_id": business_id}
    return redirect(f"{reverse('admin:channels_app_account_add')}?{urlencode(entries)}")


def _business_id(text: str) -> str:
    """Return the id as Apple Business Register shows it; nothing for what is none. Some leave the dashes out."""
    try:
        return str(UUID(text.strip()))
    except ValueError:
        return ""


def _name(text: str) -> str:
    return " ".join("".join(filter(str.isprintable, text)).split())[:LONGEST_NAME]
