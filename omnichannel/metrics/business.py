"""Open conversations by queue, and when each account was heard from last, from the rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from conversations.models import Direction, Message

# More open conversations than this are counted as this many.
CONVERSATIONS = 50_000
# An account that is not among so many newest deliveries has no number: finding it would mean reading the table.
DELIVERIES = 10_000

OPEN = """
SELECT queue.name, few.state, count(*)
FROM (SELECT queue_id, state FROM conversations_conversation WHERE NOT state = 'closed' LIMIT %(bound)s) few
JOIN workstreams_queue queue ON queue.id = few.queue_id
GROUP BY queue.name, few.state
"""
HEARD = """
SELECT account.business_id, account.name, extract(epoch FROM statement_timestamp() - max(newest.received_at))
FROM (SELECT account_id, received_at FROM conversations_inboundreceipt ORDER BY id DESC LIMIT %(bound)s) newest
JOIN channels_app_account account ON account.id = newest.account_id
GROUP BY account.business_id, account.name
"""


@dataclass(frozen=True)
class InQueue:
    """Conversations of one queue in one state."""

    queue: str
    state: str
    count: int


@dataclass(frozen=True)
class Heard:
    """How long ago Apple delivered something for an account."""

    business_id: str
    name: str
    seconds: float


def open_conversations() -> list[InQueue]:
    """Return how many conversations are open in each queue, by state."""
    return [InQueue(*row) for row in _rows(OPEN, CONVERSATIONS)]


def last_heard() -> list[Heard]:
    """Return the accounts for which Apple delivered something lately."""
    return [Heard(business_id, name, max(0.0, float(age))) for business_id, name, age in _rows(HEARD, DELIVERIES)]


def messages_of(customer_ids: Sequence[str]) -> int:
    """Return how many messages these customers have written."""
    return Message.objects.filter(direction=Direction.IN, conversation__customer__customer_id__in=customer_ids).count()


def _rows(statement: str, bound: int) -> list[tuple[str, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"bound": bound})
        return list(cursor.fetchall())
