"""The bound on waiting: no message stays queued or sending for longer than SETTLE_WITHIN_SECONDS."""

from __future__ import annotations

import datetime

from django.conf import settings

from conversations.models import UNDELIVERED, Message
from conversations.models.message import MessageQuerySet
from omnichannel.common import clock

# The sweep ends what waits this long before the bound, so that whatever is beyond it tells of a sweep that is away.
MARGIN = datetime.timedelta(seconds=30)
# One is a fault already; where there are more than this, nobody needs to know how many.
COUNTED = 10_000


def count_overdue() -> int:
    """Return how many messages wait for longer than the bound; anything but 0 says that no sweep runs."""
    return waiting_since(clock.now() - _bound())[:COUNTED].count()


def due_to_be_settled(now: datetime.datetime) -> MessageQuerySet:
    """Return what has to be ended now, one way or another."""
    return waiting_since(_earliest(now))


def in_time(messages: MessageQuerySet, now: datetime.datetime) -> MessageQuerySet:
    """Leave out what has to be ended: hours late, after a restore or a laptop's sleep, it would only surprise."""
    return messages.filter(give_up_at__gte=_given_up_at(_earliest(now)))


def waiting_since(moment: datetime.datetime) -> MessageQuerySet:
    """Return what was queued, for the first time or again, before this moment and is not settled."""
    return Message.objects.filter(delivery__in=UNDELIVERED, give_up_at__lt=_given_up_at(moment))


def _given_up_at(queued_at: datetime.datetime) -> datetime.datetime:
    # Whoever queues a message sets when it is given up, and so tells since when it waits.
    return queued_at + datetime.timedelta(seconds=settings.SEND_FOR_SECONDS)


def _earliest(now: datetime.datetime) -> datetime.datetime:
    return now - _bound() + MARGIN


def _bound() -> datetime.timedelta:
    return datetime.timedelta(seconds=settings.SETTLE_WITHIN_SECONDS)
