"""The portal's page about what has to be done at Apple, and whether Apple finds us."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from channels_app.endpoint import endpoint_url
from channels_app.models import Account
from omnichannel.common.records import ago, copyable
from omnichannel.portal.calls import Call, last_call, last_calls

ACCOUNTS_SHOWN = 50


@dataclass(frozen=True)
class Line:
    """An account and its newest call."""

    account: Account
    call: Call | None

    @property
    def ago(self) -> Any:
        """Return when that was."""
        return ago(self.call.at) if self.call else ""


@require_GET
@permission_required("channels_app.view_account", raise_exception=True)
def prerequisites(request: HttpRequest) -> HttpResponse:
    """Show the list, the addresses to enter, and the calls so far; the page asks again while it is open."""
    rows = list(Account.objects.current()[: ACCOUNTS_SHOWN + 1])
    accounts, newest, endpoint = rows[:ACCOUNTS_SHOWN], last_call(), endpoint_url()
    calls = last_calls(accounts)
    context = {
        "title": _("Prerequisites"),
        "endpoint": copyable(endpoint),
        "landing": copyable(f"{endpoint}/landing"),
        "newest": newest,
        "newest_ago": ago(newest.at) if newest else "",
        "lines": [Line(account, calls.get(account.pk)) for account in accounts],
        "has_more": len(rows) > ACCOUNTS_SHOWN,
    }
    return render(request, "portal/prerequisites.html", admin.site.each_context(request) | context)


urlpatterns = [path("", prerequisites, name="prerequisites")]
