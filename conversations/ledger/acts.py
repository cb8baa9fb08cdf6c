"""What people do from the ledger: each act and its audit event in one transaction, or neither."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from conversations.inbound import replay
from conversations.models import Delivery, Direction, InboundReceipt, Message
from conversations.outbound import send as outbound
from conversations.refusals import CannotSend, Refused
from omnichannel.audit.models import Action
from omnichannel.audit.services import record

Row = TypeVar("Row", Message, InboundReceipt)


@dataclass
class Result:
    """What came of doing one thing many times: how often it was done, and how often each refusal stood against it."""

    done: int = 0
    refusals: dict[str, int] = field(default_factory=dict)

    def refused(self, reason: str) -> None:
        """Count a refusal."""
        self.refusals[reason] = self.refusals.get(reason, 0) + 1


@transaction.atomic
def resend(message: Message, request: HttpRequest) -> None:
    """Queue a message again under the same id; whose conversation it is does not matter here."""
    was = message.delivery
    outbound.resend(message, by=None)
    record(
        Action.MESSAGE_RESENT,
        by=request.user,
        subject=f"message {message.pk}",
        request=request,
        conversation=message.conversation_id,
        attempts=message.attempts,
        was=was,
    )


@transaction.atomic
def apply_again(receipt: InboundReceipt, request: HttpRequest) -> None:
    """Put a parked delivery back into the inbox."""
    replay.apply_again(receipt)
    record(Action.RECEIPT_APPLIED_AGAIN, by=request.user, subject=f"delivery {receipt.pk}", request=request)


@transaction.atomic
def read_again(receipt: InboundReceipt, request: HttpRequest) -> bool:
    """Have the message of a delivery show what we read in it today; return whether that changed anything."""
    changed = replay.read_again(receipt)
    record(Action.RECEIPT_REPLAYED, by=request.user, subject=f"delivery {receipt.pk}", request=request, changed=changed)
    return changed


def resend_failed(ids: Collection[int], request: HttpRequest) -> Result:
    """Queue failed messages again; one whose outcome nobody knows is left to somebody who looks at it."""
    messages = Message.objects.filter(pk__in=ids, direction=Direction.OUT).order_by("pk")
    return _each(_resend_failed, ids, messages, request)


def apply_parked(ids: Collection[int], request: HttpRequest) -> Result:
    """Put parked deliveries back into the inbox, in the order in which they came."""
    receipts = InboundReceipt.objects.filter(pk__in=ids).order_by("pk").defer("body")
    return _each(apply_again, ids, receipts, request)


def _resend_failed(message: Message, request: HttpRequest) -> None:
    if message.delivery == Delivery.UNKNOWN:
        raise CannotSend(_("Nobody knows whether it arrived. Open it to decide."))
    resend(message, request)


def _each(
    act: Callable[[Row, HttpRequest], None], ids: Collection[int], rows: Iterable[Row], request: HttpRequest
) -> Result:
    """Do it to each; what somebody else was quicker with, or removed, is told as well and not passed over."""
    result, missing = Result(), set(ids)
    for row in rows:
        missing.discard(row.pk)
        _try(result, act, row, request)
    for _pk in missing:
        result.refused(_("This is no longer kept."))
    return result


def _try(result: Result, act: Callable[[Row, HttpRequest], None], row: Row, request: HttpRequest) -> None:
    # Each in a transaction of its own: the audit log is locked from an event to its commit.
    try:
        act(row, request)
        result.done += 1
    except Refused as fault:
        result.refused(str(fault))
