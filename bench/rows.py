"""Fills the tables as years of use would, by SQL over whole sets: messages, and all that goes with so many of them."""

from __future__ import annotations

from typing import Any

from django.db import connection, models

from channels_app.models import ChannelInstance
from conversations.models import Attempt, Conversation, Customer, InboundReceipt, Message
from workstreams.models import Agent

# Ten messages a conversation, a thousand conversations under way at any time, a year from the first to the last.
EACH = 10
AT_ONCE = 1000
OPEN = 300
AT = "now() - ({last} - n) * (interval '1 year' / {last})"
WORDS = "'Where is order ' || md5(n::text) || ', and when does it come? Thank you.'"


def fill(instance: ChannelInstance, agent: Agent, messages: int) -> None:
    """Make so many messages, three in five from customers; the newest conversations are open, some are the agent's."""
    conversations = messages // EACH
    with connection.cursor() as cursor:
        # Nothing here needs to be checked row by row.
        cursor.execute("SET session_replication_role = replica")
    _fill_customers(instance, conversations)
    _fill_conversations(instance, agent, conversations)
    _fill_messages(instance, agent, messages)
    with connection.cursor() as cursor:
        cursor.execute("RESET session_replication_role")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def _fill_customers(instance: ChannelInstance, count: int) -> None:
    at = AT.format(last=count)
    columns = {"account_id": str(instance.account_id), "customer_id": "'urn:mbid:old-' || n", "locale": "'en_US'"}
    _fill(Customer, count, columns | {"first_seen_at": at, "last_seen_at": at})


def _fill_conversations(instance: ChannelInstance, agent: Agent, count: int) -> None:
    is_open, at = f"n > {count - OPEN}", AT.format(last=count)
    columns = {
        "customer_id": "n",
        "instance_id": str(instance.pk),
        "workstream_id": str(instance.workstream_id),
        "queue_id": str(instance.workstream.fallback_queue_id),
        "agent_id": f"CASE WHEN {is_open} AND n % 3 > 0 THEN NULL ELSE {agent.pk} END",
        "state": f"CASE WHEN NOT {is_open} THEN 'closed' WHEN n % 3 > 0 THEN 'open' ELSE 'active' END",
        "close_reason": f"CASE WHEN {is_open} THEN '' ELSE 'agent' END",
        "closed_at": f"CASE WHEN {is_open} THEN NULL ELSE {at} END",
        "opened_at": at,
        "last_message_at": at,
        "preview": f"left({WORDS}, 120)",
        "revision": "n",
    }
    _fill(Conversation, count, columns)


def _fill_messages(instance: ChannelInstance, agent: Agent, count: int) -> None:
    is_in, at = "n % 5 < 3", AT.format(last=count)
    conversation = f"least(n / {EACH * AT_ONCE} * {AT_ONCE} + n % {AT_ONCE}, {count // EACH - 1}) + 1"
    receipt = {
        "account_id": str(instance.account_id),
        "apple_id": "gen_random_uuid()",
        "customer_id": f"'urn:mbid:old-' || {conversation}",
        "body": f"convert_to({WORDS} || repeat(' ', 200), 'UTF8')",
        "received_at": at,
        "due_at": at,
        "processed_at": at,
        "state": "'done'",
    }
    message = {
        "conversation_id": conversation,
        "apple_id": "gen_random_uuid()",
        "direction": f"CASE WHEN {is_in} THEN 'in' ELSE 'out' END",
        "body": WORDS,
        "created_at": at,
        "receipt_id": f"CASE WHEN {is_in} THEN n END",
        "author_id": f"CASE WHEN {is_in} THEN NULL ELSE {agent.pk} END",
        "delivery": f"CASE WHEN {is_in} THEN NULL ELSE 'sent' END",
        "attempts": f"CASE WHEN {is_in} THEN 0 ELSE 1 END",
        **dict.fromkeys(("due_at", "give_up_at", "sent_at"), f"CASE WHEN {is_in} THEN NULL ELSE {at} END"),
    }
    attempt = {"message_id": "n", "number": "1", "began_at": at, "ended_at": at, "outcome": "'sent'", "status": "200"}
    _fill(InboundReceipt, count, receipt, where=is_in)
    _fill(Message, count, message)
    _fill(Attempt, count, attempt, where=f"NOT {is_in}")


def _fill(model: type[models.Model], count: int, given: dict[str, str], where: str = "true") -> None:
    """Make rows 1 to count, each column by its expression of n, or by the default of its field."""
    table, fields = model._meta.db_table, model._meta.concrete_fields
    columns = {"id": "n"} | given
    constants = [field for field in fields if field.column not in columns]
    names = ", ".join(f'"{name}"' for name in (*columns, *(field.column for field in constants)))
    values = ", ".join([*(text.replace("%", "%%") for text in columns.values()), *("%s" for _ in constants)])
    rows = f"generate_series(1, {count}) AS n WHERE {where.replace('%', '%%')}"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {rows}", list(map(_default, constants)))  # noqa: S608
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, count])


def _default(field: models.Field[Any, Any]) -> Any:
    return field.get_db_prep_save(field.get_default(), connection)
