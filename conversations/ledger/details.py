"""Everything that the page of one delivery or one message says."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from conversations.ledger.codes import Answer, explain
from conversations.ledger.envelope import Envelope, envelope
from conversations.ledger.lines import MOODS, kind_of, message_of
from conversations.ledger.sent import body_of
from conversations.models import (
    Attachment,
    Attempt,
    Customer,
    Delivery,
    Direction,
    InboundReceipt,
    Message,
    ReceiptState,
)
from omnichannel import amb
from workstreams.roles import Role, roles_of

# A message is tried a dozen times within its ten minutes; resent by hand, it has more.
TRIES_SHOWN = 100


@dataclass(frozen=True)
class ReceiptDetail:
    """One delivery."""

    row: InboundReceipt
    kind: str
    mood: str
    customer: Customer | None
    message: Message | None
    conversation_url: str
    envelope: Envelope
    fetched: Envelope | None

    @property
    def is_parked(self) -> bool:
        """Tell whether it was put aside."""
        return self.row.state == ReceiptState.PARKED

    @property
    def may_be_read_again(self) -> bool:
        """Tell whether it has a message whose content is still here."""
        return self.row.state == ReceiptState.DONE and self.message is not None and self.message.erased_at is None


@dataclass(frozen=True)
class Try:
    """One attempt, with Apple's answer in words."""

    attempt: Attempt
    mood: str
    answer: Answer

    @property
    def duration(self) -> datetime.timedelta:
        """Return how long it took."""
        return self.attempt.ended_at - self.attempt.began_at

    @property
    def milliseconds(self) -> int:
        """Return how long it took, as a number."""
        return max(0, round(self.duration.total_seconds() * 1000))


@dataclass(frozen=True)
class MessageDetail:
    """One message to a customer."""

    row: Message
    mood: str
    tries: list[Try]
    files: list[Attachment]
    conversation_url: str
    envelope: Envelope | None
    advice: Answer | None

    @property
    def is_unknown(self) -> bool:
        """Tell whether it may have arrived."""
        return self.row.delivery == Delivery.UNKNOWN

    @property
    def is_over(self) -> bool:
        """Tell whether it did not get through and nothing more will happen by itself."""
        return self.row.delivery in (Delivery.FAILED, Delivery.UNKNOWN)


def of_receipt(row: InboundReceipt, viewer: Any) -> ReceiptDetail:
    """Return what the page of a delivery says."""
    message = message_of(row)
    body = bytes(row.body)
    return ReceiptDetail(
        row=row,
        kind=kind_of(row, body),
        mood=MOODS[row.state],
        customer=Customer.objects.filter(account=row.account_id, customer_id=row.customer_id).first(),
        message=message,
        conversation_url=_conversation(message, viewer),
        envelope=envelope(body),
        fetched=envelope(bytes(row.fetched)) if row.fetched else None,
    )


def of_message(row: Message, viewer: Any) -> MessageDetail:
    """Return what the page of a message says."""
    tries = [_try(attempt) for attempt in row.tries.order_by("-number")[:TRIES_SHOWN]]
    return MessageDetail(
        row=row,
        mood=MOODS.get(row.delivery or "", ""),
        tries=tries,
        files=list(row.attachments.defer("key")),
        conversation_url=_conversation(row, viewer),
        envelope=_sent(row),
        advice=explain(row.delivery, row.failure_status) if row.may_be_resent and row.delivery else None,
    )


def _try(attempt: Attempt) -> Try:
    return Try(attempt, MOODS[attempt.outcome], explain(attempt.outcome, attempt.status))


def _sent(row: Message) -> Envelope | None:
    if row.erased_at or row.direction != Direction.OUT:
        return None
    try:
        return envelope(body_of(row))
    except (amb.DecodeError, KeyError, ValueError):
        return None


def _conversation(message: Message | None, viewer: Any) -> str:
    if message is None or not roles_of(viewer) & {Role.SUPERVISOR}:
        return ""
    return reverse("console:conversation", args=[message.conversation_id])
