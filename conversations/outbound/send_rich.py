"""Queues a rich message: encoded once, here, so that what is sent later is what was seen and checked now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from conversations.models import Conversation, Message
from conversations.models import Kind as MessageKind
from conversations.offers import why_not, why_not_offered
from conversations.outbound.request_ids import encode
from conversations.outbound.send import queue, send_text
from conversations.refusals import CannotSend, Faulty
from omnichannel import amb
from omnichannel.common.locales import in_language_of
from richmessages.kinds.kind import Encoded, Fault, SendContext
from richmessages.lint import is_complete, lint
from richmessages.models import RichMessage
from richmessages.pictures.sources import kept, sources_of
from richmessages.tailor import NotEditable, tailored
from workstreams.models import Agent


def send_rich(
    conversation: Conversation,
    rich_message: RichMessage,
    *,
    by: Agent | None,
    changes: Mapping[str, str] | None = None,
    client_key: str = "",
) -> Message:
    """Queue a rich message, with fields changed for this one sending where its kind allows that.

    ``by=None`` says that a program sends it: where the device cannot show it, its words go as a text. Raise CannotSend
    with the reason where it is not on offer here, cannot be shown, or is not complete with the changes: then Faulty,
    which names the fields. The same ``client_key`` again returns the message it made before.
    """
    if client_key and (known := conversation.messages.filter(client_key=client_key).first()):
        return known
    kind = rich_message.described
    if reason := why_not_offered(conversation, rich_message):
        raise CannotSend(reason)
    content = _content(rich_message, changes or {})
    sources = sources_of(kind, content)
    faults = [fault for fault in lint(kind, content, sources) if not fault.is_warning]
    if not is_complete(faults):
        reason = _("“%(name)s” cannot be sent: %(reason)s") % {"name": rich_message, "reason": faults[0].text}
        raise Faulty(reason, _by_field(faults))
    complete = kind.content.model_validate(content)
    if reason := why_not(conversation, kind):
        if by is None and kind.needs is None:
            with in_language_of(rich_message.locale):
                words = kind.fallback(complete)
            return send_text(conversation, words, by=None, client_key=client_key)
        raise CannotSend(reason)
    context = SendContext(picture_by_url=kept(sources), locale=rich_message.locale)
    encoded = encode(kind, complete, context, sources)
    return queue(
        conversation,
        title_of(encoded),
        by=by,
        client_key=client_key,
        rich_message=rich_message,
        **columns_of(encoded),
    )


def columns_of(encoded: Encoded) -> dict[str, Any]:
    """Return what a message's row says of something that was encoded; pictures are named in it, not held."""
    kind = MessageKind.RICH_LINK if isinstance(encoded, amb.RichLinkData) else MessageKind.INTERACTIVE
    return {"kind": kind, "payload": encoded.model_dump(mode="json", by_alias=True, exclude_none=True)}


def title_of(encoded: Encoded) -> str:
    """Return the words that stand for a message in lists and searches."""
    if isinstance(encoded, amb.RichLinkData):
        return encoded.title
    if encoded.received_bubble:
        return encoded.received_bubble.title
    buttons = encoded.data.quick_reply if encoded.data else None
    return " · ".join(item.title for item in buttons.items) if buttons else ""


def _content(rich_message: RichMessage, changes: Mapping[str, str]) -> dict[str, Any]:
    try:
        return tailored(rich_message, changes)
    except NotEditable as fault:
        raise Faulty(str(fault), {fault.field: str(fault)}) from fault


def _by_field(faults: list[Fault]) -> dict[str, str]:
    """Return what is wrong with each field, the first that was found."""
    first: dict[str, str] = {}
    for fault in faults:
        first.setdefault(fault.name, fault.text)
    return first
