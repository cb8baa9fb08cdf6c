"""Tells the doctor what only the upper layers know: what waits, who works, when Apple called."""

from collections.abc import Iterable

from redis import RedisError

from channels_app.doctor.near import Signs
from channels_app.models import Account
from conversations.models import Delivery, ReceiptState
from omnichannel.common import task_counts
from omnichannel.metrics import backlog
from omnichannel.portal.calls import last_calls


def signs_for(accounts: Iterable[Account]) -> Signs:
    """Return the signs of the installation and of these accounts."""
    receipts, messages = backlog.receipts(), backlog.messages()
    has_broker, seen_at = _workers()
    return Signs(
        incoming=receipts.counts[ReceiptState.WAITING],
        outgoing=messages.counts[Delivery.QUEUED] + messages.counts[Delivery.SENDING],
        oldest_seconds=max(receipts.oldest_seconds, messages.oldest_seconds),
        has_broker=has_broker,
        worker_seen_at=seen_at,
        called_at={pk: call.at for pk, call in last_calls(accounts, only_signed=True).items()},
    )


def _workers() -> tuple[bool, float | None]:
    """Return whether the broker answers, and when a sweep ended last: beat asked for it, a worker made it."""
    try:
        last = task_counts.counts().last
    except RedisError:
        return False, None
    return True, max((at for task, at in last.items() if task.endswith(".sweep")), default=None)
