"""Deletes files that no row names any more: those noted when their rows went, and those that a dead process left.

A file goes first and its note after it, so that a process which dies between the two only deletes again.
"""

import datetime
from collections.abc import Iterator

import structlog
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from conversations.models import DoomedFile
from conversations.privacy.rows import doom
from omnichannel.common.standstill import may_delete_files

BATCH = 100
# What is being uploaded, fetched or written now has no row yet.
UNTOUCHED = datetime.timedelta(days=1)
FOLDERS = ("attachments", "exports")
# Every path that a row names, ordered byte by byte as Python orders them.
NAMED = """
SELECT path COLLATE "C" AS path
  FROM (SELECT file AS path FROM conversations_attachment
        UNION ALL SELECT preview FROM conversations_attachment
        UNION ALL SELECT path FROM conversations_export) AS named
 WHERE starts_with(path, %s)
 ORDER BY 1
"""

log = structlog.get_logger(__name__)


def delete_doomed() -> int:
    """Delete the files that were noted; return how many notes were worked off."""
    count = last = 0
    while batch := _delete_batch(last):
        last, done = batch
        count += done
    return count


def doom_orphans() -> int:
    """Note every file for deletion that is a day old and that no row names; return how many there were."""
    count = 0
    for folder in FOLDERS:
        batch: list[str] = []
        for path in _orphans(folder):
            batch.append(path)
            if len(batch) == BATCH:
                count += doom(batch)
                batch = []
        count += doom(batch)
    return count


@transaction.atomic
def _delete_batch(last: int) -> tuple[int, int] | None:
    """Delete the next files, unless a backup copies them now; return the last number, and how many are gone."""
    notes = DoomedFile.objects.filter(pk__gt=last).order_by("pk").select_for_update(skip_locked=True)
    found = list(notes[:BATCH])
    if not found or not may_delete_files():
        return None
    gone = [note.pk for note in found if _delete(note)]
    DoomedFile.objects.filter(pk__in=gone).delete()
    return found[-1].pk, len(gone)


def _delete(note: DoomedFile) -> bool:
    try:
        # A file that is not there is no fault: somebody deleted it and died before saying so.
        default_storage.delete(note.path)
    except OSError as fault:
        log.error("file_not_deleted", note=note.pk, errno=fault.errno)
        return False
    return True


def _orphans(folder: str) -> Iterator[str]:
    """Walk files and rows side by side, both in the order of their paths, so that neither is ever held as a whole."""
    named = _named(folder)
    name = next(named, None)
    for path in _stored(folder):
        while name is not None and name < path:
            name = next(named, None)
        if name != path and _is_untouched(path):
            yield path


def _named(folder: str) -> Iterator[str]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(NAMED, [f"{folder}/"])
        while found := cursor.fetchmany(1000):
            yield from (path for (path,) in found)


def _stored(folder: str) -> Iterator[str]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted([*(f"{each}/" for each in folders), *files]):
        if name.endswith("/"):
            yield from _stored(f"{folder}/{name.removesuffix('/')}")
        else:
            yield f"{folder}/{name}"


def _is_untouched(path: str) -> bool:
    try:
        return default_storage.get_modified_time(path) < timezone.now() - UNTOUCHED
    except FileNotFoundError:
        return False
