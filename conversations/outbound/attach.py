"""Files that go with a message: judged before any row is locked, kept with it afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from channels_app.models import ChannelInstance
from conversations import files
from conversations.models import Fetch, Message
from conversations.refusals import CannotSend

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
    if given and not instance.agents_may_attach:
        raise CannotSend(_("Files are switched off for this channel."))
    if len(given) > FILES_LIMIT:
        raise CannotSend(_("At most %(count)s files fit in one message.") % {"count": FILES_LIMIT})
    return [_accept(file, instance.attachment_limit_kb) for file in given]


def attach(message: Message, accepted: Sequence[Accepted]) -> None:
    """Keep the files with their message."""
    for position, each in enumerate(accepted):
        each.file.seek(0)
        message.attachments.create(
            position=position,
            name=each.name,
            mime_type=each.media_type,
            size=each.file.size or 0,
            file=each.file,
            state=Fetch.STORED,
            **files.as_fields(each.preview),
        )


def _accept(file: UploadedFile[Any], limit_kb: int) -> Accepted:
    name = PurePath(file.name or "file").name[-255:]
    size = file.size or 0
    if size > limit_kb * 1024:
        sizes = {"name": name, "size": -(-size // 1024), "limit": limit_kb}
        raise CannotSend(_("“%(name)s” has %(size)s KB; at most %(limit)s KB can be sent.") % sizes)
    try:
        media_type = files.recognise(file, name)
        return Accepted(file, name, media_type, files.preview(file, media_type))
    except files.FileRefused as fault:
        raise CannotSend(_("“%(name)s”: %(reason)s") % {"name": name, "reason": fault}) from fault
