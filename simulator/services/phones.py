"""What a customer does with a phone: each act is a row on the phone and a delivery that waits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from omnichannel import amb
from simulator.models import Business, Phone, PhoneAttachment, PhoneMessage
from simulator.models.shown import Side, State
from simulator.services import outbox, references, storage
from simulator.services.answers import Chosen, answer_to
from simulator.services.devices import look_at
from simulator.services.sentences import check_reaction, sentence

LONGEST_TYPE = 200


class CannotWrite(Exception):
    """A phone would not send this, for the reason given."""


@dataclass(frozen=True)
class Draft:
    """A file that a customer picked."""

    name: str
    mime_type: str
    chunks: Iterable[bytes]
    size: int

    @classmethod
    def of(cls, file: "UploadedFile[Any]") -> Self:
        """Return the draft of an uploaded file."""
        mime_type = (file.content_type or "application/octet-stream")[:LONGEST_TYPE]
        return cls(file.name or "file", mime_type, file.chunks(storage.CHUNK), file.size or 0)


@transaction.atomic
def start(business: Business, **details: Any) -> Phone:
    """Hand a new customer a phone; nothing is written yet."""
    return Phone.objects.create(business=business, **details)


@transaction.atomic
def write(phone: Phone, text: str, *, files: Sequence[Draft] = (), subject: str = "") -> PhoneMessage:
    """Send a text with its files; the business may then write to this customer again."""
    if not text.strip() and not files:
        raise CannotWrite(_("There is nothing to send."))
    if "\0" in text:
        raise CannotWrite(_("The text holds a character that no keyboard has."))
    if text.strip():
        set_typing(phone, is_typing=True)
    message = phone.messages.create(
        side=Side.CUSTOMER,
        type="text",
        state=State.SENDING,
        body=amb.with_placeholders(text, len(files)),
        subject=subject,
    )
    _reopen(phone)
    attachments = [_attach(message, position, draft) for position, draft in enumerate(files)]
    body = {"body": message.body} | ({"subject": subject} if subject else {})
    outbox.put(phone, message, body | ({"attachments": attachments} if attachments else {}))
    return message


@transaction.atomic
def react(phone: Phone, target: PhoneMessage, *, kind: str, emoji: str = "") -> PhoneMessage:
    """React to a bubble; the business gets the sentence that an old device would show."""
    check_reaction(kind, emoji)
    message = phone.messages.create(
        side=Side.CUSTOMER,
        type="text",
        state=State.SENDING,
        body=sentence(target, kind, emoji),
        reaction=emoji or kind,
        reaction_to=target,
    )
    _reopen(phone)
    outbox.put(phone, message, {"body": message.body})
    return message


@transaction.atomic
def answer(phone: Phone, data: Mapping[str, Any], *, title: str = "") -> PhoneMessage:
    """Send interactive data as a device does: inside the message, or as a reference when it is large."""
    message = phone.messages.create(
        side=Side.CUSTOMER, type="interactive", state=State.SENDING, payload=dict(data), body=title
    )
    _reopen(phone)
    outbox.put(phone, message, outbox.interactive(phone, data))
    return message


@transaction.atomic
def choose(phone: Phone, prompt: PhoneMessage, chosen: Chosen) -> PhoneMessage:
    """Answer a rich message as its sheet would; it stays open for another answer."""
    data = answer_to(prompt.payload, prompt.apple_id, chosen)
    return answer(phone, data, title=references.title(data))


@transaction.atomic
def set_typing(phone: Phone, *, is_typing: bool) -> None:
    """Begin to type, or clear what was typed; saying so twice changes nothing."""
    if Phone.objects.filter(pk=phone.pk, is_typing=not is_typing).update(is_typing=is_typing):
        phone.is_typing = is_typing
        outbox.put(phone, None, {}, type_="typing_start" if is_typing else "typing_end")


@transaction.atomic
def close(phone: Phone, *, block: bool = False) -> None:
    """Delete the conversation, which opts out; doing it again tells the business again."""
    phone.closed_at, phone.is_blocked, phone.is_typing = timezone.now(), block, False
    phone.business_typing_at = None
    phone.save(update_fields=["closed_at", "is_blocked", "is_typing", "business_typing_at"])
    phone.messages.update(is_hidden=True)
    outbox.put(phone, None, {}, type_="close")


@transaction.atomic
def try_again(message: PhoneMessage) -> None:
    """Send once more, under the same id, what was not delivered."""
    was_lost = PhoneMessage.objects.filter(pk=message.pk, state=State.NOT_DELIVERED)
    last = message.deliveries.filter(is_repeat=False).order_by("-pk").first()
    if last is None or not was_lost.update(state=State.SENDING, reason=""):
        raise CannotWrite(_("Only a message that was not delivered can be sent again."))
    outbox.put_again(last)


def _reopen(phone: Phone) -> None:
    # What is sent ends typing, without a word of its own.
    phone.closed_at, phone.is_blocked, phone.is_typing = None, False, False
    phone.save(update_fields=["closed_at", "is_blocked", "is_typing"])


def _attach(message: PhoneMessage, position: int, draft: Draft) -> dict[str, Any]:
    key = amb.new_key()
    stored = storage.announce(message.phone.business, draft.size)
    storage.receive(stored, amb.encrypt_stream(draft.chunks, key))
    # A device writes the hex of a file in upper case.
    key_text = amb.key_to_text(key).upper()
    seen = look_at(stored, key_text, draft.mime_type)
    PhoneAttachment.objects.create(
        message=message,
        file=stored,
        position=position,
        name=draft.name,
        mime_type=draft.mime_type,
        key_text=key_text,
        image_type=seen.image_type,
        is_broken=seen.is_broken,
    )
    return {
        "name": draft.name,
        "mimeType": draft.mime_type,
        "size": stored.size,
        "key": key_text,
        "url": stored.url,
        "owner": stored.owner,
        "signature": stored.signature.upper(),
        "signature-base64": stored.signature_base64,
    }
