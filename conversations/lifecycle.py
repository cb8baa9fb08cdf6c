"""The life of a conversation: opened, ended, left by the customer."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from channels_app.automated.wording import Wording
from channels_app.models import ChannelInstance
from conversations import automated, live
from conversations.assignment import check_writable, note
from conversations.models import (
    CloseReason,
    Conversation,
    Customer,
    Delivery,
    Direction,
    Event,
    Kind,
    Message,
    State,
)
from workstreams.models import Agent
from workstreams.routing import Facts, Rule, route

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Entry:
    """How a customer came: what the link or the device said."""

    at: datetime.datetime
    intent: str = ""
    group: str = ""
    locale: str = ""


def open_conversation(
    customer: Customer, instance: ChannelInstance, entry: Entry, rules: Sequence[Rule] = ()
) -> Conversation:
    """Open a conversation in the queue that the workstream's rules name; the caller rings the consoles."""
    workstream = instance.workstream
    facts = Facts(workstream.fallback_queue_id, intent=entry.intent, group=entry.group, locale=entry.locale)
    decision = route(facts, rules)
    conversation = Conversation.objects.create(
        customer=customer,
        instance=instance,
        workstream=workstream,
        queue_id=decision.queue_id,
        intent=entry.intent,
        group=entry.group,
        opened_at=entry.at,
        last_message_at=entry.at,
    )
    chosen = {"queue": decision.queue_id, "rule": decision.rule.pk if decision.rule else None}
    routed = partial(log.info, "conversation_routed", conversation=conversation.pk, **chosen)
    transaction.on_commit(routed, robust=True)
    return conversation


@transaction.atomic
def end(conversation: Conversation, *, by: Agent | None) -> None:
    """Close a conversation for good; the customer's next message opens another."""
    locked = Conversation.objects.locked().get(pk=conversation.pk)
    check_writable(locked, by=by)
    _close(locked, CloseReason.AGENT if by else CloseReason.API, timezone.now())
    note(locked, Event.ENDED, by=by)
    automated.say_goodbye(locked, by=by)
    live.changed(locked)
    conversation.refresh_from_db()


@transaction.atomic
def mark_read(conversation: Conversation, *, by: Agent) -> None:
    """Forget the unread count of an agent's own conversation."""
    if Conversation.objects.filter(pk=conversation.pk, agent=by, unread__gt=0).update(unread=0):
        live.changed(conversation)


def leave(conversation: Conversation, at: datetime.datetime, wording: Wording) -> None:
    """Close a conversation that the customer deleted, and stop what was still to be sent to them.

    Apple's documentation (Close): nothing may reach such a customer until they write again.
    """
    _close(conversation, CloseReason.CUSTOMER_LEFT, at)
    conversation.messages.filter(delivery=Delivery.QUEUED).update(
        delivery=Delivery.FAILED, failure_reason=_("The customer deleted the conversation.")
    )
    note(conversation, Event.CUSTOMER_LEFT)
    automated.note_departure(conversation, wording)
    live.changed(conversation)


def close_with_channel(instances: Iterable[ChannelInstance]) -> int:
    """Close whatever is open on instances that are being deleted, stop what was still to be sent, return how many.

    The caller holds the instances, so that no conversation opens on them meanwhile.
    """
    closed = list(Conversation.objects.filter(instance__in=instances).exclude(state=State.CLOSED).locked())
    rows = Conversation.objects.filter(pk__in=[each.pk for each in closed])
    rows.update(
        state=State.CLOSED,
        close_reason=CloseReason.CHANNEL_DELETED,
        closed_at=timezone.now(),
        typing_until=None,
        unread=0,
    )
    Message.objects.filter(conversation__in=rows, delivery=Delivery.QUEUED).update(
        delivery=Delivery.FAILED, failure_reason=_("The channel was deleted.")
    )
    Message.objects.bulk_create(
        Message(conversation=each, direction=Direction.NOTE, kind=Kind.EVENT, body=Event.CHANNEL_DELETED)
        for each in closed
    )
    live.changed(*closed)
    return len(closed)


def _close(conversation: Conversation, reason: CloseReason, at: datetime.datetime) -> None:
    conversation.state, conversation.close_reason, conversation.closed_at = State.CLOSED, reason, at
    conversation.typing_until, conversation.unread = None, 0
    conversation.save(update_fields=["state", "close_reason", "closed_at", "typing_until", "unread"])
