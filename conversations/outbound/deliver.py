"""Sends what is queued: claims, sends many conversations side by side, and writes down how it went.

A claim is committed before anything is sent and released with the outcome. Whoever finds a claim that nobody keeps
alive knows only that the message may have gone out, so it becomes *outcome unknown*, never silently sent again.
"""

import datetime
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations import live
from conversations.models import UNDELIVERED, Attachment, Conversation, Customer, Delivery, Message
from conversations.outbound.wire import Outgoing, gateway_of, outgoing, typing_sign
from conversations.refusals import why_left
from omnichannel import amb
from omnichannel.common.rolling import Drain

# A worker says every second or so that it still sends; silence for this long means that it is gone.
ABANDONED_AFTER = datetime.timedelta(seconds=20)
FIRST_DELAY_SECONDS = 1.0
LONGEST_DELAY_SECONDS = 60.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Outcome:
    """How sending one message went."""

    delivery: Delivery
    status: int | None = None
    reason: str = ""
    retry_after: float | None = None
    has_customer_left: bool = False
    uploads: dict[int, amb.UploadedFile] = field(default_factory=dict)


def deliver_all() -> int:
    """Send everything that is due, each conversation's oldest first and one at a time; return how many were tried."""
    width = settings.SEND_THREADS
    return Drain(_pool(), width, claim=_claim, do=_send, record=_record, keep=_keep).run()


@transaction.atomic
def release_abandoned() -> int:
    """Mark what a dead worker was sending as *outcome unknown*; return how many there were."""
    abandoned = Message.objects.filter(delivery=Delivery.SENDING, claimed_at__lt=timezone.now() - ABANDONED_AFTER)
    conversations = list(Conversation.objects.filter(pk__in=abandoned.values("conversation")).locked())
    count = abandoned.filter(conversation__in=conversations).update(
        delivery=Delivery.UNKNOWN, failure_reason=_("The system stopped while sending.")
    )
    live.changed(*conversations)
    return count


def send_typing(conversation: Conversation, *, is_typing: bool) -> None:
    """Tell the phone that somebody writes, unless the customer left or a message is on its way, which says more."""
    is_over = not conversation.is_open or conversation.customer.left_at
    if is_over or conversation.messages.filter(delivery__in=UNDELIVERED).exists():
        return
    try:
        gateway_of(conversation).send(typing_sign(conversation, is_typing=is_typing))
    except amb.GatewayError as fault:
        log.info("typing_not_sent", conversation=conversation.pk, status=fault.status)


@cache
def _pool() -> ThreadPoolExecutor:
    # Kept for the life of the process, and with it each thread's connections to Apple.
    return ThreadPoolExecutor(settings.SEND_THREADS, thread_name_prefix="deliver")


def _claim(limit: int) -> list[Outgoing]:
    claimed, left = _claim_heads(limit)
    if left:
        _withdraw(left)
    return claimed


@transaction.atomic
def _claim_heads(limit: int) -> tuple[list[Outgoing], set[int]]:
    """Return what to send now, and the conversations whose customer has left meanwhile."""
    now = timezone.now()
    due = Message.objects.sendable(now).select_related("conversation__customer")
    heads = list(due.select_for_update(of=("self",), skip_locked=True)[:limit])
    left = {head.conversation_id for head in heads if head.conversation.customer.left_at}
    return _claimed([head.pk for head in heads if head.conversation_id not in left], now), left


@transaction.atomic
def _withdraw(ids: set[int]) -> None:
    """Give up what is queued for customers who left: the last gate before the wire.

    Apple's documentation (Close): the provider itself sees to it that nothing more is sent to them.
    """
    conversations = list(Conversation.objects.filter(pk__in=ids, customer__left_at__isnull=False).locked())
    Message.objects.filter(conversation__in=conversations, delivery=Delivery.QUEUED).update(
        delivery=Delivery.FAILED, failure_reason=why_left()
    )
    live.changed(*conversations)


def _claimed(ids: list[int], now: datetime.datetime) -> list[Outgoing]:
    Message.objects.filter(pk__in=ids).update(delivery=Delivery.SENDING, claimed_at=now, attempts=F("attempts") + 1)
    claimed = Message.objects.filter(pk__in=ids).select_related(
        "author", "conversation__customer", "conversation__instance__account__connection"
    )
    return [outgoing(message) for message in claimed.prefetch_related("attachments")]


def _keep(jobs: list[Outgoing]) -> None:
    Message.objects.filter(pk__in=[job.pk for job in jobs], delivery=Delivery.SENDING).update(claimed_at=timezone.now())


def _send(job: Outgoing) -> Outcome:
    uploads: dict[int, amb.UploadedFile] = {}
    try:
        outcome = _transmit(job, uploads)
    except amb.GatewayError as fault:
        outcome = _failed(fault)
    except OSError:
        outcome = Outcome(Delivery.FAILED, reason=_("A file could not be read from our storage."))
    return replace(outcome, uploads=uploads)


def _transmit(job: Outgoing, uploads: dict[int, amb.UploadedFile]) -> Outcome:
    try:
        return _transmit_once(job, uploads)
    except amb.NotAuthorized:
        # Apple's documentation (Response codes): a refused token is replaced once, then somebody must look.
        job.gateway.renew_token()
        return _transmit_once(job, uploads)


def _transmit_once(job: Outgoing, uploads: dict[int, amb.UploadedFile]) -> Outcome:
    text = job.text
    for file in job.files:
        if file.uploaded is None and file.pk not in uploads:
            uploads[file.pk] = job.gateway.upload(text.source_id, file.chunks())
    shown = [(file.uploaded or uploads[file.pk]).as_attachment(file.name, file.mime_type) for file in job.files]
    body = amb.with_placeholders(text.body, len(shown))
    job.gateway.send(
        text.model_copy(update={"body": body, "attachments": tuple(shown)}),
        auto_reply=job.is_automated,
        agent_name=job.agent_name,
    )
    return Outcome(Delivery.SENT)


def _failed(fault: amb.GatewayError) -> Outcome:
    if isinstance(fault, amb.GatewayUnavailable):
        delivery = Delivery.QUEUED if fault.outcome_known else Delivery.UNKNOWN
        return Outcome(delivery, fault.status, fault.reason, retry_after=fault.retry_after)
    has_left = isinstance(fault, amb.CustomerLeft)
    return Outcome(Delivery.FAILED, fault.status, fault.reason, has_customer_left=has_left)


@transaction.atomic
def _record(results: list[tuple[Outgoing, Outcome]]) -> None:
    messages = Message.objects.filter(pk__in=[job.pk for job, _outcome in results])
    # Conversations before messages, as whoever queues, resends or withdraws does it.
    conversations = list(Conversation.objects.filter(pk__in=messages.values("conversation")).locked())
    rows, now = messages.select_related("conversation").in_bulk(), timezone.now()
    for job, outcome in results:
        # A message that was erased meanwhile has no row to write to.
        if row := rows.get(job.pk):
            _write(row, job.attempt, outcome, now)
    live.changed(*conversations)


def _write(message: Message, attempt: int, outcome: Outcome, now: datetime.datetime) -> None:
    for pk, file in outcome.uploads.items():
        Attachment.objects.filter(pk=pk).update(
            url=file.url, owner=file.owner, signature_base64=file.signature_base64, key=file.key
        )
    if outcome.has_customer_left:
        Customer.objects.filter(pk=message.conversation.customer_id, left_at=None).update(left_at=now)
    # The attempt is the fence: an outcome that comes after somebody queued the message again changes nothing.
    mine = Message.objects.filter(pk=message.pk, attempts=attempt, delivery__in=[Delivery.SENDING, Delivery.UNKNOWN])
    mine.update(**_columns(message, outcome, now))
    log.info("message_tried", message=message.pk, attempt=attempt, delivery=outcome.delivery, status=outcome.status)


def _columns(message: Message, outcome: Outcome, now: datetime.datetime) -> dict[str, Any]:
    if outcome.delivery == Delivery.SENT:
        return {"delivery": Delivery.SENT, "sent_at": now, "failure_status": None, "failure_reason": ""}
    failure = {"failure_status": outcome.status, "failure_reason": outcome.reason[:400]}
    if outcome.delivery != Delivery.QUEUED:
        return {"delivery": outcome.delivery, **failure}
    last_at = message.give_up_at or now
    if now >= last_at:
        return {"delivery": Delivery.FAILED, **failure}
    # However long Apple asks us to wait, what stands behind this message must not wait longer than its last try.
    due_at = min(now + _delay(message.attempts, outcome.retry_after), last_at)
    return {"delivery": Delivery.QUEUED, "due_at": due_at, **failure}


def _delay(attempts: int, retry_after: float | None) -> datetime.timedelta:
    seconds = min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** min(attempts - 1, 10))
    return datetime.timedelta(seconds=max(retry_after or 0, seconds * random.uniform(0.5, 1.5)))  # noqa: S311  jitter
