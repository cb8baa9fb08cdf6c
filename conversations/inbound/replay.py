"""Looks at a delivery again: a parked one goes back to the inbox; one that has its message mends what that shows."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from channels_app.models import Organisation
from conversations import live
from conversations.inbound import tasks
from conversations.inbound.apply import attachment_of
from conversations.inbound.reading import Reading, read
from conversations.models import Attachment, Conversation, Fetch, InboundReceipt, Kind, Message, ReceiptState, Reference
from conversations.refusals import Refused
from omnichannel import amb
from omnichannel.common import bell, clock

# Tried again: what the channel refused then and allows now, and what could not be loaded.
MISSING = (Fetch.REFUSED, Fetch.FAILED)


class CannotReplay(Refused):
    """There is nothing to be gained from reading the delivery again."""


@transaction.atomic
def apply_again(receipt: InboundReceipt) -> None:
    """Put a parked delivery back into the inbox, which applies it as if it had just come, with the time it came at."""
    parked = InboundReceipt.objects.filter(pk=receipt.pk, state=ReceiptState.PARKED)
    if not parked.update(state=ReceiptState.WAITING, processed_at=None, outcome="", due_at=clock.now()):
        raise CannotReplay(_("This delivery is no longer parked."))
    bell.ring(tasks.drain)


@transaction.atomic
def read_again(receipt: InboundReceipt) -> bool:
    """Have the message of a delivery show what we read in it today; return whether that changed anything.

    Its place, its time and the state of its conversation stay. Typing and closing say nothing a second time.
    """
    message = _locked_message(receipt)
    delivered = _decoded(receipt)
    reading = read(receipt, delivered, message.conversation, before=message.pk)
    changed = _rewrite(message, reading) | _complete(message, reading)
    if changed:
        bell.ring(tasks.fetch)
        live.changed(message.conversation)
    return changed


def _decoded(receipt: InboundReceipt) -> amb.Message:
    try:
        return amb.decode(bytes(receipt.body))
    except amb.DecodeError as fault:
        raise CannotReplay(_("It cannot be read: %(fault)s") % {"fault": fault}) from None


def _locked_message(receipt: InboundReceipt) -> Message:
    message = Message.objects.filter(receipt=receipt).only("conversation").first()
    if message is None:
        raise CannotReplay(_("This delivery left no message, so there is nothing to read again."))
    # Conversations before messages, as everybody locks them; so two who ask at once take turns.
    conversation = Conversation.objects.locked().get(pk=message.conversation_id)
    message = Message.objects.select_for_update().get(pk=message.pk)
    message.conversation = conversation
    if message.erased_at:
        raise CannotReplay(_("The content of this message was erased."))
    return message


def _rewrite(message: Message, reading: Reading) -> bool:
    # What was fetched after the delivery is in the message only, and a reaction found its target when it came.
    if message.kind == Kind.REACTION or (reading.is_missing and message.payload):
        return False
    columns = {name: value for name, value in reading.columns.items() if getattr(message, name) != value}
    if columns:
        Message.objects.filter(pk=message.pk).update(**columns)
        _show_in_list(message, columns)
    return bool(columns)


def _show_in_list(message: Message, columns: dict[str, Any]) -> None:
    newest = Conversation.objects.filter(pk=message.conversation_id, last_message_at=message.created_at)
    if body := " ".join(columns.get("body", "").split()):
        newest.update(preview=body[:120])


def _complete(message: Message, reading: Reading) -> bool:
    """Ask for what is missing: the content of a large reply, and files."""
    asked = False
    if reading.is_missing and not message.payload:
        _reference, asked = Reference.objects.get_or_create(message=message)
    known = {file.position: file for file in message.attachments.all()}
    organisation, now = Organisation.get(), clock.now()
    for position, pointer in enumerate(reading.files):
        file = attachment_of(message.conversation.instance, organisation, message, pointer, position, due_at=now)
        asked |= _ask_for(file, known.get(position))
    return asked


def _ask_for(file: Attachment, known: Attachment | None) -> bool:
    if known is None:
        file.save(force_insert=True)
        return True
    if file.state != Fetch.WAITING:
        return False
    missing = Attachment.objects.filter(pk=known.pk, state__in=MISSING)
    return bool(missing.update(state=Fetch.WAITING, reason="", attempts=0, due_at=clock.now()))
