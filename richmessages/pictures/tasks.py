"""What the bell and the clock start."""

from celery import shared_task

from omnichannel.common import bell
from richmessages.pictures.fetch import fetch_all


@shared_task
def fetch() -> None:
    """Bring pictures that are wanted."""
    bell.answer(fetch)
    fetch_all()


@shared_task
def sweep() -> None:
    """Ring for whatever waits."""
    if bell.is_due(sweep):
        bell.ring(fetch)
