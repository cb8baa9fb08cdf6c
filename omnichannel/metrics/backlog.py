"""How much waits and for how long, from the rows, looking at no more of them than a bound allows."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from conversations.models import Delivery, Fetch, ReceiptState
from richmessages.models import SourceState

# Where more than these wait, one alarm is as good as another: counts end here, and ages look at those due first.
BOUND = 10_000

RECEIPTS = """
SELECT (SELECT count(*) FROM (SELECT FROM conversations_inboundreceipt WHERE state = 'waiting' LIMIT %(bound)s) few),
       (SELECT count(*) FROM (SELECT FROM conversations_inboundreceipt WHERE state = 'parked' LIMIT %(bound)s) few),
       extract(epoch FROM statement_timestamp() - (
           SELECT received_at FROM conversations_inboundreceipt WHERE state = 'waiting' ORDER BY id LIMIT 1
       ))
"""
# Each part meets a partial index: message_due, message_in_flight, message_troubled.
MESSAGES = """
WITH queued AS (
    SELECT delivery, created_at FROM conversations_message WHERE delivery = 'queued' ORDER BY due_at LIMIT %(bound)s
), sending AS (
    SELECT delivery, created_at FROM conversations_message
    WHERE delivery = 'sending' ORDER BY claimed_at LIMIT %(bound)s
), troubled AS (
    SELECT delivery FROM conversations_message
    WHERE delivery IN ('failed', 'unknown') ORDER BY id DESC LIMIT %(bound)s
)
SELECT delivery, count(*), extract(epoch FROM statement_timestamp() - min(created_at)) FROM queued GROUP BY delivery
UNION ALL
SELECT delivery, count(*), extract(epoch FROM statement_timestamp() - min(created_at)) FROM sending GROUP BY delivery
UNION ALL
SELECT delivery, count(*), NULL FROM troubled GROUP BY delivery
"""
FETCHES = """
WITH waiting AS (
    (SELECT message_id FROM conversations_reference WHERE state = 'waiting' ORDER BY due_at LIMIT %(bound)s)
    UNION ALL
    (SELECT message_id FROM conversations_attachment WHERE state = 'waiting' ORDER BY due_at LIMIT %(bound)s)
)
SELECT count(*), extract(epoch FROM statement_timestamp() - min(message.created_at))
FROM waiting JOIN conversations_message message ON message.id = waiting.message_id
"""
# Meets the partial index picture_source_due.
PICTURES = """
WITH due AS (
    SELECT asked_at FROM richmessages_picturesource WHERE due_at IS NOT NULL ORDER BY due_at LIMIT %(bound)s
)
SELECT count(*), extract(epoch FROM statement_timestamp() - min(asked_at)) FROM due
"""


@dataclass(frozen=True)
class Backlog:
    """How many rows are in which state, and for how long the oldest of those that wait has waited."""

    counts: dict[str, int]
    oldest_seconds: float


def receipts() -> Backlog:
    """Return what Apple delivered and nobody has applied."""
    [(waiting, parked, age)] = _rows(RECEIPTS)
    return Backlog({ReceiptState.WAITING: waiting, ReceiptState.PARKED: parked}, _seconds(age))


def messages() -> Backlog:
    """Return what is on its way to Apple, and what did not arrive there."""
    rows = _rows(MESSAGES)
    counts = {state.value: 0 for state in Delivery if state != Delivery.SENT}
    ages = [_seconds(age) for _delivery, _count, age in rows]
    return Backlog(counts | {delivery: count for delivery, count, _age in rows}, max(ages, default=0.0))


def fetches() -> Backlog:
    """Return the files and large replies that nobody has brought yet."""
    [(waiting, age)] = _rows(FETCHES)
    return Backlog({Fetch.WAITING: waiting}, _seconds(age))


def pictures() -> Backlog:
    """Return the pictures of rich messages that are still to be fetched."""
    [(waiting, age)] = _rows(PICTURES)
    return Backlog({SourceState.WAITING: waiting}, _seconds(age))


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"bound": BOUND})
        return list(cursor.fetchall())


def _seconds(age: Decimal | None) -> float:
    # A clock that runs ahead elsewhere is no backlog.
    return max(0.0, float(age)) if age is not None else 0.0
