"""The pages of the connection doctor: what was found last, and the button that has it look again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from channels_app.doctor import tasks
from channels_app.doctor.reads import Report, are_unattended, reports
from channels_app.doctor.services import begin
from channels_app.models import Account, Examination, MspConnection, Verdict
from omnichannel.common import bell
from omnichannel.common.acts import posted
from omnichannel.portal.doctor.signs import signs_for
from payments.models import PaymentProfile

may_view = permission_required("channels_app.view_examination", raise_exception=True)
may_test = permission_required("channels_app.change_examination", raise_exception=True)
# The overview stays readable, and one press of its button a few minutes' work at most.
SHOWN = 100


@dataclass(frozen=True)
class Part:
    """A subject on a page, with what was found about it where it was examined already."""

    title: Any
    report: Report | None
    page: str = ""
    pk: int = 0


@require_GET
@may_view
def overview(request: HttpRequest) -> HttpResponse:
    """Show the installation, and every connection and account with its gravest finding."""
    connections, accounts = _everything()
    found = _found(Q(is_of_installation=True) | Q(connection__in=connections) | Q(account__in=accounts))
    parts = [Part(each.name, found.get(("connection", each.pk)), "doctor_connection", each.pk) for each in connections]
    below = [Part(each.name, found.get(("account", each.pk)), "doctor_account", each.pk) for each in accounts]
    context = {
        "title": _("Connection doctor"),
        "connections": parts,
        "accounts": below,
        "button": reverse("admin:doctor_test"),
    }
    return _render(request, "overview", context | _common(found, [*parts, *below]))


@require_GET
@may_view
def connection(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was found about a connection and the installation."""
    row = get_object_or_404(_connections(), pk=pk)
    found = _found(Q(is_of_installation=True) | Q(connection=row))
    parts = [Part(_("MSP connection %(name)s") % {"name": row}, found.get(("connection", pk)))]
    page = {"title": row.name, "parts": parts, "button": reverse("admin:doctor_test_connection", args=[pk])}
    return _render(request, "subject", page | _common(found, parts))


@require_GET
@may_view
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what was found about an account, its connection and the installation."""
    row = get_object_or_404(_accounts(), pk=pk)
    above = _connections().get(pk=row.connection_id)
    found = _found(Q(is_of_installation=True) | Q(connection=above) | Q(account=row))
    parts = [
        Part(_("Account %(name)s") % {"name": row}, found.get(("account", pk))),
        Part(_("MSP connection %(name)s") % {"name": above}, found.get(("connection", above.pk))),
    ]
    page = {"title": row.name, "parts": parts, "button": reverse("admin:doctor_test_account", args=[pk])}
    return _render(request, "subject", page | _common(found, parts))


@posted
@may_test
def examine_everything(request: HttpRequest) -> HttpResponse:
    """Have everything examined, and come back to where it appears."""
    _examine(request, *_everything())
    return redirect("admin:doctor_overview")


@posted
@may_test
def examine_connection(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a connection examined, and come back to where it appears."""
    _examine(request, [get_object_or_404(_connections(), pk=pk)], [])
    return redirect("admin:doctor_connection", pk)


@posted
@may_test
def examine_account(request: HttpRequest, pk: int) -> HttpResponse:
    """Have an account and its connection examined, and come back to where it appears."""
    row = get_object_or_404(_accounts(), pk=pk)
    _examine(request, [_connections().get(pk=row.connection_id)], [row])
    return redirect("admin:doctor_account", pk)


def _examine(request: HttpRequest, connections: Sequence[MspConnection], accounts: Sequence[Account]) -> None:
    begin(connections, accounts, signs_for(accounts), by=request.user)
    bell.ring(tasks.examine)


def _everything() -> tuple[list[MspConnection], list[Account]]:
    return list(_connections()[:SHOWN]), list(_accounts()[:SHOWN])


def _connections() -> Any:
    # A secret that cannot be read is something to find, not a reason to show no page.
    return MspConnection.objects.defer("secret")


def _accounts() -> Any:
    profiles = PaymentProfile.objects.only("pk", "certificate_ends_at")
    return Account.objects.current().prefetch_related(
        "instances__workstream", Prefetch("instances__payment_profile", profiles)
    )


def _found(condition: Q) -> dict[tuple[str, int], Report]:
    return {_key(report.examination): report for report in reports(Examination.objects.filter(condition))}


def _key(examination: Examination) -> tuple[str, int]:
    if examination.account_id:
        return "account", examination.account_id
    return ("connection", examination.connection_id) if examination.connection_id else ("installation", 0)


def _common(found: dict[tuple[str, int], Report], parts: Sequence[Part]) -> dict[str, Any]:
    installation = found.get(("installation", 0))
    known = [report for report in (installation, *(part.report for part in parts)) if report]
    is_unattended = are_unattended(known)
    return {
        "installation": Part(_("This installation"), installation),
        "refresh": not is_unattended and any(report.is_unfinished for report in known),
        "is_unattended": is_unattended,
        "is_wrong": any(report.worst and report.worst.verdict == Verdict.WRONG for report in known),
        "open": sum(report.open for report in known),
        "newest": max((report.examination for report in known), key=lambda each: each.asked_at, default=None),
    }


def _render(request: HttpRequest, page: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"portal/doctor/{page}.html", admin.site.each_context(request) | context)
