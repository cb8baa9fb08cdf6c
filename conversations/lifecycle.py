"""The life of a conversation: opened, ended, left by the customer."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from channels_app.models import ChannelInstance
from conversations import live
from conversations.assignment import check_writable, note
from conversations.models import CloseReason, Conversation, Customer, Delivery, Event, State
from workstreams.models import Agent
from workstreams.routing import Facts, route


@dataclass(frozen=True)
class Entry:
    """How a customer came: what the link or the device said."""

    at: datetime.datetime
    intent: str = ""
    group: str = ""
    locale: str = ""


def open_conversation(customer: Customer, instance: ChannelInstance, entry: Entry) -> Conversation:
    """Open a conversation in the queue that routing names; the caller rings the consoles."""
    workstream = instance.workstream
    facts = Facts(workstream.fallback_queue_id, intent=entry.intent, group=entry.group, locale=entry.locale)
    return Conversation.objects.create(
        customer=customer,
        instance=instance,
        workstream=workstream,
        queue_id=route(facts),
        intent=entry.intent,
        group=entry.group,
        opened_at=entry.at,
        last_message_at=entry.at,
    )


@transaction.atomic
def end(conversation: Conversation, *, by: Agent | None) -> None:
    """Close a conversation for good; the customer's next message opens another."""
    locked = Conversation.objects.locked().get(pk=conversation.pk)
    check_writable(locked, by=by)
    _close(locked, CloseReason.AGENT if by else CloseReason.API, timezone.now())
    note(locked, Event.ENDED, by=by)
    live.changed(locked)
    conversation.refresh_from_db()


@transaction.atomic
def mark_read(conversation: Conversation, *, by: Agent) -> None:
    """Forget the unread count of an agent's own conversation."""
    if Conversation.objects.filter(pk=conversation.pk, agent=by, unread__gt=0).update(unread=0):
        live.changed(conversation)


def leave(conversation: Conversation, at: datetime.datetime) -> None:
    """Close a conversation that the customer deleted, and stop what was still to be sent to them.

    Apple's documentation (Close): nothing may reach such a customer until they write again.
    """
    _close(conversation, CloseReason.CUSTOMER_LEFT, at)
    conversation.messages.filter(delivery=Delivery.QUEUED).update(
        delivery=Delivery.FAILED, failure_reason=_("The customer deleted the conversation.")
    )
    note(conversation, Event.CUSTOMER_LEFT)
    live.changed(conversation)


def _close(conversation: Conversation, reason: CloseReason, at: datetime.datetime) -> None:
    conversation.state, conversation.close_reason, conversation.closed_at = State.CLOSED, reason, at
    conversation.typing_until, conversation.unread = None, 0
    conversation.save(update_fields=["state", "close_reason", "closed_at", "typing_until", "unread"])
