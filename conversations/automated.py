"""Says what the company has decided to say by itself, as ordinary rows of the outbox and the transcript.

They are written in the transaction of what they tell, under the lock of the conversation: so they come once, in
order, and not at all where that transaction fails. A customer who left is told nothing. What a list line shows of a
conversation stays as it was: the last words that somebody wrote.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef

from channels_app.automated.survey_link import personal_link
from channels_app.automated.texts import fill
from channels_app.automated.triggers import (
    AGENT_ASSIGNED,
    AGENT_ENDED,
    AGENT_JOINED,
    AGENT_NOT_ASSIGNED,
    CUSTOMER_DISCONNECTED,
    GREETING,
    SESSION_ENDED,
    Trigger,
)
from channels_app.automated.wording import Wording
from channels_app.models import ChannelInstance
from conversations.models import SURVEY, CloseReason, Conversation, Direction, Kind, Message
from conversations.outbound import tasks
from conversations.outbound.outbox import queued
from conversations.outbound.standing_links import pieces
from omnichannel.common import clock
from workstreams.models import Agent, Queue

# Context variables may be long and a text may name many; the documented product's limit for one message.
TEXT_LIMIT = 28 * 1024
# Their conversations end without a word: nothing may reach those who left, and nothing is kept of those who are erased.
SILENT = frozenset({CloseReason.CUSTOMER_LEFT, CloseReason.ERASED})
SURVEY_TEXT = "How did we do? Please tell us here:"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Line:
    """One text on its way into the outbox."""

    conversation: Conversation
    slug: str
    body: str
    apple_id: UUID = field(default_factory=uuid4)


def wording_of_arrivals(instances: Iterable[ChannelInstance]) -> Wording:
    """Return what these instances say when customers come and go, read at once."""
    return Wording(instances, (GREETING, AGENT_NOT_ASSIGNED, CUSTOMER_DISCONNECTED))


def greet(opened: Sequence[Conversation], wording: Wording) -> None:
    """Greet the customers of new conversations, and tell those whom nobody can answer; few queries for many."""
    reachable = [each for each in opened if each.customer.left_at is None]
    if not reachable:
        return
    served = Exists(Queue.agents.through.objects.filter(queue=OuterRef("pk")))
    queues = Queue.objects.annotate(is_served=served).in_bulk({each.queue_id for each in reachable})
    lines: list[Line] = []
    for conversation in reachable:
        conversation.queue = queue = queues[conversation.queue_id]
        triggers = (GREETING,) if queue.is_served else (GREETING, AGENT_NOT_ASSIGNED)
        lines += _lines(conversation, triggers, wording)
    _queue(lines)


def welcome(conversation: Conversation, *, by: Agent) -> None:
    """Tell the customer who has taken the conversation: once, though the agent was assigned and joined in one step."""
    triggers = (AGENT_JOINED, AGENT_ASSIGNED)
    _queue(list(_lines(conversation, triggers, Wording([conversation.instance], triggers), agent=by))[:1])


def say_goodbye(conversation: Conversation, *, by: Agent | None) -> None:
    """Tell the customer of a closed conversation that it is over, and ask how it was."""
    if conversation.close_reason in SILENT:
        return
    triggers = (AGENT_ENDED, SESSION_ENDED) if by else ()
    wording = Wording([conversation.instance], triggers)
    agent = by or conversation.agent
    _queue([*_lines(conversation, triggers, wording, agent=agent), *_survey(conversation, agent)])


def note_departure(conversation: Conversation, wording: Wording) -> None:
    """Tell the agent, in the transcript alone, that the customer is gone."""
    for line in _lines(conversation, (CUSTOMER_DISCONNECTED,), wording, agent=conversation.agent):
        conversation.messages.create(
            direction=Direction.NOTE, kind=Kind.TEXT, body=line.body, is_automated=True, trigger=line.slug
        )


def _lines(
    conversation: Conversation, triggers: Iterable[Trigger], wording: Wording, *, agent: Agent | None = None
) -> Iterator[Line]:
    for trigger in triggers:
        body = _filled(wording.text(trigger, conversation.instance), conversation, agent)
        # Of a text that is all context variables nothing may be left, and Apple takes no empty one.
        if body.strip():
            yield Line(conversation, trigger.slug, body)


def _survey(conversation: Conversation, agent: Agent | None) -> Iterator[Line]:
    instance = conversation.instance
    if instance.offers_survey and instance.survey:
        # Nobody can guess the message's own id, and by it the company finds the conversation of an answer.
        token = uuid4()
        text = _filled(instance.survey_message or SURVEY_TEXT, conversation, agent)
        yield Line(conversation, SURVEY, f"{text}\n{personal_link(instance.survey.url, str(token))}", token)


def _filled(text: str, conversation: Conversation, agent: Agent | None) -> str:
    def slug(name: str) -> str:
        match name:
            case "AgentName":
                return agent.name if agent else ""
            case "QueueName":
                return conversation.queue.name
            case _:
                return ""

    filled = fill(text, slug, lambda name: conversation.context.get(name, ""))
    return filled.encode()[:TEXT_LIMIT].decode(errors="ignore")


def _queue(lines: Sequence[Line]) -> None:
    lines = [line for line in lines if line.conversation.customer.left_at is None]
    if not lines:
        return
    now = clock.now()
    rows = [row for line in lines for row in _rows(line, now)]
    Message.objects.bulk_create(rows)
    ids = [{"message": row.pk, "conversation": row.conversation_id, "apple_id": row.apple_id} for row in rows]
    transaction.on_commit(partial(log.info, "automated_messages_queued", messages=ids), robust=True)
    tasks.ring_for(*rows)


def _rows(line: Line, now: datetime.datetime) -> Iterator[Message]:
    """Yield what a text is sent as: the first message carries its trigger and its id, further ones follow it."""
    about: dict[str, Any] = {"apple_id": line.apple_id, "trigger": line.slug}
    for piece in pieces(line.body):
        yield queued(line.conversation, piece.body, now, kind=piece.kind, is_automated=True, **about)
        about = {}
