"""Files that go with a message: judged before any row is locked, kept with it afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from channels_app.carried import ending_of
from channels_app.models import ChannelInstance, Organisation
from conversations import files
from conversations.models import Attachment, Fetch, Message
from conversations.refusals import CannotSend
from conversations.storing import CannotStore, discard, store
from omnichannel.common.scanning import NotScanned

FILES_LIMIT = 10


@dataclass(frozen=True)
class Accepted:
    """A file that may go, with what was found out about it."""

    file: UploadedFile[Any]
    name: str
    media_type: str
    preview: files.Preview | None


def accept(instance: ChannelInstance, given: Sequence[UploadedFile[Any]]) -> list[Accepted]:
    """Return the files that may go; raise CannotSend, naming the file, as soon as one may not."""
    if not given:
        return []
    if not instance.agents_may_attach:
        raise CannotSend(_("Files are switched off for this channel."))
    if len(given) > FILES_LIMIT:
        raise CannotSend(_("At most %(count)s files fit in one message.") % {"count": FILES_LIMIT})
    organisation = Organisation.get()
    return [_accept(file, organisation) for file in given]


def attach(message: Message, accepted: Sequence[Accepted]) -> None:
    """Keep the files with their message, all of them, or raise CannotSend."""
    kept: list[Attachment] = []
    try:
        for position, each in enumerate(accepted):
            kept.append(_row(message, position, each))
            _keep(kept[-1], each)
    except CannotStore as fault:
        for row in kept:
            _discard(row)
        name = kept[-1].name
        raise CannotSend(
            _("“%(name)s” could not be stored: our disk may be full. Try again later, or send the text alone.")
            % {"name": name}
        ) from fault


def _row(message: Message, position: int, accepted: Accepted) -> Attachment:
    return Attachment(
        message=message,
        position=position,
        name=accepted.name,
        mime_type=accepted.media_type,
        size=accepted.file.size or 0,
        state=Fetch.STORED,
    )


def _keep(row: Attachment, accepted: Accepted) -> None:
    accepted.file.seek(0)
    store(row.file, row.name, accepted.file)
    if accepted.preview:
        store(row.preview, row.name, accepted.preview.content)
        row.width, row.height = accepted.preview.width, accepted.preview.height
    row.save()


def _discard(row: Attachment) -> None:
    for place in (row.file, row.preview):
        if place.name:
            discard(place, place.name)


def _accept(file: UploadedFile[Any], organisation: Organisation) -> Accepted:
    name = PurePath(file.name or "file").name[-255:]
    try:
        _check_rules(name, file.size or 0, organisation)
        media_type = files.recognise_outbound(file, name)
        files.check_clean(file)
        return Accepted(file, name, media_type, files.preview(file, media_type))
    except files.FileRefused as fault:
        raise CannotSend(_("“%(name)s”: %(reason)s") % {"name": name, "reason": fault}) from fault
    except NotScanned as fault:
        sentence = _("“%(name)s” could not be checked: the virus scanner does not answer. Try again in a moment.")
        raise CannotSend(sentence % {"name": name}) from fault


def _check_rules(name: str, size: int, organisation: Organisation) -> None:
    if organisation.blocks(name):
        raise files.FileRefused(_("Files that end in .%(ending)s are blocked.") % {"ending": ending_of(name)})
    if size > organisation.largest_file:
        sizes = {"name": name, "size": -(-size // 1024), "limit": organisation.largest_file_kb}
        raise CannotSend(_("“%(name)s” has %(size)s KB; at most %(limit)s KB can be sent.") % sizes)
