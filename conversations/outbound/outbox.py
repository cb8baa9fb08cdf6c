"""The row that is owed to a customer: whoever queues something makes it here."""

import datetime
from typing import Any

from django.conf import settings

from conversations.models import Conversation, Delivery, Direction, Message


def queued(conversation: Conversation, body: str, now: datetime.datetime, **columns: Any) -> Message:
    """Return a message, not saved yet, that is due at once; ``now`` is the database's."""
    return Message(
        conversation=conversation,
        direction=Direction.OUT,
        delivery=Delivery.QUEUED,
        body=body,
        created_at=now,
        due_at=now,
        give_up_at=give_up_at(now),
        **columns,
    )


def give_up_at(now: datetime.datetime) -> datetime.datetime:
    """Return until when it is tried."""
    return now + datetime.timedelta(seconds=settings.SEND_FOR_SECONDS)
