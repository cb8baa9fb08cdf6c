"""Sends what is queued: claims, sends many conversations side by side, and writes down how it went.

A claim is committed before anything is sent and released with the outcome. Whoever finds a claim that nobody keeps
alive knows only that the message may have gone out, so it becomes *outcome unknown*, never silently sent again.
Claims lapse by the database's clock: hosts disagree about the time.
"""

import datetime
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F, Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from channels_app.models import ChannelInstance
from conversations import live
from conversations.models import UNDELIVERED, Attachment, Attempt, Conversation, Customer, Delivery, Message
from conversations.models.message import MessageQuerySet
from conversations.outbound.lent import known_references, note_references
from conversations.outbound.overdue import due_to_be_settled, in_time
from conversations.outbound.recovery import hasten
from conversations.outbound.transmit import Outcome, transmit
from conversations.outbound.wire import Claimed, Outgoing, gateway_of, outgoing, typing_sign
from conversations.refusals import why_left
from omnichannel import amb
from omnichannel.common import clock
from omnichannel.common.encryption import CannotDecrypt
from omnichannel.common.rolling import Drain
from omnichannel.common.steps import Step, reached

# What a row's secrets raise that were sealed with another key, or are no secrets, and a picture that is not there.
UNREADABLE = (CannotDecrypt, KeyError, ValueError)
# What an outcome may still be written to: a guess gives way to what is known.
BEGUN = (Delivery.SENDING, Delivery.UNKNOWN)
# Conversations whose waiting messages are ended in one transaction, after a long standstill.
SETTLED_AT_ONCE = 200
FIRST_DELAY_SECONDS = 1.0
LONGEST_DELAY_SECONDS = 60.0

log = structlog.get_logger(__name__)


def deliver_all() -> int:
    """Send everything that is due, each conversation's oldest first and one at a time; return how many were tried."""
    width = settings.SEND_THREADS
    return Drain(_pool(), width, claim=_claim, do=transmit, record=_record, keep=_keep).run()


@transaction.atomic
def release_abandoned() -> int:
    """Mark what a dead worker was sending as *outcome unknown*; return how many there were."""
    # A worker says every second or so that it still sends; silence for this long means that it is gone.
    silent_since = clock.now() - datetime.timedelta(seconds=settings.CLAIM_SECONDS)
    abandoned = Message.objects.filter(delivery=Delivery.SENDING, claimed_at__lt=silent_since)
    conversations = list(Conversation.objects.filter(pk__in=abandoned.values("conversation")).locked())
    mine = abandoned.filter(conversation__in=conversations)
    count = _give_up_sending(mine, _("The system stopped while sending."))
    live.changed(*conversations)
    return count


def settle_overdue() -> int:
    """End what has been queued or under way for too long, wherever it stands; return how many there were."""
    total = 0
    while count := _settle_some():
        total += count
    if total:
        log.error("messages_overdue", count=total)
    return total


@transaction.atomic
def _settle_some() -> int:
    overdue = due_to_be_settled(clock.now())
    places = overdue.order_by("conversation").values_list("conversation", flat=True).distinct()[:SETTLED_AT_ONCE]
    conversations = list(Conversation.objects.filter(pk__in=list(places)).locked())
    mine = overdue.filter(conversation__in=conversations)
    reason = _("It waited for too long without being sent. Send it again if it still matters.")
    count = mine.filter(delivery=Delivery.QUEUED).update(delivery=Delivery.FAILED, failure_reason=reason)
    count += _give_up_sending(
        mine.filter(delivery=Delivery.SENDING), _("Apple's answer has not come to an end for too long.")
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


def _give_up_sending(messages: MessageQuerySet, reason: str) -> int:
    _note_attempts([_abandoned_attempt(message, reason) for message in messages])
    return messages.update(delivery=Delivery.UNKNOWN, failure_reason=reason)


def _claim(limit: int) -> list[Outgoing]:
    while True:
        claimed, unreadable, left = _claim_heads(limit)
        if unreadable:
            _record([(each, _cannot_be_read()) for each in unreadable])
        if claimed:
            reached(Step.MESSAGES_CLAIMED)
        if left:
            _withdraw(left)
        # What stands behind those that are not to be sent does not wait for the next bell.
        if claimed or not (unreadable or left):
            return claimed


@transaction.atomic
def _claim_heads(limit: int) -> tuple[list[Outgoing], list[Claimed], set[int]]:
    """Return what to send now, what cannot be, and the conversations whose customer has left meanwhile."""
    now = clock.now()
    due = in_time(Message.objects.sendable(now), now).select_related("conversation__customer")
    due = due.only("conversation__customer__left_at")
    heads = list(due.select_for_update(of=("self",), skip_locked=True)[:limit])
    left = {head.conversation_id for head in heads if head.conversation.customer.left_at}
    ids = [head.pk for head in heads if head.conversation_id not in left]
    Message.objects.filter(pk__in=ids).update(delivery=Delivery.SENDING, claimed_at=now, attempts=F("attempts") + 1)
    return (*_readable(ids), left)


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


def _readable(ids: list[int]) -> tuple[list[Outgoing], list[Claimed]]:
    """Return what is ready for a thread, and what has a secret that cannot be read and must not hold up the others."""
    try:
        return _loaded(ids), []
    except UNREADABLE:
        if len(ids) == 1:
            return [], [Claimed(*Message.objects.values_list("pk", "attempts").get(pk=ids[0]))]
    parts = [_readable([pk]) for pk in ids]
    return [job for ready, _broken in parts for job in ready], [job for _ready, broken in parts for job in broken]


def _loaded(ids: list[int]) -> list[Outgoing]:
    claimed = Message.objects.filter(pk__in=ids).select_related("author", "conversation__customer").order_by("pk")
    # Many conversations share an instance: fetched, and its secret read, once.
    instances = Prefetch("conversation__instance", ChannelInstance.objects.select_related("account__connection"))
    jobs = [outgoing(message) for message in claimed.prefetch_related("attachments", instances)]
    references = known_references(job.key for job in jobs if job.digest)
    return [replace(job, reference=references.get(job.key)) if job.digest else job for job in jobs]


def _cannot_be_read() -> Outcome:
    reason = _(
        "A secret, file or picture that this needs cannot be read. "
        "An administrator can enter the connection’s secret again."
    )
    return Outcome(Delivery.FAILED, reason=reason)


def _keep(jobs: list[Outgoing]) -> None:
    Message.objects.filter(pk__in=[job.pk for job in jobs], delivery=Delivery.SENDING).update(claimed_at=clock.now())


def _record(results: Sequence[tuple[Claimed, Outcome]]) -> None:
    with transaction.atomic():
        _write_outcomes(results)
        reached(Step.OUTCOMES_WRITTEN)
    reached(Step.OUTCOMES_COMMITTED)


def _write_outcomes(results: Sequence[tuple[Claimed, Outcome]]) -> None:
    messages = Message.objects.filter(pk__in=[job.pk for job, _outcome in results])
    # Conversations before messages, as whoever queues, resends or withdraws does it.
    conversations = list(Conversation.objects.filter(pk__in=messages.values("conversation")).locked())
    rows, now = messages.select_related("conversation").in_bulk(), clock.now()
    # A message that was erased meanwhile has no row to write to.
    known = [(rows[job.pk], job, outcome) for job, outcome in results if job.pk in rows]
    for row, job, outcome in known:
        _write_beside(row, outcome, now)
        _tell(row, job.attempt, outcome)
    # The attempt is the fence: an outcome that comes after somebody queued the message again changes nothing.
    mine = [(row, outcome) for row, job, outcome in known if row.attempts == job.attempt and row.delivery in BEGUN]
    sent = [row for row, outcome in mine if outcome.delivery == Delivery.SENT]
    _write_sent([row.pk for row in sent], now)
    hasten(sent, now)
    for row, outcome in mine:
        if outcome.delivery != Delivery.SENT:
            Message.objects.filter(pk=row.pk).update(**_columns(row, outcome, now))
    _note_attempts([_attempt(job, outcome) for _row, job, outcome in known])
    _note_references(results)
    live.changed(*conversations)


def _note_references(results: Sequence[tuple[Claimed, Outcome]]) -> None:
    about = [(job.key, outcome) for job, outcome in results if isinstance(job, Outgoing) and job.digest]
    lent = {key: outcome.lent for key, outcome in about if outcome.lent}
    refused = {key for key, outcome in about if outcome.is_reference_refused}
    if lent or refused:
        note_references(lent, refused)


def _note_attempts(attempts: list[Attempt]) -> None:
    # A result that comes after its worker was given up replaces the guess.
    Attempt.objects.bulk_create(
        attempts,
        update_conflicts=True,
        unique_fields=["message", "number"],
        update_fields=["began_at", "ended_at", "outcome", "status", "reason"],
    )


def _attempt(job: Claimed, outcome: Outcome) -> Attempt:
    return Attempt(
        message_id=job.pk,
        number=job.attempt,
        began_at=outcome.began_at,
        ended_at=outcome.ended_at,
        outcome=outcome.delivery,
        status=outcome.status,
        reason=outcome.reason[:400],
    )


def _abandoned_attempt(message: Message, reason: str) -> Attempt:
    last_sign = message.claimed_at or timezone.now()
    return Attempt(
        message=message,
        number=message.attempts,
        began_at=last_sign,
        ended_at=timezone.now(),
        outcome=Delivery.UNKNOWN,
        reason=reason,
    )


def _write_sent(ids: list[int], now: datetime.datetime) -> None:
    Message.objects.filter(pk__in=ids).update(
        delivery=Delivery.SENT, sent_at=now, failure_status=None, failure_reason=""
    )


def _write_beside(message: Message, outcome: Outcome, now: datetime.datetime) -> None:
    for pk, file in outcome.uploads.items():
        Attachment.objects.filter(pk=pk).update(
            url=file.url, owner=file.owner, signature_base64=file.signature_base64, key=file.key
        )
    if outcome.has_customer_left:
        Customer.objects.filter(pk=message.conversation.customer_id, left_at=None).update(left_at=now)


def _tell(message: Message, attempt: int, outcome: Outcome) -> None:
    log.info(
        "message_tried",
        message=message.pk,
        conversation=message.conversation_id,
        apple_id=message.apple_id,
        attempt=attempt,
        delivery=outcome.delivery,
        status=outcome.status,
    )


def _columns(message: Message, outcome: Outcome, now: datetime.datetime) -> dict[str, Any]:
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
