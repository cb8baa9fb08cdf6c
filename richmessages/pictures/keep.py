"""Keeps pictures, each once, whoever brings it."""

from omnichannel.common import clock
from richmessages.models import Picture
from richmessages.pictures.convert import Converted, convert


def keep(content: bytes) -> Picture:
    """Return the picture in a file, as it goes to devices; raise NotAPicture where it cannot."""
    return keep_converted(convert(content))


def keep_converted(converted: Converted) -> Picture:
    """Return the kept picture; the same picture again is the same row, which nobody deletes from under the caller."""
    picture = Picture(
        digest=converted.digest,
        png=converted.png,
        width=converted.width,
        height=converted.height,
        kept_at=clock.now(),
    )
    Picture.objects.bulk_create([picture], update_conflicts=True, unique_fields=["digest"], update_fields=["kept_at"])
    return picture
