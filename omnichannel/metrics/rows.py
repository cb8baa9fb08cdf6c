"""Turns rows into metrics: the same numbers on whichever web host is asked."""

import time
from collections.abc import Callable, Iterable, Iterator

import structlog
from django.db import Error, connection, transaction
from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from redis import RedisError

from conversations.outbound.overdue import count_overdue
from omnichannel.common import task_counts
from omnichannel.common.faults import say
from omnichannel.metrics import backlog, business, lately

# A question that takes longer is given up, and with it the answer: somebody who watches must not be a load.
STATEMENT_MILLISECONDS = 5_000
log = structlog.get_logger(__name__)


class Installation(Collector):
    """Everything that the database and the broker know, asked anew for each answer."""

    def collect(self) -> Iterator[Metric]:
        """Yield what the rows say, then what the broker says, then which of both could be asked."""
        database = _asked(_from_rows, Error)
        broker = _asked(_from_broker, RedisError)
        yield from database
        yield from broker
        up = _gauge("up", "Whether a part the installation stands on answers: 1 or 0.", "part")
        up.add_metric(["database"], float(bool(database)))
        up.add_metric(["broker"], float(bool(broker)))
        yield up


def _asked(ask: Callable[[], Iterable[Metric]], fault: type[Exception]) -> list[Metric]:
    try:
        return list(ask())
    except fault as reason:
        log.warning("metrics_incomplete", reason=say(reason))
        return []


@transaction.atomic
def _from_rows() -> list[Metric]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(STATEMENT_MILLISECONDS)])
    return [*_waiting(), *_deliveries(), *_tries(), *_open(), *_heard()]


def _waiting() -> Iterator[Metric]:
    oldest = _gauge(
        "oldest_waiting_seconds", "Age of the oldest row that waits for this step; 0 where none does.", "step"
    )
    rows = _gauge("rows", f"Rows by what they are and their state, counted up to {backlog.BOUND}.", "kind", "state")
    for step, kind, ask in (
        ("process", "receipt", backlog.receipts),
        ("send", "message", backlog.messages),
        ("fetch", "file", backlog.fetches),
        ("picture", "picture", backlog.pictures),
    ):
        found = ask()
        oldest.add_metric([step], found.oldest_seconds)
        for state, count in found.counts.items():
            rows.add_metric([kind, state], count)
    overdue = _gauge(
        "messages_overdue", "Messages that wait for longer than SETTLE_WITHIN_SECONDS; anything but 0 is a fault."
    )
    overdue.add_metric([], count_overdue())
    yield from (oldest, rows, overdue)


def _deliveries() -> Iterator[Metric]:
    rate = _gauge("receipts_per_second", "Deliveries taken from Apple in the last five minutes, by state now.", "state")
    took = _gauge(
        "receipt_to_message_seconds", "From a delivery's receipt to its message, last five minutes.", "quantile"
    )
    for step in lately.received():
        rate.add_metric([step.outcome], step.rate)
        _add_quantiles(took, [], step.seconds)
    yield from (rate, took)


def _tries() -> Iterator[Metric]:
    rate = _gauge("attempts_per_second", "Tries at sending in the last five minutes.", "outcome", "status")
    took = _gauge(
        "attempt_seconds", "One try at sending, last five minutes, by outcome and Apple's status.",
        "outcome", "status", "quantile",
    )  # fmt: skip
    waited = _gauge(
        "message_to_sent_seconds", "From a message being written to Apple accepting it, last five minutes.", "quantile"
    )
    for step in lately.tried():
        rate.add_metric([step.outcome, step.status], step.rate)
        _add_quantiles(took, [step.outcome, step.status], step.seconds)
        if step.outcome == "sent":
            _add_quantiles(waited, [], step.since_written)
    yield from (rate, took, waited)


def _open() -> Iterator[Metric]:
    found = _gauge("conversations_open", "Conversations that are not closed, by queue and state.", "queue", "state")
    for each in business.open_conversations():
        found.add_metric([each.queue, each.state], each.count)
    yield found


def _heard() -> Iterator[Metric]:
    found = _gauge(
        "last_delivery_age_seconds", "Since Apple last delivered something for an account.", "business_id", "account"
    )
    for each in business.last_heard():
        found.add_metric([each.business_id, each.name], each.seconds)
    yield found


def _from_broker() -> list[Metric]:
    known = task_counts.counts()
    runs = CounterMetricFamily(
        "omnichannel_task_runs", "Runs of each Celery task on any host, by outcome.", labels=["task", "outcome"]
    )
    for (task, outcome), count in sorted(known.runs.items()):
        runs.add_metric([task, outcome], count)
    since = _gauge("task_last_run_age_seconds", "Since a Celery task ended last, on any host.", "task")
    for task, at in sorted(known.last.items()):
        since.add_metric([task], max(0.0, time.time() - at))
    return [runs, since]


def _add_quantiles(family: GaugeMetricFamily, labels: list[str], seconds: dict[float, float]) -> None:
    for quantile, value in seconds.items():
        family.add_metric([*labels, str(quantile)], value)


def _gauge(name: str, told: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"omnichannel_{name}", told, labels=labels)
