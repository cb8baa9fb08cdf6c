"""The steps of both paths by name: where a process can die, and where somebody may want to know that one came by.

Nothing listens in production. The fault suite does, and kills a process exactly there.
"""

from collections.abc import Callable
from enum import StrEnum


class Step(StrEnum):
    """What has just happened, in the order in which a message meets it."""

    # Apple to us: web, then worker.
    DELIVERY_CHECKED = "delivery_checked"
    RECEIPT_STORED = "receipt_stored"
    REFERENCE_KEPT = "reference_kept"
    RECEIPT_ANNOUNCED = "receipt_announced"
    RECEIPTS_CLAIMED = "receipts_claimed"
    RECEIPTS_APPLIED = "receipts_applied"
    RECEIPTS_COMMITTED = "receipts_committed"
    FETCH_CLAIMED = "fetch_claimed"
    FETCH_BROUGHT = "fetch_brought"
    FETCH_WRITTEN = "fetch_written"
    FETCH_COMMITTED = "fetch_committed"
    # Us to Apple: web, then worker.
    MESSAGE_QUEUED = "message_queued"
    MESSAGE_COMMITTED = "message_committed"
    LINK_READ = "link_read"
    LINKS_WRITTEN = "links_written"
    LINKS_COMMITTED = "links_committed"
    MESSAGES_CLAIMED = "messages_claimed"
    FILE_UPLOADED = "file_uploaded"
    MESSAGE_ACCEPTED = "message_accepted"
    OUTCOMES_WRITTEN = "outcomes_written"
    OUTCOMES_COMMITTED = "outcomes_committed"
    # What mends both.
    SWEEP_BEGAN = "sweep_began"


Listener = Callable[[Step], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Have a function told of every step that this process reaches."""
    _listeners.append(listener)


def reached(step: Step) -> None:
    """Say that a step has just been made."""
    for listener in _listeners:
        listener(step)
