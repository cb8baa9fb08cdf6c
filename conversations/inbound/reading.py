"""What a delivery says, as the columns of a message: the same whenever it is read, and nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from conversations.inbound.recognise import reaction_target
from conversations.inbound.secrecy import as_asked
from conversations.models import Conversation, InboundReceipt, Kind, Message
from omnichannel import amb


@dataclass(frozen=True)
class Reading:
    """A message in the making: its content, the files it points at, and whether its content is still to be fetched."""

    kind: Kind
    body: str
    subject: str = ""
    payload: dict[str, Any] | None = None
    answer_key: str = ""
    reaction_to: Message | None = None
    files: tuple[amb.Attachment, ...] = ()
    is_missing: bool = False

    @property
    def columns(self) -> dict[str, Any]:
        """Return what the message's row says."""
        names = ("kind", "body", "subject", "payload", "answer_key", "reaction_to")
        return {name: getattr(self, name) for name in names}


def read(
    receipt: InboundReceipt, message: amb.Message, conversation: Conversation | None, *, before: int | None = None
) -> Reading:
    """Return what becomes of a text, an answer, or a kind that we do not know; the rest makes no message.

    A reaction is for something before the message of that id, where one is given.
    """
    match message:
        case amb.TextMessage():
            return _text(message, conversation, before)
        case amb.InteractiveMessage():
            return _interactive(receipt, message)
        case _:
            return Reading(Kind.UNSUPPORTED, message.type)


def stored_payload(data: amb.InteractiveData) -> dict[str, Any]:
    """Return what is kept of an answer: all but its pictures, which are ours and came back as an echo."""
    content: dict[str, Any] = data.model_dump(mode="json", by_alias=True, exclude_none=True)
    content.get("data", {}).pop("images", None)
    return content


def _text(message: amb.TextMessage, conversation: Conversation | None, before: int | None) -> Reading:
    body, _shown = amb.split_placeholders(message.body, message.attachments)
    reaction = amb.parse_reaction(body) if not message.attachments else None
    target = reaction_target(conversation, reaction, before=before) if reaction and conversation else None
    return Reading(
        Kind.REACTION if target else Kind.TEXT,
        body,
        subject=message.subject or "",
        payload={"reaction": reaction.emoji or reaction.kind} if target and reaction else None,
        reaction_to=target,
        files=message.attachments,
    )


def _interactive(receipt: InboundReceipt, message: amb.InteractiveMessage) -> Reading:
    data = message.interactive_data
    if data is None and receipt.fetched:
        data = amb.InteractiveData.model_validate_json(bytes(receipt.fetched))
    if data is None:
        title = message.interactive_data_ref.title if message.interactive_data_ref else None
        return Reading(Kind.INTERACTIVE, title or "", is_missing=True)
    data = as_asked(data, account=receipt.account_id, customer_id=receipt.customer_id)
    return Reading(
        Kind.INTERACTIVE,
        amb.answer_title(data),
        payload=stored_payload(data),
        answer_key=amb.answer_key(data),
        files=message.attachments,
    )
