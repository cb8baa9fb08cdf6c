"""What a queued message looks like on Apple's wire, as plain values that a thread may hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

from django.core.files.storage import default_storage

from conversations.gateways import gateway
from conversations.models import Attachment, Conversation, Message
from omnichannel import amb

CHUNK_BYTES = 256 * 1024


@dataclass(frozen=True)
class OutgoingFile:
    """A file of the message: where we have it, and where Apple has it once it was uploaded."""

    pk: int
    name: str
    mime_type: str
    path: str
    uploaded: amb.UploadedFile | None

    def chunks(self) -> Iterator[bytes]:
        """Read the file in pieces."""
        with default_storage.open(self.path) as file:
            yield from iter(lambda: file.read(CHUNK_BYTES), b"")


@dataclass(frozen=True)
class Outgoing:
    """One message on its way, with everything that sending it takes."""

    pk: int
    attempt: int
    text: amb.TextMessage
    files: tuple[OutgoingFile, ...]
    gateway: amb.Gateway
    is_automated: bool
    agent_name: str


def outgoing(message: Message) -> Outgoing:
    """Return a claimed message ready for a thread; its conversation, account and files are loaded already."""
    conversation = message.conversation
    return Outgoing(
        pk=message.pk,
        attempt=message.attempts,
        text=amb.TextMessage(
            id=str(message.apple_id),
            source_id=conversation.instance.account.business_id,
            destination_id=conversation.customer.customer_id,
            body=message.body,
        ),
        files=tuple(_file(attachment) for attachment in message.attachments.all()),
        gateway=gateway_of(conversation),
        is_automated=message.is_automated,
        agent_name=message.author.name if message.author else "",
    )


def typing_sign(conversation: Conversation, *, is_typing: bool) -> amb.TypingStart | amb.TypingEnd:
    """Return the sign that somebody writes, or stopped."""
    kind = amb.TypingStart if is_typing else amb.TypingEnd
    business_id, customer_id = conversation.instance.account.business_id, conversation.customer.customer_id
    return kind(id=str(uuid4()), source_id=business_id, destination_id=customer_id)


def gateway_of(conversation: Conversation) -> amb.Gateway:
    """Return the client that speaks for the conversation's account."""
    connection = conversation.instance.account.connection
    return gateway(connection.credentials, connection.gateway_url)


def _file(attachment: Attachment) -> OutgoingFile:
    uploaded = None
    if attachment.url:
        uploaded = amb.UploadedFile(
            url=attachment.url,
            owner=attachment.owner,
            signature_base64=attachment.signature_base64,
            key=attachment.key,
            size=attachment.size,
        )
    return OutgoingFile(attachment.pk, attachment.name, attachment.mime_type, attachment.file.name or "", uploaded)
