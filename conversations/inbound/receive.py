"""Takes what Apple delivers: one committed row, then the bell. Nothing else happens while Apple waits, but one thing:
a large reply is fetched at once, because its link dies within seconds."""

import datetime
import sys
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError, connection
from django.db.models import Func, TextField

from channels_app.models import Account
from conversations.gateways import IMPATIENT, gateway
from conversations.inbound import fetch, tasks
from conversations.models.customer import CUSTOMER_ID_LENGTH
from omnichannel import amb
from omnichannel.common import bell
from omnichannel.common.encryption import CannotDecrypt
from omnichannel.common.steps import Step, reached

# One statement for every keystroke of every customer. It stores nothing once the account or its connection is another
# than the one that the token was checked against; so what a process remembers of them needs no asking.
VERSION = """concat(channels_app_account.xmin, channels_app_account.ctid,
                   channels_app_mspconnection.xmin, channels_app_mspconnection.ctid)"""
STORE = f"""
INSERT INTO conversations_inboundreceipt
       (account_id, apple_id, customer_id, capabilities, body, received_at, due_at, state, outcome)
SELECT channels_app_account.id, %s, %s, %s, %s, clock_timestamp(), clock_timestamp() + %s, 'waiting', ''
  FROM channels_app_account
  JOIN channels_app_mspconnection ON channels_app_mspconnection.id = connection_id
 WHERE channels_app_account.id = %s AND {VERSION} = %s
ON CONFLICT (account_id, apple_id) DO NOTHING
RETURNING id
"""  # noqa: S608  two constants
# Django switches prepared statements off; this brings them back for the one that asks.
ONLY_WHEN_ASKED = sys.maxsize


class NotHosted(Exception):
    """No account here has this id."""


class Outdated(Exception):
    """The account or its connection was changed while a delivery came in; look again."""


class Unreadable(Exception):
    """The secret of the account's connection cannot be read: an administrator has to enter it again."""


class Version(Func):
    """Which versions of an account's row and its connection's are read: any change to either gives another."""

    template = VERSION
    output_field = TextField()


@dataclass(frozen=True)
class Recipient:
    """The business that a delivery is for, and what proves that Apple sent it."""

    account_id: int
    business_id: str
    credentials: amb.Credentials
    gateway_url: str
    version: str


_remembered: dict[str, Recipient] = {}


def recipient(business_id: str, authorization: str) -> Recipient:
    """Return the account with this id once the token proves Apple's hand.

    Raises NotHosted, Unreadable, or TokenError.
    """
    known = _remembered.get(business_id.lower())
    if known and _proves(authorization, known):
        return known
    current = _current(business_id.lower())
    if current is None:
        raise NotHosted
    amb.verify_from_apple(authorization, current.credentials)
    _remembered[current.business_id] = current
    return current


def _proves(authorization: str, known: Recipient) -> bool:
    try:
        amb.verify_from_apple(authorization, known.credentials)
    except amb.TokenError:
        return False
    return True


def _current(business_id: str) -> Recipient | None:
    rows = Account.objects.filter(business_id=business_id).select_related("connection")
    try:
        account: Any = rows.annotate(version=Version()).first()
        credentials = account.connection.credentials if account else None
    except (CannotDecrypt, ValueError) as fault:
        raise Unreadable from fault
    if account is None or credentials is None:
        return None
    return Recipient(account.pk, account.business_id, credentials, account.connection.gateway_url, account.version)


def receive(to: Recipient, headers: amb.InboundHeaders, body: bytes) -> bool:
    """Store one delivery and ring; return False where it is here already.

    Raises DecodeError for what is malformed, and Outdated where the recipient is not what it was.
    """
    if len(headers.source_id) > CUSTOMER_ID_LENGTH:
        raise amb.DecodeError(f"The source-id is longer than {CUSTOMER_ID_LENGTH} characters.")
    message = amb.decode(body)
    amb.check_headers(message, headers)
    reference = _reference(message)
    reached(Step.DELIVERY_CHECKED)
    receipt_id = _store(to, headers, body, wait=fetch.HEAD_START_SECONDS if reference else 0)
    if receipt_id is None:
        _refuse_outdated(to)
        return False
    reached(Step.RECEIPT_STORED)
    if reference:
        impatient = gateway(to.credentials, to.gateway_url, IMPATIENT)
        fetch.while_apple_waits(receipt_id, impatient, to.business_id, reference)
        reached(Step.REFERENCE_KEPT)
    bell.ring_soon(tasks.drain)
    reached(Step.RECEIPT_ANNOUNCED)
    return True


def _refuse_outdated(to: Recipient) -> None:
    if _current(to.business_id) != to:
        _remembered.pop(to.business_id, None)
        raise Outdated


def _reference(message: amb.Message) -> amb.DataReference | None:
    is_missing = isinstance(message, amb.InteractiveMessage) and message.interactive_data is None
    return message.interactive_data_ref if isinstance(message, amb.InteractiveMessage) and is_missing else None


def _store(to: Recipient, headers: amb.InboundHeaders, body: bytes, *, wait: float) -> int | None:
    delay = datetime.timedelta(seconds=wait)
    values = [headers.id, headers.source_id, list(headers.capabilities), body, delay, to.account_id, to.version]
    try:
        return _inserted(values)
    except (OperationalError, InterfaceError):
        # The server may have ended a kept connection since it was last used; asking it before each insert costs as
        # much as the insert, and making this one twice changes nothing.
        if connection.in_atomic_block or connection.is_usable():
            raise
        connection.close()
        return _inserted(values)


def _inserted(values: list[Any]) -> int | None:
    """Return the receipt's id; Django's own cursor would write the body into the statement, as twice as much text."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.connection.prepare_threshold = ONLY_WHEN_ASKED
        row = cursor.execute(STORE, values, prepare=True).fetchone()
    return row[0] if row else None
