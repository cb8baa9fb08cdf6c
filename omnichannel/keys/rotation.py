"""Seals every stored secret with the first key, a batch at a time; what a broken-off run has done stays done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from omnichannel.audit.models import Action
from omnichannel.audit.services import record
from omnichannel.common.encryption import CannotDecrypt, decrypt, encrypt, parse_keys
from omnichannel.keys.columns import Column, Use, columns, uses

BATCH = 500
# A value that somebody replaces while it is rotated is met again by the next round; nobody does so for ever.
ROUNDS = 3
OTHERS = """
SELECT {key}, {column} FROM {table}
 WHERE {column} <> '' AND split_part({column}, '$', 1) <> %s {after} ORDER BY {key} LIMIT %s
"""
# Only where the value is still the one that was read: what was set meanwhile is newer.
REPLACE = "UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s"

Report = Callable[[Column, int], None]


def first_key() -> str:
    """Return the id of the key that new values are sealed with."""
    return next(iter(parse_keys(settings.FIELD_KEYS)))


def rotate(report: Report) -> list[Use]:
    """Seal everything with the first key, telling how many of a column are done; return what is left under others."""
    rotated: Counter[Column] = Counter()
    for _round in range(ROUNDS):
        found = 0
        for column in columns():
            for seen, written in _rotate(column):
                found += seen
                rotated[column] += written
                report(column, rotated[column])
        if not found:
            break
    if rotated.total():
        record(Action.KEYS_ROTATED, by=None, subject=f"key {first_key()}", values=rotated.total())
    return [use for use in uses() if use.key_id != first_key()]


def _rotate(column: Column) -> Iterator[tuple[int, int]]:
    """Yield how many readable values of a batch were seen, and how many of them replaced."""
    last: Any = None
    while rows := _after(column, last):
        last = rows[-1][0]
        sealed = [(encrypt(text, column.label), key, old) for key, old in rows if (text := _opened(column, old))]
        yield len(sealed), _replace(column, sealed)


def _after(column: Column, last: Any) -> list[tuple[Any, str]]:
    after, keys = ("", ()) if last is None else ("AND {key} > %s", (last,))
    with connection.cursor() as cursor:
        cursor.execute(column.query(OTHERS.replace("{after}", after)), (first_key(), *keys, BATCH))
        return list(cursor.fetchall())


def _opened(column: Column, sealed: str) -> str:
    try:
        return decrypt(sealed, column.label)
    except (CannotDecrypt, ValueError):
        # It stays as it is, and is told among what is left.
        return ""


@transaction.atomic
def _replace(column: Column, sealed: list[tuple[str, Any, str]]) -> int:
    if not sealed:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(column.query(REPLACE), sealed)
        return int(cursor.rowcount)
