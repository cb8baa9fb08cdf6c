"""One line of the ledger, the same for both directions, made from rows that were read in a fixed number of queries."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from conversations.models import Customer, Delivery, InboundReceipt, Message, ReceiptState
from omnichannel import amb

MOODS = {
    ReceiptState.WAITING.value: "accent",
    ReceiptState.DONE.value: "good",
    ReceiptState.PARKED.value: "bad",
    Delivery.QUEUED.value: "accent",
    Delivery.SENDING.value: "accent",
    Delivery.SENT.value: "good",
    Delivery.FAILED.value: "bad",
    Delivery.UNKNOWN.value: "warn",
}
# What a delivery was that left no message.
SIGNS = {
    "typing_start": gettext_lazy("Typing"),
    "typing_end": gettext_lazy("Typing ended"),
    "close": gettext_lazy("Conversation deleted"),
    "text": gettext_lazy("Text"),
    "interactive": gettext_lazy("Interactive message"),
}


@dataclass(frozen=True)
class Line:
    """What a list says about one delivery or message."""

    pk: int
    name: str
    url: str
    at: datetime.datetime
    account: str
    customer: str
    customer_id: str
    kind: str
    state: str
    mood: str
    attempts: int
    reason: str
    may_be_tried: bool


def of_receipts(receipts: Iterable[InboundReceipt]) -> list[Line]:
    """Return a line for each delivery."""
    rows = list(receipts)
    names = _names(rows)
    return [_of_receipt(row, names.get((row.account_id, row.customer_id), _("New customer"))) for row in rows]


def of_messages(messages: Iterable[Message]) -> list[Line]:
    """Return a line for each message to a customer."""
    return [_of_message(row) for row in messages]


def kind_of(receipt: InboundReceipt, body: bytes | None) -> str:
    """Return what a delivery is, from its message or, where it left none, from its body."""
    message = message_of(receipt)
    if message is not None:
        return str(message.get_kind_display())
    try:
        found = amb.decode(bytes(body)).type if body else ""
    except amb.DecodeError:
        return _("Unreadable")
    return str(SIGNS.get(found, _("Unsupported message"))) if found else "–"


def message_of(receipt: InboundReceipt) -> Message | None:
    """Return the message that a delivery became."""
    return getattr(receipt, "message", None)


def _names(receipts: list[InboundReceipt]) -> dict[tuple[int, str], str]:
    customers = Customer.objects.filter(
        customer_id__in={row.customer_id for row in receipts}, account__in={row.account_id for row in receipts}
    )
    return {(each.account_id, each.customer_id): each.label for each in customers}


def _of_receipt(row: Any, customer: str) -> Line:
    return Line(
        pk=row.pk,
        name=_("Delivery %(number)s") % {"number": row.pk},
        url=reverse("admin:ledger_receipt", args=[row.pk]),
        at=row.received_at,
        account=str(row.account),
        customer=customer,
        customer_id=row.customer_id,
        kind=kind_of(row, row.small_body),
        state=row.get_state_display(),
        mood=MOODS[row.state],
        attempts=0,
        reason=row.outcome,
        may_be_tried=row.state == ReceiptState.PARKED,
    )


def _of_message(row: Message) -> Line:
    conversation = row.conversation
    return Line(
        pk=row.pk,
        name=_("Message %(number)s") % {"number": row.pk},
        url=reverse("admin:ledger_message", args=[row.pk]),
        at=row.created_at,
        account=str(conversation.instance.account),
        customer=conversation.customer.label,
        customer_id=conversation.customer.customer_id,
        kind=str(row.get_kind_display()),
        state=str(row.get_delivery_display()),
        mood=MOODS.get(row.delivery or "", ""),
        attempts=row.attempts,
        reason=row.failure_reason,
        may_be_tried=row.may_be_resent and conversation.is_open,
    )
