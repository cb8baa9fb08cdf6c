"""What Apple is sent for a message, as bytes whose shape can be shown."""

from conversations.models import Message
from conversations.outbound.wire import on_the_wire
from omnichannel import amb


def body_of(message: Message) -> bytes:
    """Return the body of a message; the keys of its files stay out, sealed as they are."""
    body = on_the_wire(message)
    if not isinstance(body, amb.TextMessage):
        return amb.encode(body)
    files = message.attachments.defer("key")
    shown = tuple(
        amb.Attachment(
            name=file.name,
            mime_type=file.mime_type,
            size=file.size,
            url=file.url or None,
            owner=file.owner or None,
            signature_base64=file.signature_base64 or None,
        )
        for file in files
    )
    text = amb.with_placeholders(body.body, len(shown))
    return amb.encode(body.model_copy(update={"body": text, "attachments": shown}))
