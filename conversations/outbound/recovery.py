"""A gateway that answers again: what could not reach it goes at once, rather than when its own pause is over."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db import transaction

from conversations.models import Delivery, Message

# At most so many become due together; each of them that gets through brings others.
LIMIT = 1000


@transaction.atomic
def hasten(recovered: Iterable[Message], now: datetime.datetime) -> None:
    """Make due what could not reach the gateway that these messages, which had waited for it themselves, have reached.

    What Apple did answer, 429 or 5xx, keeps its pause: Apple may have named it. And whoever got through at the first
    try says nothing, or a storage that is away would be asked again with every message that needs none.
    """
    ids = [message.pk for message in recovered if message.failure_reason and message.failure_status is None]
    if not ids:
        return
    connections = Message.objects.filter(pk__in=ids).values("conversation__instance__account__connection")
    waiting = Message.objects.filter(
        delivery=Delivery.QUEUED,
        due_at__gt=now,
        failure_status=None,
        conversation__instance__account__connection__in=connections,
    ).exclude(failure_reason="")
    # Without waiting for anybody: their conversations are not locked here.
    free = waiting.order_by("due_at").select_for_update(of=("self",), skip_locked=True)
    Message.objects.filter(pk__in=list(free.values_list("pk", flat=True)[:LIMIT])).update(due_at=now)
