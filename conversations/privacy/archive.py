"""Writes everything that is held of a customer into a ZIP file, a piece at a time."""

from __future__ import annotations

import datetime
import errno
import json
import unicodedata
from collections.abc import Callable, Iterator
from io import TextIOWrapper
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conversations.models import Attachment, Conversation, Customer, Delivery, Direction, InboundReceipt, Kind, Message
from conversations.models.words import in_words
from conversations.privacy.rows import in_chunks
from omnichannel import amb

VERSION = 1
CHUNK = 200
PIECE_BYTES = 256 * 1024
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# Told after each piece how many messages or files it held.
Told = Callable[[int], None]


def write_archive(customer: Customer, target: IO[bytes], told: Told) -> None:
    """Write ``customer.json``, ``transcript.txt`` and the folder ``files`` into an empty file."""
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        _write_text(archive, "customer.json", _json(customer, told))
        _write_text(archive, "transcript.txt", _transcript(customer))
        missing = list(_write_files(archive, customer, told))
        if missing:
            _write_text(archive, "missing.txt", (f"{name}\n" for name in missing))


def piece_count(customer: Customer) -> int:
    """Return how many messages and files the archive will hold."""
    return Message.objects.filter(conversation__customer=customer).count() + _stored(customer).count()


def _write_text(archive: ZipFile, name: str, pieces: Iterator[str]) -> None:
    with archive.open(name, "w", force_zip64=True) as entry, TextIOWrapper(entry, encoding="utf-8") as text:
        for piece in pieces:
            text.write(piece)


def _stored(customer: Customer) -> QuerySet[Attachment]:
    return Attachment.objects.filter(message__conversation__customer=customer).exclude(file="")


def _write_files(archive: ZipFile, customer: Customer, told: Told) -> Iterator[str]:
    """Copy each file that is here; yield the names of those that should be and cannot be read.

    Raises OSError where the archive has no room: that is no fault of a file.
    """
    for chunk in in_chunks(_stored(customer), CHUNK):
        for file in chunk:
            told(1)
            try:
                _copy(archive, file)
            except OSError as fault:
                if fault.errno in NO_ROOM:
                    raise
                yield _place(file)


def _copy(archive: ZipFile, file: Attachment) -> None:
    with default_storage.open(str(file.file.name)) as source:
        entry = ZipInfo(_place(file), timezone.now().astimezone(datetime.UTC).timetuple()[:6])
        # Pictures and films are packed already.
        entry.compress_type = ZIP_STORED
        with archive.open(entry, "w", force_zip64=True) as target:
            while piece := source.read(PIECE_BYTES):
                target.write(piece)


def _place(file: Attachment) -> str:
    """Return a file's place in the archive; its number keeps namesakes apart."""
    plain = "".join(each if each.isalnum() or each in "._- ()" else "_" for each in file.name)
    return f"files/{file.pk}-{unicodedata.normalize('NFC', plain).strip('. ')[-100:] or 'file'}"


def _json(customer: Customer, told: Told) -> Iterator[str]:
    """Yield the document in pieces, so that it never has to fit in memory."""
    yield _opened({"format": "omnichannel-customer", "version": VERSION, "exported_at": timezone.now()})
    yield f',\n"customer": {_dump(_customer(customer))},\n"conversations": ['
    between = "\n"
    for conversation in _conversations(customer):
        yield f'{between}{_opened(_conversation(conversation))}, "messages": ['
        comma = "\n"
        for chunk in in_chunks(_entries(conversation), CHUNK):
            yield comma + ",\n".join(_dump(_message(message)) for message in chunk)
            comma = ",\n"
            told(len(chunk))
        yield "]}"
        between = ",\n"
    yield '],\n"deliveries": ['
    between = "\n"
    for receipts in in_chunks(_receipts(customer), CHUNK):
        yield between + ",\n".join(_dump(_delivery(receipt)) for receipt in receipts)
        between = ",\n"
    yield "]}\n"


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _opened(values: dict[str, Any]) -> str:
    """Return an object without its end, so that more can follow."""
    return _dump(values)[:-1]


def _plain(value: Any) -> str:
    return _utc(value) if isinstance(value, datetime.datetime) else str(value)


def _utc(moment: datetime.datetime) -> str:
    return moment.astimezone(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _conversations(customer: Customer) -> QuerySet[Conversation]:
    return customer.conversations.select_related("queue", "workstream", "agent", "instance__account").order_by("pk")


def _entries(conversation: Conversation) -> QuerySet[Message]:
    return conversation.messages.select_related("author").prefetch_related("attachments", "tries")


def _receipts(customer: Customer) -> QuerySet[InboundReceipt]:
    mine = InboundReceipt.objects.filter(account=customer.account_id, customer_id=customer.customer_id)
    return mine.select_related("message")


def _customer(customer: Customer) -> dict[str, Any]:
    account = customer.account
    return {
        "number": customer.pk,
        "opaque_id": customer.customer_id,
        "business": {"id": account.business_id, "name": account.name},
        "language": customer.locale,
        "device_capabilities": customer.capabilities,
        "first_seen_at": customer.first_seen_at,
        "last_seen_at": customer.last_seen_at,
        "left_at": customer.left_at,
    }


def _conversation(conversation: Conversation) -> dict[str, Any]:
    return {
        "id": conversation.pk,
        "state": conversation.state,
        "close_reason": conversation.close_reason or None,
        "intent": conversation.intent,
        "group": conversation.group,
        "context": conversation.context,
        "workstream": conversation.workstream.name,
        "queue": conversation.queue.name,
        "agent": conversation.agent.name if conversation.agent else None,
        "opened_at": conversation.opened_at,
        "assigned_at": conversation.assigned_at,
        "last_message_at": conversation.last_message_at,
        "closed_at": conversation.closed_at,
    }


def _message(message: Message) -> dict[str, Any]:
    return {
        "id": message.pk,
        "apple_id": message.apple_id,
        "direction": message.direction,
        "kind": message.kind,
        "created_at": message.created_at,
        "text": message.body,
        "subject": message.subject,
        "content": message.payload,
        "reaction_to": message.reaction_to_id,
        "author": message.author.name if message.author else None,
        "is_automated": message.is_automated,
        "state": message.delivery,
        "sent_at": message.sent_at,
        "failure": message.failure_reason or None,
        "removed_at": message.erased_at,
        "files": [_file(file) for file in message.attachments.all()],
        "attempts": [
            {"began_at": each.began_at, "ended_at": each.ended_at, "outcome": each.outcome, "status": each.status}
            for each in message.tries.all()
        ],
    }


def _file(file: Attachment) -> dict[str, Any]:
    return {
        "id": file.pk,
        "name": file.name,
        "media_type": file.mime_type,
        "size": file.size,
        "state": file.state,
        "reason": file.reason or None,
        "file": _place(file) if file.file else None,
    }


def _delivery(receipt: InboundReceipt) -> dict[str, Any]:
    message: Message | None = getattr(receipt, "message", None)
    stands_there = message is not None and message.kind != Kind.UNSUPPORTED
    return {
        "apple_id": receipt.apple_id,
        "received_at": receipt.received_at,
        "processed_at": receipt.processed_at,
        "state": receipt.state,
        "outcome": receipt.outcome or None,
        "message": message.pk if message else None,
        # What became a message stands there; the rest, and what we cannot read, is given as it came.
        "body": None if stands_there else bytes(receipt.body).decode("utf-8", "replace"),
    }


def _transcript(customer: Customer) -> Iterator[str]:
    """Yield the same for people: who wrote what, and when."""
    yield _("%(customer)s and %(business)s") % {"customer": customer.label, "business": customer.account.name} + "\n"
    yield _("Times are in UTC. Exported %(time)s.") % {"time": _short(timezone.now())} + "\n"
    for conversation in _conversations(customer):
        yield (
            "\n"
            + _("Conversation %(number)s, %(time)s")
            % {
                "number": conversation.pk,
                "time": _short(conversation.opened_at),
            }
            + "\n\n"
        )
        for chunk in in_chunks(_entries(conversation), CHUNK):
            yield from (_line(message, customer) for message in chunk)


def _line(message: Message, customer: Customer) -> str:
    parts = [_said(message)]
    if message.delivery in (Delivery.FAILED, Delivery.UNKNOWN):
        parts.append(f"({message.get_delivery_display()})")
    said = "\n".join(parts).replace("\n", "\n    ")
    return f"{_short(message.created_at)}  {_voice(message, customer)}: {said}\n"


def _short(moment: datetime.datetime) -> str:
    return f"{moment.astimezone(datetime.UTC):%Y-%m-%d %H:%M}"


def _voice(message: Message, customer: Customer) -> str:
    if message.direction == Direction.IN:
        return customer.label
    if message.direction == Direction.NOTE:
        return _("Note")
    return message.author.name if message.author else _("Automated")


def _said(message: Message) -> str:
    if message.erased_at:
        return _("(removed on %(day)s)") % {"day": f"{message.erased_at.astimezone(datetime.UTC):%Y-%m-%d}"}
    if message.kind == Kind.EVENT:
        return message.event_text
    if message.kind == Kind.UNSUPPORTED:
        return _("(a message of a kind that cannot be shown: %(kind)s)") % {"kind": in_words(message.body)}
    words = in_words(message.body.replace(amb.PLACEHOLDER, "").strip())
    files = [_file_line(file) for file in message.attachments.all()]
    return "\n".join(part for part in (message.subject, words, *files) if part) or _("(empty)")


def _file_line(file: Attachment) -> str:
    if file.file:
        return f"[{_place(file)}]"
    kilobytes = -(-file.size // 1024)
    size = ngettext("%(count)s KB", "%(count)s KB", kilobytes) % {"count": kilobytes}
    return f"[{file.name or file.mime_type}, {size}: {file.get_state_display()}]"
