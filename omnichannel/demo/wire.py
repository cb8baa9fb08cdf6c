"""What Apple would have delivered for the customers' lines of the story."""

from collections.abc import Sequence
from typing import Any

from conversations.models import Message
from omnichannel import amb
from omnichannel.demo.sealed import SealedFile
from omnichannel.demo.telling import Line


def written(message: Message, line: Line, files: Sequence[SealedFile]) -> bytes:
    """Return the body of a delivery that holds this line."""
    body = amb.with_placeholders(line.text, len(files))
    if line.type != "text":
        return _unknown(message, line)
    return amb.encode(amb.TextMessage(**_envelope(message), body=body, attachments=tuple(map(_file, files))))


def closed(note: Message) -> bytes:
    """Return the body that says that the customer deleted the conversation."""
    return amb.encode(amb.Close(**_envelope(note)))


def _unknown(message: Message, line: Line) -> bytes:
    sent = amb.UnsupportedMessage(**_envelope(message), type=line.type).model_dump(by_alias=True, exclude_none=True)
    return amb.encode(amb.UnsupportedMessage.model_validate({**sent, "raw": sent | {"body": line.text}}))


def _envelope(message: Message) -> dict[str, Any]:
    conversation = message.conversation
    return {
        "id": str(message.apple_id),
        "source_id": conversation.customer.customer_id,
        "destination_id": conversation.instance.account.business_id,
        "locale": conversation.customer.locale,
        # Apple leaves optional keys out.
        "intent": conversation.intent or None,
        "group": conversation.group or None,
    }


def _file(file: SealedFile) -> amb.Attachment:
    return amb.Attachment(
        name=file.attachment.name,
        mime_type=file.attachment.mime_type,
        size=file.attachment.size,
        url=file.seal.url,
        owner=file.seal.owner,
        # A device writes the hex of a file in upper case.
        key=file.seal.key_text.upper(),
        signature=file.seal.checksum.hex().upper(),
        signature_base64=file.seal.signature_base64,
    )
