"""What the drain is measured against: one Celery task for each delivery, over the same code."""

from celery import shared_task

from conversations.inbound.process import process_due


@shared_task
def apply_one() -> None:
    """Apply one delivery."""
    process_due(limit=1)
