"""Reads of the ledger: bounded, by keys and indexes that exist, however many rows there are."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import BinaryField, Case, F, Func, IntegerField, QuerySet, Subquery, Value, When
from django.http import QueryDict
from django.utils import timezone

from conversations.ledger.accounts import first_messages
from conversations.ledger.forms import Inbound, Outbound
from conversations.ledger.periods import first_outbound, first_receipt
from conversations.models import (
    UNDELIVERED,
    Customer,
    Delivery,
    Direction,
    InboundReceipt,
    Message,
    ReceiptState,
    State,
)
from omnichannel.common.paging import Page, page_of

# A count beyond this is shown as "1,000+": what matters is that there are many.
COUNTED = 1000
# Typing and closing are smaller than this, and only they leave no message; the rest is not worth reading for a list.
SMALL_BODY = 4096
TROUBLED = (Delivery.FAILED, Delivery.UNKNOWN)
SHOWN = 20
# What waits less long than this is on its way.
PATIENCE = datetime.timedelta(minutes=1)


@dataclass(frozen=True)
class Pulse:
    """How the ledger stands: what waits longest in each direction, and how much needs somebody."""

    waiting_since: datetime.datetime | None
    unsent_since: datetime.datetime | None
    parked: int
    failed: int
    unknown: int


def pulse() -> Pulse:
    """Return the numbers above every page of the ledger; no count goes beyond a thousand."""
    waiting = InboundReceipt.objects.filter(state=ReceiptState.WAITING)
    unsent = Message.objects.filter(delivery__in=UNDELIVERED)
    return Pulse(
        waiting_since=waiting.order_by("pk").values_list("received_at", flat=True).first(),
        unsent_since=unsent.order_by("created_at").values_list("created_at", flat=True).first(),
        parked=_count(InboundReceipt.objects.filter(state=ReceiptState.PARKED)),
        failed=_count(troubled().filter(delivery=Delivery.FAILED)),
        unknown=_count(troubled().filter(delivery=Delivery.UNKNOWN)),
    )


def receipts() -> QuerySet[InboundReceipt]:
    """Return deliveries as a list shows them: with their account and message, without their bodies."""
    length = Func(F("body"), function="octet_length", output_field=IntegerField())
    rows = InboundReceipt.objects.select_related("account", "message")
    return (
        rows.defer("body", "fetched", "message__body", "message__subject", "message__payload")
        .annotate(length=length)
        .annotate(
            small_body=Case(
                When(message=None, length__lte=SMALL_BODY, then=F("body")),
                default=Value(None),
                output_field=BinaryField(),
            )
        )
    )


def messages() -> QuerySet[Message]:
    """Return messages to customers as a list shows them, without their words."""
    rows = Message.objects.filter(direction=Direction.OUT)
    return rows.select_related("conversation__customer", "conversation__instance__account").defer(
        "body", "subject", "payload"
    )


def troubled() -> QuerySet[Message]:
    """Return the messages that failed, and those whose outcome nobody knows."""
    return Message.objects.filter(delivery__in=TROUBLED)


def page_of_receipts(filters: Inbound, query: QueryDict) -> Page[InboundReceipt]:
    """Return the deliveries that are asked for, a page of them."""
    return page_of(_narrowed_receipts(filters), query)


def page_of_messages(filters: Outbound, query: QueryDict) -> Page[Message]:
    """Return the messages that are asked for, a page of them."""
    account, rows = filters.asked.get("account"), _narrowed_messages(filters)
    if account is None:
        return page_of(rows, query)
    if filters.asked.get("state", Delivery.SENT) == Delivery.SENT:
        return page_of(rows, query, first=first_messages(account))
    return page_of(rows.filter(conversation__instance__account=account), query)


def _narrowed_receipts(filters: Inbound) -> QuerySet[InboundReceipt]:
    rows, asked = receipts(), filters.asked
    if account := asked.get("account"):
        rows = rows.filter(account=account)
    if state := asked.get("state"):
        rows = rows.filter(state=state)
    if customer := asked.get("customer"):
        rows = of_customer(rows, customer)
    if conversation := asked.get("conversation"):
        rows = rows.filter(message__conversation=conversation)
    if moment := filters.since:
        rows = rows.filter(pk__gte=first_receipt(moment), received_at__gte=moment)
    return rows


def _narrowed_messages(filters: Outbound) -> QuerySet[Message]:
    rows, asked = messages(), filters.asked
    if state := asked.get("state"):
        # The wider condition is that of the index.
        rows = rows.filter(delivery__in=TROUBLED) if state in TROUBLED else rows
        rows = rows.filter(delivery=state)
    if customer := asked.get("customer"):
        rows = rows.filter(conversation__customer=customer)
    if conversation := asked.get("conversation"):
        rows = rows.filter(conversation=conversation)
    if moment := filters.since:
        rows = rows.filter(pk__gte=first_outbound(moment), created_at__gte=moment)
    return rows


def of_customer(rows: QuerySet[InboundReceipt], customer: int) -> QuerySet[InboundReceipt]:
    """Return a customer's deliveries, which know the customer by Apple's id alone."""
    chosen = Customer.objects.filter(pk=customer)
    return rows.filter(
        account=Subquery(chosen.values("account")[:1]), customer_id=Subquery(chosen.values("customer_id")[:1])
    )


def parked_receipts() -> QuerySet[InboundReceipt]:
    """Return the newest parked deliveries."""
    return receipts().filter(state=ReceiptState.PARKED).order_by("-pk")[:SHOWN]


def unsettled_messages() -> QuerySet[Message]:
    """Return the newest messages that did not get through and still can: their conversation is open."""
    newest = troubled().order_by("-pk").values("pk")[:COUNTED]
    rows = messages().filter(pk__in=newest, delivery__in=TROUBLED, erased_at=None)
    return rows.exclude(conversation__state=State.CLOSED).order_by("-pk")[:SHOWN]


def late_receipts() -> QuerySet[InboundReceipt]:
    """Return the deliveries that wait longest."""
    rows = receipts().filter(state=ReceiptState.WAITING, received_at__lt=timezone.now() - PATIENCE)
    return rows.order_by("pk")[:SHOWN]


def late_messages() -> QuerySet[Message]:
    """Return the messages that wait longest."""
    rows = messages().filter(delivery__in=UNDELIVERED, created_at__lt=timezone.now() - PATIENCE)
    return rows.order_by("created_at")[:SHOWN]


def _count(rows: QuerySet[Any]) -> int:
    return rows.order_by()[: COUNTED + 1].count()
