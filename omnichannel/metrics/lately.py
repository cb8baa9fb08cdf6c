"""What happened in the last five minutes and how long each step took, from the rows.

Rows are numbered in the order in which they came, near enough: a walk backwards in strides finds where the window
begins, so that a quiet hour reads a handful of rows and a busy one no more than the newest fifty thousand.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection

WINDOW_SECONDS = 300
STRIDE = 1_000
STRIDES = 50
QUANTILES = (0.5, 0.95, 0.99)

WINDOW = """
WITH RECURSIVE back(id, at, strides) AS (
    (SELECT id, {time}, 0 FROM {table} ORDER BY id DESC LIMIT 1)
    UNION ALL
    SELECT earlier.id, earlier.at, strides + 1
    FROM back, LATERAL (
        SELECT id, {time} AS at FROM {table} WHERE id <= back.id - %(stride)s ORDER BY id DESC LIMIT 1
    ) earlier
    WHERE back.at >= statement_timestamp() - make_interval(secs => %(window)s) AND strides < %(strides)s
), lately AS (
    SELECT * FROM {table}
    WHERE id > (SELECT min(id) FROM back) - %(stride)s
        AND {time} >= statement_timestamp() - make_interval(secs => %(window)s)
), span AS (
    -- Where the walk ended early, the rate is that of the time it covers.
    SELECT CASE WHEN max(strides) >= %(strides)s AND min(at) > statement_timestamp() - make_interval(secs => %(window)s)
                THEN greatest(extract(epoch FROM statement_timestamp() - min(at)), 1)
                ELSE %(window)s END AS seconds
    FROM back
)
"""
RECEIVED = """
SELECT state, '', count(*) / (SELECT seconds FROM span),
       percentile_cont(%(quantiles)s) WITHIN GROUP (
           ORDER BY extract(epoch FROM processed_at - received_at)::float8
       ) FILTER (WHERE state = 'done')
FROM lately GROUP BY state
"""
TRIED = """
SELECT lately.outcome, coalesce(lately.status::text, ''), count(*) / (SELECT seconds FROM span),
       percentile_cont(%(quantiles)s) WITHIN GROUP (
           ORDER BY extract(epoch FROM lately.ended_at - lately.began_at)::float8
       ),
       percentile_cont(%(quantiles)s) WITHIN GROUP (
           ORDER BY extract(epoch FROM lately.ended_at - message.created_at)::float8
       )
FROM lately JOIN conversations_message message ON message.id = lately.message_id
GROUP BY 1, 2
"""


@dataclass(frozen=True)
class Step:
    """One step with one outcome: how often a second, and for each quantile how long it took."""

    outcome: str
    status: str
    rate: float
    seconds: dict[float, float]
    # For a try: since the message was written, which is what the customer waits for.
    since_written: dict[float, float]


def received() -> list[Step]:
    """Return how deliveries by Apple went, each from its receipt to its message."""
    rows = _rows("conversations_inboundreceipt", "received_at", RECEIVED)
    return [_step(*row) for row in rows]


def tried() -> list[Step]:
    """Return how tries at sending went."""
    rows = _rows("conversations_attempt", "ended_at", TRIED)
    return [_step(*row) for row in rows]


def _step(outcome: str, status: str, rate: float, took: list[float] | None, waited: list[float] | None = None) -> Step:
    return Step(outcome, status, float(rate), _by_quantile(took), _by_quantile(waited))


def _rows(table: str, time: str, question: str) -> list[tuple[Any, ...]]:
    values: dict[str, Any] = {
        "window": WINDOW_SECONDS,
        "stride": STRIDE,
        "strides": STRIDES,
        "quantiles": list(QUANTILES),
    }
    with connection.cursor() as cursor:
        cursor.execute(WINDOW.format(table=table, time=time) + question, values)
        return list(cursor.fetchall())


def _by_quantile(seconds: list[float] | None) -> dict[float, float]:
    return dict(zip(QUANTILES, (max(0.0, each) for each in seconds), strict=True)) if seconds else {}
