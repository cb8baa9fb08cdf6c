"""What a queued message looks like on Apple's wire, as plain values that a thread may hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

from django.core.files.storage import default_storage

from conversations.gateways import gateway
from conversations.models import Attachment, Conversation, Kind, Message
from conversations.outbound.clips import clip_region
from conversations.outbound.lent import digest_of
from omnichannel import amb
from richmessages.pictures.kept import with_pictures

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
class Claimed:
    """A message that is ours to send, and the how-manieth attempt this is."""

    pk: int
    attempt: int


@dataclass(frozen=True)
class Outgoing(Claimed):
    """One message on its way, with everything that sending it takes."""

    message: amb.TextMessage | amb.InteractiveMessage | amb.RichLinkMessage
    files: tuple[OutgoingFile, ...]
    gateway: amb.Gateway
    is_automated: bool
    agent_name: str
    account_id: int
    # What names interactive data too large to travel inside, and Apple's reference where it has the data already.
    digest: str = ""
    reference: amb.DataReference | None = None
    # The country in whose store the App Clip of this link is looked for.
    clip_region: str = ""

    @property
    def key(self) -> tuple[int, str]:
        """Return what a reference is found by."""
        return self.account_id, self.digest


def outgoing(message: Message) -> Outgoing:
    """Return a claimed message ready for a thread; its conversation, account and files are loaded already."""
    conversation = message.conversation
    on_its_way = on_the_wire(message)
    return Outgoing(
        pk=message.pk,
        attempt=message.attempts,
        message=on_its_way,
        files=tuple(_file(attachment) for attachment in message.attachments.all()),
        gateway=gateway_of(conversation),
        is_automated=message.is_automated,
        agent_name=message.author.name if message.author else "",
        account_id=conversation.instance.account_id,
        digest=digest_of(on_its_way),
        clip_region=clip_region(on_its_way, conversation.customer.locale),
    )


def on_the_wire(message: Message) -> amb.TextMessage | amb.InteractiveMessage | amb.RichLinkMessage:
    """Return the message without its files, whose addresses are known once they are uploaded."""
    ends = _ends(message)
    match message.kind:
        case Kind.INTERACTIVE:
            data = amb.InteractiveData.model_validate(with_pictures(message.payload))
            return amb.InteractiveMessage(**ends, interactive_data=data)
        case Kind.RICH_LINK if message.payload is not None:
            link = amb.RichLinkData.model_validate(with_pictures(message.payload))
            return amb.RichLinkMessage(**ends, rich_link_data=link)
        case _:
            return amb.TextMessage(**ends, body=message.body)


def _ends(message: Message) -> dict[str, str]:
    conversation = message.conversation
    return {
        "id": str(message.apple_id),
        "source_id": conversation.instance.account.business_id,
        "destination_id": conversation.customer.customer_id,
    }


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
