"""Notices a second message to a customer while the first is under way, which costs Apple's order."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from simulator.models import Phone, Violation
from simulator.models.violation import ViolationKind

# Keeps these locks apart from whatever else takes advisory locks in this database.
LOCK_FAMILY = 0x414D42


@contextmanager
def under_way(phone: Phone) -> Iterator[None]:
    """Mark a send to this phone as under way, and log the violation when another one is."""
    is_alone = _ask("SELECT pg_try_advisory_lock(%s, %s)", phone)
    if not is_alone:
        Violation.objects.create(phone=phone, kind=ViolationKind.PARALLEL_SENDS)
    try:
        yield
    finally:
        if is_alone:
            _ask("SELECT pg_advisory_unlock(%s, %s)", phone)


def _ask(statement: str, phone: Phone) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, [LOCK_FAMILY, phone.pk % 2**31])
        return bool(cursor.fetchone()[0])
