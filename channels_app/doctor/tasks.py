"""What the doctor's bell starts."""

from celery import shared_task

from channels_app.doctor.services import end_all
from omnichannel.common import bell

# A turn of the worker: whoever waits behind it for a message waits no longer than this.
TURN_SECONDS = 10


@shared_task
def examine() -> None:
    """End the examinations that were begun, for one turn; what is left goes to the end of the line."""
    bell.answer(examine)
    if not end_all(seconds=TURN_SECONDS):
        bell.ring(examine)
