"""Erases a customer: first a mark after which nothing can be added, then everything that is held, a batch at a time.

The mark takes the customer's opaque id away. What Apple delivers from then on finds nobody of that id and opens a new
customer, which is no part of this erasure. Each batch is a transaction that counts what it deleted in the erasure's
own row; that row is its lock and its memory, so it can be killed anywhere and goes on with the next sweep.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial

import structlog
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations import live
from conversations.models import (
    CloseReason,
    Conversation,
    Customer,
    Delivery,
    Erasure,
    Export,
    InboundReceipt,
    Message,
    ReceiptState,
    State,
)
from conversations.privacy import rows
from conversations.privacy.rows import Removed
from conversations.refusals import Refused
from omnichannel.audit.models import Action
from omnichannel.audit.services import record

BATCH = 200

# Who asks; None where a person works on the server itself.
Person = AbstractBaseUser | AnonymousUser | None

log = structlog.get_logger(__name__)


class CannotErase(Refused):
    """The customer cannot be erased now; ``str()`` of it says what to wait for."""


class _WroteMeanwhile(Exception):
    """A delivery opened a conversation while the mark waited for its locks."""


def erase(customer: Customer, *, by: Person) -> Erasure:
    """Erase a customer here and now, and return how much that was."""
    erasure = begin(customer, by=by)
    finish(erasure)
    erasure.refresh_from_db()
    return erasure


def begin(customer: Customer, *, by: Person, request: HttpRequest | None = None) -> Erasure:
    """Mark a customer, so that nothing more is added; raise CannotErase while a message is being sent to them."""
    while True:
        with suppress(_WroteMeanwhile):
            return _mark(customer, by=by, request=request)


@transaction.atomic
def _mark(customer: Customer, *, by: Person, request: HttpRequest | None) -> Erasure:
    # Deliveries, conversations, customer: the order in which a worker takes them that applies a delivery.
    newest = _receipts(customer).aggregate(newest=Max("pk"))["newest"] or 0
    # Parked ones go now too: somebody could put them back into the inbox while the rest is erased.
    unread = _receipts(customer).exclude(state=ReceiptState.DONE).filter(pk__lte=newest).order_by("pk")
    held = list(unread.select_for_update().values_list("pk", flat=True))
    _close(customer)
    row = _lock(customer)
    _stop_sending(row)
    removed = Removed(receipts=rows.delete_receipts(held)) + _delete_exports(row)
    erasure = Erasure.objects.create(
        customer_number=row.pk,
        account_id=row.account_id,
        customer_id=row.customer_id,
        newest_receipt=newest,
        requested_by_id=by.pk if by else None,
        removed=removed,
    )
    Customer.objects.filter(pk=row.pk).update(customer_id=f"erased:{row.pk}")
    transaction.on_commit(partial(log.info, "erasure_begun", customer=row.pk))
    record(Action.CUSTOMER_ERASURE_BEGUN, by=by, subject=f"customer {row.pk}", request=request)
    return erasure


def finish(erasure: Erasure) -> None:
    """Delete what is left of a marked customer; another worker that is at it already is left alone."""
    while _delete_batch(erasure.pk):
        pass


def unfinished() -> list[Erasure]:
    """Return the erasures that a worker has still to finish."""
    return list(Erasure.objects.filter(finished_at=None).order_by("pk"))


def _receipts(customer: Customer) -> QuerySet[InboundReceipt]:
    return InboundReceipt.objects.filter(account=customer.account_id, customer_id=customer.customer_id)


def _close(customer: Customer) -> None:
    """Close what is open, so that nobody can write in it any more."""
    open_ones = Conversation.objects.filter(customer=customer.pk).exclude(state=State.CLOSED)
    held = list(open_ones.locked())
    Conversation.objects.filter(pk__in=[each.pk for each in held]).update(
        state=State.CLOSED,
        close_reason=CloseReason.ERASED,
        closed_at=timezone.now(),
        typing_until=None,
        unread=0,
    )
    live.changed(*held)


def _lock(customer: Customer) -> Customer:
    """Lock the customer, whom a delivery may have brought back to life while the lock was waited for."""
    row = Customer.objects.select_for_update().filter(pk=customer.pk).first()
    if row is None or Erasure.objects.filter(customer_number=customer.pk).exists():
        raise CannotErase(_("The data of this customer is being erased already."))
    if Conversation.objects.filter(customer=row).exclude(state=State.CLOSED).exists():
        raise _WroteMeanwhile
    return row


def _stop_sending(customer: Customer) -> None:
    """Withdraw what is queued; raise CannotErase where something is on its way to Apple at this moment."""
    messages = Message.objects.filter(conversation__customer=customer)
    messages.filter(delivery=Delivery.QUEUED).update(delivery=Delivery.FAILED, failure_reason=_("Withdrawn."))
    if messages.filter(delivery=Delivery.SENDING).exists():
        raise CannotErase(_("A message is being sent to this customer. Try again in half a minute."))


def _delete_exports(customer: Customer) -> Removed:
    paths = list(Export.objects.filter(customer=customer).values_list("path", flat=True))
    return Removed(files=rows.doom(paths), exports=rows.delete_at_once(Export.objects.filter(customer=customer)))


@transaction.atomic
def _delete_batch(pk: int) -> bool:
    """Delete the next rows; return False once nothing is left, or while another worker does it."""
    erasure = Erasure.objects.select_for_update(skip_locked=True).filter(pk=pk, finished_at=None).first()
    if erasure is None:
        return False
    removed = _delete_some_messages(erasure) or _delete_some_receipts(erasure)
    if removed is None:
        _end(erasure)
        return False
    erasure.removed = Removed(erasure.removed) + removed
    erasure.save(update_fields=["removed"])
    return True


def _delete_some_messages(erasure: Erasure) -> Removed | None:
    conversation = Conversation.objects.filter(customer=erasure.customer_number).order_by("pk").first()
    if conversation is None:
        return None
    batch = list(conversation.messages.order_by("pk").values_list("pk", flat=True)[:BATCH])
    if messages := rows.lock(Message.objects.filter(pk__in=batch)):
        return rows.delete_messages(messages)
    # Whoever has it on the screen looks again, and finds nothing.
    live.changed(conversation)
    return Removed(conversations=rows.delete_at_once(Conversation.objects.filter(pk=conversation.pk)))


def _delete_some_receipts(erasure: Erasure) -> Removed | None:
    """Delete deliveries that became no message; what a new customer's message came with is theirs."""
    mine = InboundReceipt.objects.filter(
        account=erasure.account_id, customer_id=erasure.customer_id, pk__lte=erasure.newest_receipt, message=None
    ).exclude(state=ReceiptState.WAITING)
    batch = list(mine.order_by("-pk").values_list("pk", flat=True)[:BATCH])
    return Removed(receipts=rows.delete_receipts(batch)) if batch else None


def _end(erasure: Erasure) -> None:
    """Delete the customer, forget the opaque id, and leave the count in the audit log."""
    erasure.removed = Removed(erasure.removed) + Removed(
        customers=rows.delete_at_once(Customer.objects.filter(pk=erasure.customer_number))
    )
    erasure.customer_id, erasure.finished_at = "", timezone.now()
    erasure.save(update_fields=["removed", "customer_id", "finished_at"])
    record(
        Action.CUSTOMER_ERASED,
        by=erasure.requested_by,
        subject=f"customer {erasure.customer_number}",
        **erasure.removed,
    )
