"""Queues what goes to the customer: the row written here is the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import structlog
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conversations import live
from conversations.assignment import check_writable, take
from conversations.models import Conversation, Delivery, Kind, Message
from conversations.outbound import tasks
from conversations.outbound.attach import Accepted, accept, attach
from conversations.outbound.outbox import give_up_at, queued
from conversations.outbound.pictures import note_pictures
from conversations.outbound.standing_links import Piece, pieces
from conversations.refusals import CannotSend, why_left
from omnichannel import amb
from omnichannel.common import bell, clock
from omnichannel.common.steps import Step, reached
from workstreams.models import Agent

# The documented product's limit for one message; Apple sets none for text.
TEXT_LIMIT = 28 * 1024

log = structlog.get_logger(__name__)


def send_text(
    conversation: Conversation,
    body: str,
    *,
    by: Agent | None,
    attachments: Sequence[UploadedFile[Any]] = (),
    client_key: str = "",
) -> Message:
    """Queue a text, with or without files; an open conversation becomes the agent's.

    An address that stands alone on its line becomes a link of its own; then the first of the messages is returned.
    ``by=None`` says that a program wrote it. The same ``client_key`` again returns the message it made before.
    """
    accepted = accept(conversation.instance, attachments)
    _check_text(body, has_files=bool(accepted))
    return _queue(conversation, pieces(body, has_files=bool(accepted)), by=by, client_key=client_key, files=accepted)


def queue(
    conversation: Conversation, body: str, *, by: Agent | None, kind: Kind, client_key: str = "", **columns: Any
) -> Message:
    """Queue a message that was judged already; the same ``client_key`` again returns the one it made before."""
    return _queue(conversation, [Piece(body, kind)], by=by, client_key=client_key, **columns)


@transaction.atomic
def _queue(
    conversation: Conversation,
    parts: Sequence[Piece],
    *,
    by: Agent | None,
    client_key: str,
    files: Sequence[Accepted] = (),
    **columns: Any,
) -> Message:
    transaction.on_commit(partial(reached, Step.MESSAGE_COMMITTED), robust=True)
    # The lock makes the order of ids the order of commits, and so the order on the customer's screen.
    locked = Conversation.objects.locked().get(pk=conversation.pk)
    message = locked.messages.filter(client_key=client_key).first() if client_key else None
    if message is None:
        first, *others = parts
        message = _send(locked, first, files, by=by, client_key=client_key, **columns)
        for piece in others:
            _send(locked, piece, (), by=by)
    reached(Step.MESSAGE_QUEUED)
    return message


@transaction.atomic
def resend(message: Message, *, by: Agent | None) -> None:
    """Queue a message again under the same id, as Apple wants it repeated."""
    conversation = Conversation.objects.locked().get(pk=message.conversation_id)
    _check_reachable(conversation, by=by)
    now = clock.now()
    again = Message.objects.filter(pk=message.pk, delivery__in=[Delivery.FAILED, Delivery.UNKNOWN], erased_at=None)
    is_queued = again.update(
        delivery=Delivery.QUEUED, due_at=now, give_up_at=give_up_at(now), failure_status=None, failure_reason=""
    )
    if not is_queued:
        message.refresh_from_db()
        if message.erased_at:
            raise CannotSend(_("The words of this message were removed; there is nothing left to send."))
        was_sent = message.delivery == Delivery.SENT
        raise CannotSend(_("This message was sent already.") if was_sent else _("This message is on its way already."))
    tasks.ring_for(message)
    live.changed(conversation)


def show_typing(conversation: Conversation, *, is_typing: bool) -> None:
    """Tell the customer's phone that somebody writes, or stopped; it may get lost."""
    if conversation.is_open and conversation.customer.left_at is None:
        bell.send_off(tasks.send_typing, conversation.pk, is_typing, expires=5)


def preview_of(message: Message) -> str:
    """Return what a list line shows of a message."""
    visible = " ".join(message.body.replace(amb.PLACEHOLDER, " ").split())
    if visible:
        return visible[:120]
    count = message.attachments.count()
    return ngettext("%(count)s file", "%(count)s files", count) % {"count": count}


def _send(
    conversation: Conversation, piece: Piece, files: Sequence[Accepted], *, by: Agent | None, **columns: Any
) -> Message:
    _check_reachable(conversation, by=by)
    if by:
        take(conversation, by=by)
    message = queued(
        conversation, piece.body, clock.now(), kind=piece.kind, author=by, is_automated=by is None, **columns
    )
    message.save(force_insert=True)
    attach(message, files)
    if message.payload:
        note_pictures({message.pk: message.payload})
    ids = {"message": message.pk, "conversation": conversation.pk, "apple_id": message.apple_id}
    transaction.on_commit(partial(log.info, "message_queued", **ids), robust=True)
    # Whoever answers has read what came before.
    read = {"unread": 0} if by else {}
    Conversation.objects.filter(pk=conversation.pk).update(
        last_message_at=message.created_at, preview=preview_of(message), **read
    )
    tasks.ring_for(message)
    live.changed(conversation)
    return message


def _check_text(body: str, *, has_files: bool) -> None:
    if not body.strip() and not has_files:
        raise CannotSend(_("Write something, or add a file."))
    if "\x00" in body or any(0xD800 <= ord(character) <= 0xDFFF for character in body):
        raise CannotSend(_("The text holds a character that cannot be sent. Type it again."))
    size = len(body.encode())
    if size > TEXT_LIMIT:
        kilobytes = {"size": -(-size // 1024), "limit": TEXT_LIMIT // 1024}
        raise CannotSend(_("The text has %(size)s KB; at most %(limit)s KB can be sent.") % kilobytes)


def _check_reachable(conversation: Conversation, *, by: Agent | None) -> None:
    check_writable(conversation, by=by)
    # Read after the conversation is locked: whoever notes that a customer left holds that lock too.
    if conversation.customer.left_at is not None:
        raise CannotSend(why_left())
