"""A customer who has said and sent things, and ways to look everywhere for what they said."""

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from channels_app.models import ChannelInstance
from conversations.models import (
    Attachment,
    CloseReason,
    Conversation,
    Customer,
    Delivery,
    Direction,
    Event,
    Fetch,
    Kind,
    Message,
    ReceiptState,
    State,
)
from tests.factories.channels_app import ChannelInstanceFactory
from tests.factories.conversations import (
    AttachmentFactory,
    AttemptFactory,
    ConversationFactory,
    CustomerFactory,
    InboundReceiptFactory,
    MessageFactory,
    OutboundFactory,
    ReferenceFactory,
)
from tests.factories.workstreams import AgentFactory

MARK = "marmalade"
# The simulated Apple's side keeps what its phones show; it is no part of what we hold.
OTHERS = "simulator_"

Told = Callable[..., Conversation]


def everywhere(mark: str = MARK) -> list[str]:
    """Return each column of the database, and each file, that holds a text."""
    return [*_in_database(mark), *_in_files(mark)]


def _in_database(mark: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall() if not name.startswith(OTHERS)]
        return [table for table in tables if _holds(cursor, table, mark)]


def _holds(cursor: Any, table: str, mark: str) -> bool:
    # Bytes are shown as hexadecimal digits, so they are looked for as such too.
    cursor.execute(
        f'SELECT EXISTS (SELECT 1 FROM "{table}" AS line WHERE line::text ILIKE %s OR line::text ILIKE %s)',  # noqa: S608
        [f"%{mark}%", f"%{mark.encode().hex()}%"],
    )
    return bool(cursor.fetchone()[0])


def _in_files(mark: str) -> list[str]:
    return [path.name for path in stored_files() if mark.encode() in path.read_bytes()]


def stored_files() -> list[Path]:
    """Return every file of the media folder."""
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def with_file(message: Message, content: bytes = MARK.encode(), **fields: Any) -> Attachment:
    """Return a stored attachment with a preview."""
    file: Attachment = AttachmentFactory.create(
        message=message,
        name=f"{MARK}.txt",
        mime_type="text/plain",
        state=Fetch.STORED,
        size=len(content),
        file=ContentFile(content, name="any"),
        preview=ContentFile(b"preview of " + content, name="any"),
        **fields,
    )
    return file


@pytest.fixture
def tell(db: None) -> Told:
    """Return a customer's conversation that holds the mark in every place where words can be."""
    usual = ChannelInstanceFactory.create()
    author = AgentFactory.create(name="Maya Lindgren")

    def told(
        at: datetime.datetime | None = None,
        customer: Customer | None = None,
        instance: ChannelInstance = usual,
        *,
        closed: bool = False,
    ) -> Conversation:
        at = at or timezone.now()
        customer = customer or CustomerFactory.create(account=instance.account, first_seen_at=at, last_seen_at=at)
        conversation: Conversation = ConversationFactory.create(
            instance=instance,
            customer=customer,
            opened_at=at,
            last_message_at=at,
            preview=MARK,
            intent=MARK,
            context={"Said": MARK},
            **({"state": State.CLOSED, "close_reason": CloseReason.AGENT, "closed_at": at} if closed else {}),
        )
        said = {"conversation": conversation, "body": f"Some {MARK}", "created_at": at}
        receipt = InboundReceiptFactory.create(
            account=instance.account,
            customer_id=customer.customer_id,
            body=f'{{"body": "{MARK}"}}'.encode(),
            received_at=at,
            state=ReceiptState.DONE,
            processed_at=at,
        )
        asked = MessageFactory.create(**said, subject=MARK, receipt=receipt, payload={"title": MARK}, answer_key="k")
        with_file(asked)
        ReferenceFactory.create(message=asked, state=Fetch.FAILED, reason=f"No {MARK}")
        MessageFactory.create(**said | {"body": f"Loved “{MARK}”"}, kind=Kind.REACTION, reaction_to=asked)
        answer = OutboundFactory.create(**said, author=author, delivery=Delivery.FAILED, failure_reason=f"No {MARK}")
        with_file(answer, url=f"https://apple.test/{MARK}", key=MARK)
        AttemptFactory.create(message=answer, outcome=Delivery.FAILED, reason=f"Apple refused {MARK}")
        MessageFactory.create(
            conversation=conversation, direction=Direction.NOTE, kind=Kind.EVENT, body=Event.TAKEN, created_at=at
        )
        InboundReceiptFactory.create(
            account=instance.account,
            customer_id=customer.customer_id,
            body=f"parked {MARK}".encode(),
            received_at=at,
            state=ReceiptState.PARKED,
            processed_at=at,
            outcome=f"Cannot read {MARK}",
        )
        return conversation

    return told
