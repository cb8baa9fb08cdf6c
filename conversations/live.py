"""Rings the consoles: says which conversation to look at again, never what is in it.

A conversation keeps the number of the transaction that changed it last. A console that comes back asks for everything
changed since the oldest transaction that was still open at its last event: nothing can hide in between, whatever the
order of commits. A number that this server has not reached came with rows of another one, and is no change.
"""

from django.db import connection
from django.db.models import BigIntegerField, Func

from conversations.models import Conversation
from omnichannel.common import hub

CHANNEL = "console"


class TransactionId(Func):
    """The number of the running transaction."""

    template = "pg_current_xact_id()::text::bigint"
    output_field = BigIntegerField()


class End(Func):
    """The number from which on no transaction has ended."""

    template = "pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
    output_field = BigIntegerField()


def changed(*conversations: Conversation) -> None:
    """Mark conversations as changed by this transaction and ring their viewers once it is committed."""
    rows = Conversation.objects.filter(pk__in=[each.pk for each in conversations]).locked()
    Conversation.objects.filter(pk__in=rows.values("pk")).update(revision=TransactionId())
    for conversation in conversations:
        _ring(conversation, "changed")


def typing(conversation: Conversation) -> None:
    """Ring the viewers of a conversation whose customer began or stopped typing."""
    _ring(conversation, "typing")


def changed_since(revision: int, *, limit: int | None) -> list[hub.Event]:
    """Return an event for every conversation that a transaction from this number on has changed."""
    known = Conversation.objects.filter(revision__gte=revision, revision__lt=End())
    rows = known.order_by("revision")[:limit]
    return [_event(*row, "changed") for row in rows.values_list("pk", "queue_id", "agent_id")]


def position() -> int:
    """Return the number below which every transaction has ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def _ring(conversation: Conversation, what: str) -> None:
    hub.publish(CHANNEL, _event(conversation.pk, conversation.queue_id, conversation.agent_id, what))


def _event(conversation: int, queue: int, agent: int | None, what: str) -> hub.Event:
    return {"conversation": conversation, "queue": queue, "agent": agent, "what": what}
