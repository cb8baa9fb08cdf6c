"""The portal's pages of the ledger: read what is asked for, call one service, render."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from conversations.ledger import acts, details, forms, lines, queries
from conversations.ledger.find import find as find_rows
from conversations.models import Delivery, Direction, InboundReceipt, Message, ReceiptState
from conversations.refusals import Refused
from omnichannel.common.acts import posted

HERE = "conversations/ledger"
View = Callable[..., HttpResponseBase]
READ = ("conversations.view_inboundreceipt", "conversations.view_message")
RESEND = "conversations.change_message"
REPLAY = "conversations.change_inboundreceipt"

reads = permission_required(READ, raise_exception=True)
resends = permission_required(RESEND, raise_exception=True)
replays = permission_required(REPLAY, raise_exception=True)


@require_GET
@reads
def attention(request: HttpRequest) -> HttpResponse:
    """Show what needs somebody."""
    context = {
        "parked": lines.of_receipts(queries.parked_receipts()),
        "unsettled": lines.of_messages(queries.unsettled_messages()),
        "late_receipts": lines.of_receipts(queries.late_receipts()),
        "late_messages": lines.of_messages(queries.late_messages()),
    }
    return _page(request, "attention", context)


@require_GET
@reads
def inbound(request: HttpRequest) -> HttpResponse:
    """Show what came from Apple, newest first."""
    filters = forms.Inbound(request.GET)
    page = queries.page_of_receipts(filters, request.GET)
    return _page(request, "inbound", {"filters": filters, "page": page, "lines": lines.of_receipts(page.rows)})


@require_GET
@reads
def outbound(request: HttpRequest) -> HttpResponse:
    """Show what goes to Apple, newest first."""
    filters = forms.Outbound(request.GET)
    page = queries.page_of_messages(filters, request.GET)
    return _page(request, "outbound", {"filters": filters, "page": page, "lines": lines.of_messages(page.rows)})


@require_GET
@reads
def find(request: HttpRequest) -> HttpResponse:
    """Go to what an id stands for, or list all that it may be."""
    wanted = request.GET.get("q", "").strip()
    if not wanted:
        return redirect("admin:ledger_attention")
    found = find_rows(wanted)
    if found.only:
        return redirect(found.only)
    return _page(request, "find", {"found": found})


@require_GET
@reads
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one delivery: its times, what became of it, and the shape of its body."""
    chosen = get_object_or_404(InboundReceipt.objects.select_related("account", "message__conversation"), pk=pk)
    return _page(request, "receipt", {"detail": details.of_receipt(chosen, request.user)})


@require_GET
@reads
def message(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show one message to a customer: its times, every try, and the shape of what was sent."""
    rows = Message.objects.select_related(
        "author", "receipt", "conversation__customer", "conversation__instance__account"
    )
    chosen = get_object_or_404(rows.exclude(direction=Direction.NOTE), pk=pk)
    if chosen.direction == Direction.IN and chosen.receipt_id:
        return redirect("admin:ledger_receipt", chosen.receipt_id)
    return _page(request, "message", {"detail": details.of_message(chosen, request.user)})


@posted
@replays
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply a parked delivery again, or read an applied one again."""
    chosen = get_object_or_404(InboundReceipt.objects.select_related("account"), pk=pk)
    try:
        messages.success(request, _replay(chosen, request))
    except Refused as fault:
        messages.error(request, str(fault))
    return redirect("admin:ledger_receipt", pk)


@posted
@resends
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a message again; where it may have arrived already, only after the person has agreed to that."""
    chosen = get_object_or_404(Message, pk=pk, direction=Direction.OUT)
    if chosen.delivery == Delivery.UNKNOWN and request.POST.get("may_arrive_twice") != "on":
        messages.error(request, _("Confirm that it may arrive twice, then send it again."))
        return redirect("admin:ledger_message", pk)
    try:
        acts.resend(chosen, request)
        messages.success(request, _("It is queued and goes out in a moment, under the same id."))
    except Refused as fault:
        messages.error(request, str(fault))
    return redirect("admin:ledger_message", pk)


@posted
@resends
def resend_chosen(request: HttpRequest) -> HttpResponse:
    """Send the ticked messages again that failed."""
    result = acts.resend_failed(_chosen(request), request)
    done = ngettext("%(count)s message is queued again.", "%(count)s messages are queued again.", result.done)
    return _back(request, done, result, "admin:ledger_outbound")


@posted
@replays
def apply_chosen(request: HttpRequest) -> HttpResponse:
    """Apply the ticked deliveries again that are parked."""
    result = acts.apply_parked(_chosen(request), request)
    done = ngettext("%(count)s delivery is applied again.", "%(count)s deliveries are applied again.", result.done)
    return _back(request, done, result, "admin:ledger_inbound")


def _replay(chosen: InboundReceipt, request: HttpRequest) -> str:
    if chosen.state == ReceiptState.PARKED:
        acts.apply_again(chosen, request)
        return _("It is back in the inbox and is applied in a moment.")
    if chosen.state == ReceiptState.WAITING:
        return _("It waits to be applied already.")
    changed = acts.read_again(chosen, request)
    return _("The message shows what the delivery says now.") if changed else _("Read again. Nothing is different.")


def _chosen(request: HttpRequest) -> list[int]:
    form = forms.Chosen(request.POST)
    return form.cleaned_data["row"] if form.is_valid() else []


def _back(request: HttpRequest, done: str, result: acts.Result, page: str) -> HttpResponse:
    """Return to the list as it was, with what was done and what was not."""
    if result.done:
        messages.success(request, done % {"count": result.done})
    for reason, count in result.refusals.items():
        messages.warning(request, f"{reason} ({count})" if count > 1 else reason)
    if not result.done and not result.refusals:
        messages.warning(request, _("Tick what is to be tried again first."))
    back = request.POST.get("back", "")
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, {request.get_host()})
    return redirect(back if is_ours else reverse(page))


def _page(request: HttpRequest, tab: str, context: dict[str, Any]) -> HttpResponse:
    around = {
        "title": _("Message ledger"),
        "tab": tab,
        "pulse": queries.pulse(),
        "q": request.GET.get("q", ""),
        "may_resend": request.user.has_perm(RESEND),
        "may_replay": request.user.has_perm(REPLAY),
    }
    return render(request, f"{HERE}/{tab}.html", admin.site.each_context(request) | around | context)
