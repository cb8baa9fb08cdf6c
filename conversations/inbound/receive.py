"""Takes what Apple delivers: one committed row, then the bell. Nothing else happens while Apple waits, but one thing:
a large reply is fetched at once, because its link dies within seconds."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from channels_app.models import Account
from conversations.gateways import IMPATIENT, gateway
from conversations.inbound import fetch, tasks
from conversations.models.customer import CUSTOMER_ID_LENGTH
from omnichannel import amb
from omnichannel.common import bell

# The prepared form of one insert: this runs for every keystroke of every customer.
STORE = """
INSERT INTO conversations_inboundreceipt
       (account_id, apple_id, customer_id, capabilities, body, received_at, due_at, state, outcome)
VALUES (%s, %s, %s, %s, %s, %s, %s, 'waiting', '')
ON CONFLICT (account_id, apple_id) DO NOTHING
RETURNING id
"""


@dataclass(frozen=True)
class Recipient:
    """The business that a delivery is for, and what proves that Apple sent it."""

    account_id: int
    business_id: str
    credentials: amb.Credentials
    gateway_url: str


def recipient(business_id: str) -> Recipient | None:
    """Return the account with this id, None where it is not hosted here."""
    row = (
        Account.objects.filter(business_id=business_id.lower())
        .values_list("pk", "business_id", "connection__msp_id", "connection__secret", "connection__gateway_url")
        .first()
    )
    return Recipient(row[0], row[1], amb.Credentials(row[2], row[3]), row[4]) if row else None


def receive(to: Recipient, headers: amb.InboundHeaders, body: bytes) -> bool:
    """Store one delivery and ring; return False where it is here already. Raises DecodeError for what is malformed."""
    if len(headers.source_id) > CUSTOMER_ID_LENGTH:
        raise amb.DecodeError(f"The source-id is longer than {CUSTOMER_ID_LENGTH} characters.")
    message = amb.decode(body)
    amb.check_headers(message, headers)
    reference = _reference(message)
    receipt_id = _store(to, headers, body, wait=fetch.HEAD_START_SECONDS if reference else 0)
    if receipt_id is None:
        return False
    if reference:
        impatient = gateway(to.credentials, to.gateway_url, IMPATIENT)
        fetch.while_apple_waits(receipt_id, impatient, to.business_id, reference)
    bell.ring(tasks.drain)
    return True


def _reference(message: amb.Message) -> amb.DataReference | None:
    is_missing = isinstance(message, amb.InteractiveMessage) and message.interactive_data is None
    return message.interactive_data_ref if isinstance(message, amb.InteractiveMessage) and is_missing else None


def _store(to: Recipient, headers: amb.InboundHeaders, body: bytes, *, wait: float) -> int | None:
    now = timezone.now()
    due_at = now + datetime.timedelta(seconds=wait)
    values: Any = [to.account_id, headers.id, headers.source_id, list(headers.capabilities), body, now, due_at]
    with connection.cursor() as cursor:
        cursor.execute(STORE, values)
        row = cursor.fetchone()
    return row[0] if row else None
