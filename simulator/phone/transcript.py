"""A phone's messages as Messages draws them: times above groups, tails below runs, states under own bubbles."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from omnichannel import amb
from omnichannel.device import Drawn, Replies, draw, unsupported
from simulator.models import Phone, PhoneAttachment, PhoneMessage
from simulator.models.shown import State
from simulator.phone.pictures import src
from simulator.services.sentences import mark

NEW_GROUP_AFTER = dt.timedelta(minutes=15)


@dataclass(frozen=True)
class Part:
    """A stretch of words, or one file."""

    words: str = ""
    file: PhoneAttachment | None = None


@dataclass(frozen=True)
class Bubble:
    """One message with what surrounds it."""

    message: PhoneMessage
    begins_group: bool
    has_tail: bool
    says_delivered: bool
    is_answered: bool

    @property
    def parts(self) -> list[Part]:
        """Return words and files in the order in which the placeholders put them."""
        return list(_parts(self.message))

    @property
    def marks(self) -> list[str]:
        """Return the reactions as they hang at the bubble."""
        return [mark(reaction.reaction) for reaction in self.message.reactions.all()]

    @cached_property
    def drawn(self) -> Drawn:
        """Return what a device makes of a rich message."""
        return drawing(self.message)

    @property
    def has_buttons(self) -> bool:
        """Tell whether it is answered by a button below it."""
        return isinstance(self.drawn.shape, Replies)


def drawing(message: PhoneMessage) -> Drawn:
    """Return what a device makes of a rich message."""
    own = message.is_own
    return draw(message.payload, src=src, own=own) if isinstance(message.payload, dict) else unsupported(own=own)


def bubbles(phone: Phone) -> list[Bubble]:
    """Return what the phone shows, in order."""
    messages = list(phone.messages.shown())
    answered = {_request_identifier(message.payload) for message in messages if message.is_own} - {""}
    last_own = next((message for message in reversed(messages) if message.is_own), None)
    return [
        Bubble(
            message=message,
            begins_group=_is_long_ago(messages[position - 1] if position else None, message),
            has_tail=position + 1 == len(messages) or messages[position + 1].side != message.side,
            says_delivered=message is last_own and message.state == State.DELIVERED,
            is_answered=_request_identifier(message.payload) in answered,
        )
        for position, message in enumerate(messages)
    ]


def _is_long_ago(before: PhoneMessage | None, message: PhoneMessage) -> bool:
    return before is None or message.created_at - before.created_at > NEW_GROUP_AFTER


def _parts(message: PhoneMessage) -> Iterator[Part]:
    files = iter(message.attachments.all())
    for number, words in enumerate(message.body.split(amb.PLACEHOLDER)):
        file = next(files, None) if number else None
        if file:
            yield Part(file=file)
        if words.strip():
            yield Part(words=words.strip("\n"))


def _request_identifier(payload: Any) -> str:
    inner = payload.get("data") if isinstance(payload, dict) else None
    identifier = inner.get("requestIdentifier") if isinstance(inner, dict) else None
    return identifier if isinstance(identifier, str) else ""
