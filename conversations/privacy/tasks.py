"""What the bells and the clock start."""

from celery import shared_task

from conversations.privacy import erase, export, files, pictures, retention
from omnichannel.common import bell

# A turn of the worker: whoever waits behind it for a message waits no longer than this.
TURN_SECONDS = 20


@shared_task
def remove_expired() -> None:
    """Remove expired content for one turn; what is left goes to the end of the line."""
    bell.answer(remove_expired)
    if not retention.remove_expired(seconds=TURN_SECONDS):
        bell.ring(remove_expired)
    bell.ring(delete_files)


@shared_task
def delete_files() -> None:
    """Delete files that no row names any more."""
    bell.answer(delete_files)
    files.delete_doomed()


@shared_task
def remove_pictures() -> None:
    """Delete pictures that nothing shows any more for one turn; what is left goes to the end of the line."""
    bell.answer(remove_pictures)
    if not pictures.remove_unused(seconds=TURN_SECONDS):
        bell.ring(remove_pictures)


@shared_task
def find_orphans() -> None:
    """Note files for deletion that a dead process left."""
    files.doom_orphans()
    bell.ring(delete_files)


@shared_task
def write_exports() -> None:
    """Write what people asked for."""
    bell.answer(write_exports)
    while export.write_next():
        pass


@shared_task
def finish_erasures() -> None:
    """Delete what is left of customers who are being erased."""
    bell.answer(finish_erasures)
    for each in erase.unfinished():
        erase.finish(each)
    bell.ring(delete_files)


@shared_task
def sweep() -> None:
    """Ring for whatever waits, and let expired exports go."""
    export.remove_expired_exports()
    for task in (delete_files, write_exports, finish_erasures):
        bell.ring(task)
