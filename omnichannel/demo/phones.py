"""The customers' side of the demo: rows of the simulated Apple. Imported only where that is installed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter

from django.core.files.base import ContentFile

from channels_app.models import MspConnection
from conversations.models import CloseReason, Customer, Delivery, Direction, Message
from omnichannel import amb
from omnichannel.demo.sealed import SealedFile
from simulator.models import Business, Phone, PhoneAttachment, PhoneMessage, StoredFile
from simulator.models.shown import Side
from simulator.models.shown import State as Shown
from simulator.services.devices import IMAGES
from simulator.services.setup import set_up

# Whether a message of unknown outcome arrived, only the phone knows: in the demo it did.
ARRIVED = (Delivery.SENT, Delivery.UNKNOWN)


def introduce(demo: MspConnection, webhook_url: str) -> None:
    """Register the provider and its businesses; a second time changes what differs."""
    names = dict(demo.accounts.values_list("business_id", "name"))
    set_up(msp_id=demo.msp_id, secret=demo.secret, webhook_url=webhook_url, businesses=names)


def hand_out(messages: Sequence[Message], files: Sequence[SealedFile]) -> None:
    """Give every customer a phone that shows what was written, and the storage the files in it."""
    phones = _phones(messages)
    counts = Counter(file.attachment.message_id for file in files)
    shown = {each.pk: _bubble(each, phones, counts[each.pk]) for each in messages if _reached_phone(each)}
    _write_bubbles(shown, messages)
    _write_files([file for file in files if file.attachment.message_id in shown], shown)


def _phones(messages: Iterable[Message]) -> dict[int, Phone]:
    """Return the phones by customer."""
    businesses = {str(business.business_id): business for business in Business.objects.all()}
    by_customer = sorted(messages, key=lambda message: (message.conversation.customer_id, message.pk))
    groups = groupby(by_customer, key=attrgetter("conversation.customer"))
    phones = {customer.pk: _phone(customer, businesses, list(theirs)) for customer, theirs in groups}
    Phone.objects.bulk_create(phones.values())
    return phones


def _phone(customer: Customer, businesses: dict[str, Business], messages: Sequence[Message]) -> Phone:
    last = messages[-1].conversation
    return Phone(
        opaque_id=customer.customer_id,
        business=businesses[last.instance.account.business_id],
        locale=customer.locale,
        intent=last.intent,
        group=last.group,
        capabilities=customer.capabilities,
        created_at=customer.first_seen_at,
        closed_at=customer.left_at,
    )


def _reached_phone(message: Message) -> bool:
    return message.direction == Direction.IN or message.delivery in ARRIVED


def _bubble(message: Message, phones: dict[int, Phone], files: int) -> PhoneMessage:
    is_own = message.direction == Direction.IN
    return PhoneMessage(
        phone=phones[message.conversation.customer_id],
        apple_id=message.apple_id,
        side=Side.CUSTOMER if is_own else Side.BUSINESS,
        type="text",
        body=amb.with_placeholders(_words(message), files),
        created_at=message.created_at,
        state=Shown.DELIVERED if is_own else "",
        reaction=(message.payload or {}).get("reaction", ""),
        # Deleting a conversation takes its bubbles away for good.
        is_hidden=message.conversation.close_reason == CloseReason.CUSTOMER_LEFT,
    )


def _words(message: Message) -> str:
    """Return what the phone shows: the customer's own words, or ours."""
    if message.receipt:
        return str(amb.parse_object(bytes(message.receipt.body))["body"])
    return message.body


def _write_bubbles(shown: dict[int, PhoneMessage], messages: Iterable[Message]) -> None:
    PhoneMessage.objects.bulk_create(shown.values())
    targets = {message.pk: message.reaction_to_id for message in messages if message.reaction_to_id}
    for reaction, target in targets.items():
        shown[reaction].reaction_to = shown[target]
    PhoneMessage.objects.bulk_update([shown[reaction] for reaction in targets], ["reaction_to"])


def _write_files(files: Sequence[SealedFile], shown: dict[int, PhoneMessage]) -> None:
    stored = [_stored(file, shown[file.attachment.message_id]) for file in files]
    StoredFile.objects.bulk_create(stored)
    PhoneAttachment.objects.bulk_create(
        _attachment(file, place, shown[file.attachment.message_id]) for file, place in zip(files, stored, strict=True)
    )


def _stored(file: SealedFile, bubble: PhoneMessage) -> StoredFile:
    seal = file.seal
    return StoredFile(
        business=bubble.phone.business,
        url=seal.url,
        owner=seal.owner,
        size=len(seal.ciphertext),
        signature=seal.checksum.hex(),
        content=ContentFile(seal.ciphertext, name=seal.owner),
        created_at=bubble.created_at,
        uploaded_at=bubble.created_at,
    )


def _attachment(file: SealedFile, stored: StoredFile, bubble: PhoneMessage) -> PhoneAttachment:
    attachment = file.attachment
    return PhoneAttachment(
        message=bubble,
        file=stored,
        position=attachment.position,
        name=attachment.name,
        mime_type=attachment.mime_type,
        key_text=file.seal.key_text,
        image_type=attachment.mime_type if attachment.mime_type in IMAGES else "",
    )
