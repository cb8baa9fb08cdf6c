"""Turns a moment into a place in a table that grows in time, so that a period is a range of keys and no walk."""

from __future__ import annotations

import datetime

from django.db import connection

# Rows that were made side by side may be stored in another order than their times say.
DISORDER = datetime.timedelta(minutes=10)
# Keys are halved until so few are left: reading those costs less than looking further, and a small table is read whole.
SPAN = 20_000
# Each look reads some neighbours and believes the newest of them, so that a single late row misleads nobody.
HUNT = """
WITH RECURSIVE hunt (low, high) AS (
    SELECT 0::bigint, coalesce((SELECT max(id) FROM {rows}), 0) + 1
    UNION ALL
    SELECT CASE WHEN look.newest < %(moment)s THEN look.last + 1 ELSE low END,
           CASE WHEN look.newest < %(moment)s THEN high ELSE (low + high) / 2 END
    FROM hunt CROSS JOIN LATERAL (
        SELECT max(id) AS last, max({column}) AS newest FROM (
            SELECT id, {column} FROM {rows} AND id >= (low + high) / 2 AND id < high ORDER BY id LIMIT 50
        ) AS neighbours
    ) AS look
    WHERE high - low > %(span)s
)
SELECT low FROM hunt ORDER BY high - low LIMIT 1
"""
RECEIPTS = HUNT.format(rows="conversations_inboundreceipt WHERE true", column="received_at")
OUTBOUND = HUNT.format(rows="conversations_message WHERE direction = 'out'", column="created_at")


def first_receipt(moment: datetime.datetime, *, span: int = SPAN) -> int:
    """Return a key that no delivery from this moment on is below."""
    return _first(RECEIPTS, moment, span)


def first_outbound(moment: datetime.datetime, *, span: int = SPAN) -> int:
    """Return a key that no message to a customer from this moment on is below."""
    return _first(OUTBOUND, moment, span)


def _first(hunt: str, moment: datetime.datetime, span: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(hunt, {"moment": moment - DISORDER, "span": span})
        return int(cursor.fetchone()[0])
