"""What customers answered to rich messages, and which message each answer is for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo

from conversations.models import Conversation, Direction, Kind, Message
from conversations.models.message import REQUEST
from omnichannel import amb
from richmessages.answers import read_answer
from richmessages.kinds.kind import Answer


def answer_of(message: Message, zone: tzinfo) -> Answer | None:
    """Return what a customer answered, with times in a zone; None where the message is no answer that we have."""
    if message.direction != Direction.IN or message.kind != Kind.INTERACTIVE or message.payload is None:
        return None
    return read_answer(amb.InteractiveData.model_validate(message.payload), zone) or Answer(message.body)


def request_of(message: Message) -> str:
    """Return Apple's request identifier, which pairs a rich message with its answers; empty where there is none."""
    data = message.payload.get("data") if message.kind == Kind.INTERACTIVE and message.payload else None
    return str(data.get("requestIdentifier") or "") if isinstance(data, dict) else ""


def prompts_of(conversation: Conversation, messages: Iterable[Message]) -> dict[int, Message]:
    """Return the rich message that each of a conversation's answers is for, by the answer's id, with one query.

    It may stand in an earlier conversation with the same customer.
    """
    asked = {each.pk: request_of(each).upper() for each in messages if each.direction == Direction.IN}
    wanted = set(filter(None, asked.values()))
    if not wanted:
        return {}
    sent = Message.objects.filter(
        direction=Direction.OUT, kind=Kind.INTERACTIVE, conversation__customer=conversation.customer_id
    )
    known = sent.alias(request=REQUEST).filter(request__in=wanted).order_by("pk")
    by_request = {request_of(each).upper(): each for each in known}
    return {pk: by_request[request] for pk, request in asked.items() if request in by_request}
