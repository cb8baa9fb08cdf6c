"""Keeps pictures, each once, whoever brings it."""

from richmessages.models import Picture
from richmessages.pictures.convert import Converted, convert


def keep(content: bytes) -> Picture:
    """Return the picture in a file, as it goes to devices; raise NotAPicture where it cannot."""
    return keep_converted(convert(content))


def keep_converted(converted: Converted) -> Picture:
    """Return the kept picture; the same picture again is the same row."""
    about = {"png": converted.png, "width": converted.width, "height": converted.height}
    return Picture.objects.get_or_create(digest=converted.digest, defaults=about)[0]
