"""A phone's messages as Messages draws them: times above groups, tails below runs, states under own bubbles."""

import base64
import binascii
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from omnichannel import amb
from simulator.models import Phone, PhoneAttachment, PhoneMessage
from simulator.models.shown import State
from simulator.services.devices import image_type_of
from simulator.services.sentences import mark

NEW_GROUP_AFTER = dt.timedelta(minutes=15)


@dataclass(frozen=True)
class Picture:
    """An image inside a message, ready for an address that holds it."""

    type: str
    data: str


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

    @property
    def parts(self) -> list[Part]:
        """Return words and files in the order in which the placeholders put them."""
        return list(_parts(self.message))

    @property
    def marks(self) -> list[str]:
        """Return the reactions as they hang at the bubble."""
        return [mark(reaction.reaction) for reaction in self.message.reactions.all()]

    @property
    def link(self) -> str:
        """Return where a rich link leads, when that is a place on the web."""
        url = _payload(self.message).get("url")
        return url if isinstance(url, str) and urlsplit(url).scheme in ("http", "https") else ""

    @property
    def host(self) -> str:
        """Return what a rich link shows below its title."""
        return (urlsplit(self.link).hostname or "").removeprefix("www.")

    @property
    def head(self) -> Mapping[str, Any]:
        """Return the bubble texts of an interactive message."""
        payload = _payload(self.message)
        inner = _inside(payload)
        names = ("replyMessage", "receivedMessage") if self.message.is_own else ("receivedMessage", "replyMessage")
        found = (place[name] for name in names for place in (payload, inner) if isinstance(place.get(name), dict))
        return next(found, {})

    @property
    def picture(self) -> Picture | None:
        """Return the image of a rich bubble, if the device can show it."""
        payload = _payload(self.message)
        if self.message.type == "richLink":
            return _link_picture(payload)
        images = _inside(payload).get("images")
        wanted = self.head.get("imageIdentifier")
        for image in images if isinstance(images, list) else []:
            if isinstance(image, dict) and wanted and image.get("identifier") == wanted:
                return _picture(image.get("data"))
        return None


def bubbles(phone: Phone) -> list[Bubble]:
    """Return what the phone shows, in order."""
    messages = list(phone.messages.shown())
    last_own = next((message for message in reversed(messages) if message.is_own), None)
    return [
        Bubble(
            message=message,
            begins_group=_is_long_ago(messages[position - 1] if position else None, message),
            has_tail=position + 1 == len(messages) or messages[position + 1].side != message.side,
            says_delivered=message is last_own and message.state == State.DELIVERED,
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


def _payload(message: PhoneMessage) -> Mapping[str, Any]:
    return message.payload if isinstance(message.payload, dict) else {}


def _inside(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = payload.get("data")
    return inner if isinstance(inner, dict) else {}


def _link_picture(payload: Mapping[str, Any]) -> Picture | None:
    assets = payload.get("assets")
    image = assets.get("image") if isinstance(assets, dict) else None
    return _picture(image.get("data")) if isinstance(image, dict) else None


def _picture(text: object) -> Picture | None:
    try:
        content = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except (binascii.Error, ValueError):
        return None
    found = image_type_of(content)
    return Picture(found, base64.b64encode(content).decode()) if found else None
