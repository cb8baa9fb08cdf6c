"""Puts files into our storage: wholly, or not at all."""

from contextlib import suppress
from typing import Any

import structlog
from django.core.files.base import File
from django.db.models.fields.files import FieldFile

log = structlog.get_logger(__name__)


class CannotStore(Exception):
    """The storage did not take the file; a full disk is the usual reason."""


def store(place: FieldFile, name: str, content: "File[Any]") -> None:
    """Keep the content under a new path and note that in the row, unsaved; half a file is not left behind."""
    path = place.field.generate_filename(place.instance, name)
    try:
        place.name = place.storage.save(path, content, max_length=place.field.max_length)
    except OSError as fault:
        discard(place, path)
        log.error("file_not_stored", errno=fault.errno)
        raise CannotStore from fault
    setattr(place.instance, place.field.attname, place.name)


def discard(place: FieldFile, path: str) -> None:
    """Remove what a row that never came about would have pointed at."""
    with suppress(OSError):
        place.storage.delete(path)
