"""Compares what both sides hold, message by message: what is lost, doubled, out of order, or untrue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import psycopg

from tests.faults.installation import SETTLE_SECONDS, Installation, Phone
from tests.journeys.running import eventually

WAITING = """
SELECT (SELECT count(*) FROM conversations_inboundreceipt WHERE state = 'waiting') AS receipts,
       (SELECT count(*) FROM conversations_message WHERE delivery IN ('queued', 'sending')) AS messages,
       (SELECT count(*) FROM conversations_attachment WHERE state = 'waiting') AS files,
       (SELECT count(*) FROM conversations_reference WHERE state = 'waiting') AS answers
"""
WAITING_OF = """
  WITH messages AS (
       SELECT message.*
         FROM conversations_message message
         JOIN conversations_conversation conversation ON conversation.id = message.conversation_id
         JOIN conversations_customer customer ON customer.id = conversation.customer_id
        WHERE customer.customer_id = ANY(%(names)s))
SELECT 'receipt' AS what, id, state, 0 AS attempts, due_at - now() AS due_in, outcome AS reason
  FROM conversations_inboundreceipt WHERE state = 'waiting' AND customer_id = ANY(%(names)s)
 UNION ALL
SELECT 'message', id, delivery, attempts, due_at - now(), failure_reason
  FROM messages WHERE delivery IN ('queued', 'sending')
 UNION ALL
SELECT 'file', file.id, state, file.attempts, file.due_at - now(), reason
  FROM conversations_attachment file JOIN messages ON messages.id = message_id WHERE state = 'waiting'
 UNION ALL
SELECT 'answer', answer.id, state, answer.attempts, answer.due_at - now(), reason
  FROM conversations_reference answer JOIN messages ON messages.id = message_id WHERE state = 'waiting'
"""
MESSAGES = """
SELECT message.id, message.apple_id::text, message.direction, message.delivery, message.body, message.receipt_id
  FROM conversations_message message
  JOIN conversations_conversation conversation ON conversation.id = message.conversation_id
  JOIN conversations_customer customer ON customer.id = conversation.customer_id
 WHERE customer.customer_id = %s AND message.direction IN ('in', 'out')
 ORDER BY message.id
"""


RECEIPT = "SELECT state, outcome FROM conversations_inboundreceipt WHERE apple_id = %s"


def settle(installation: Installation, *phones: Phone, seconds: float = SETTLE_SECONDS) -> None:
    """Return when nothing of these customers is under way any more on either side, without anybody's help."""
    left: list[Any] = []

    def is_settled() -> bool:
        left[:] = [*_left_of(installation, phones), *(each for phone in phones for each in _sends(phone))]
        return not left

    try:
        eventually(is_settled, seconds)
    except AssertionError as fault:
        raise AssertionError(f"Still under way after {seconds} seconds: {left}") from fault


def settle_everything(installation: Installation, *, seconds: float = SETTLE_SECONDS) -> None:
    """Return when nothing at all is under way any more with us."""
    eventually(lambda: not _waits(installation, WAITING), seconds)


def ours(phone: Phone) -> list[dict[str, Any]]:
    """Return the customer's messages and those to them, as our database has them."""
    return phone.installation.rows(MESSAGES, [phone.id])


def deliveries(phone: Phone) -> list[str]:
    """Return what an agent is told of each message to the customer."""
    return [row["delivery"] for row in ours(phone) if row["direction"] == "out"]


def faults_of(phone: Phone) -> list[str]:
    """Return everything that is wrong about one customer's messages, in words; nothing is what is wanted."""
    shown, rows = phone.shown(), ours(phone)
    violations = [f"violation: {kind}" for kind in phone.violations()]
    return [*_lost(phone, shown, rows), *_inbound(shown, rows), *_outbound(shown, rows), *violations]


def _waits(installation: Installation, question: str) -> bool:
    try:
        return any(installation.rows(question)[0].values())
    except psycopg.OperationalError:
        return True


def _left_of(installation: Installation, phones: Sequence[Phone]) -> list[Any]:
    try:
        return installation.rows(WAITING_OF, {"names": [phone.id for phone in phones]})
    except psycopg.OperationalError as fault:
        return [str(fault)]


def _sends(phone: Phone) -> list[Any]:
    return [each for each in phone.shown() if each["state"] == "sending"]


def _lost(phone: Phone, shown: list[dict[str, Any]], rows: list[dict[str, Any]]) -> list[str]:
    here = {row["apple_id"] for row in rows}
    lost = [each for each in shown if each["state"] == "delivered" and each["id"] not in here]
    return [
        f"lost: {each['text']!r}, {phone.installation.rows(RECEIPT, [each['id']]) or 'no receipt'}" for each in lost
    ]


def _inbound(shown: list[dict[str, Any]], rows: list[dict[str, Any]]) -> list[str]:
    own = [each for each in shown if each["from"] == "customer"]
    here = [row["apple_id"] for row in rows if row["direction"] == "in"]
    count = Counter(here)
    faults = [f"doubled: {each['text']!r}" for each in own if count[each["id"]] > 1]
    faults += [f"still sending: {each['text']!r}" for each in own if each["state"] == "sending"]
    # As they came to us: what Apple tries again may be overtaken on its side.
    arrived = [row["receipt_id"] for row in rows if row["direction"] == "in"]
    return faults + ([] if arrived == sorted(arrived) else ["inbound order differs"])


def _outbound(shown: list[dict[str, Any]], rows: list[dict[str, Any]]) -> list[str]:
    arrived = [each["id"] for each in shown if each["from"] == "business"]
    count = Counter(arrived)
    faults = [f"shown {n} times: {name}" for name, n in count.items() if n > 1]
    sent = [row for row in rows if row["direction"] == "out"]
    for row in sent:
        n, delivery = count[row["apple_id"]], row["delivery"]
        if (delivery == "sent" and n == 0) or (delivery == "failed" and n > 0) or delivery in {"queued", "sending"}:
            faults.append(f"said to be {delivery}, shown {n} times: {row['body']!r}")
    known = {row["apple_id"] for row in sent}
    faults += [f"unknown to us: {name}" for name in count if name not in known]
    in_order = [row["apple_id"] for row in sent if count[row["apple_id"]]]
    return faults + ([] if arrived == in_order or any(n > 1 for n in count.values()) else ["outbound order differs"])
