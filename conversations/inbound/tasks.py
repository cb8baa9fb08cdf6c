"""What the bells of the inbound path start."""

from celery import shared_task

from conversations.inbound.fetch import fetch_all
from conversations.inbound.process import process_due
from omnichannel.common import bell
from omnichannel.common.steps import Step, reached


@shared_task
def drain() -> None:
    """Apply what Apple delivered, each customer's oldest first, and ring for what it only pointed at."""
    bell.answer(drain)
    while process_due(limit=100):
        reached(Step.RECEIPTS_COMMITTED)
        bell.ring(fetch)


@shared_task
def fetch() -> None:
    """Bring files and large replies."""
    bell.answer(fetch)
    fetch_all()


@shared_task
def sweep() -> None:
    """Ring for whatever waits."""
    if not bell.is_due(sweep):
        return
    reached(Step.SWEEP_BEGAN)
    bell.ring(drain)
    bell.ring(fetch)
