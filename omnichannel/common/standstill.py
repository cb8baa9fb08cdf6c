"""Lets backups and deletions take turns: a file that a backup's database names is still there when it is copied."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from django.db import connection

# Keeps this lock apart from whatever else takes advisory locks in this database.
LOCK: Final = 0x4F4D4E49424B5550


def may_delete_files() -> bool:
    """Tell whether stored files may be deleted until the transaction ends; not while a backup copies them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock_shared(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


@contextmanager
def deletions_waiting(backup: psycopg.Connection[Any]) -> Iterator[None]:
    """Wait for deletions under way, then hold up all others; a connection that breaks lets them go on."""
    backup.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        if not backup.broken:
            backup.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
