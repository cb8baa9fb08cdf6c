"""A secret that cannot be read costs what needs it, and nothing else."""

from uuid import UUID

import pytest
from django.db import connection

from conversations.inbound.fetch import fetch_all
from conversations.models import Attachment, Attempt, Conversation, Kind, Message
from conversations.outbound.send import send_text
from simulator.services.phones import Draft
from simulator.services.setup import register_business
from tests.conversations.inbound.deliveries import line_of, put_to_work
from tests.factories.channels_app import AccountFactory, ChannelInstanceFactory, MspConnectionFactory
from tests.factories.conversations import AttachmentFactory, ConversationFactory
from tests.portal_of import Portal
from tests.simulator.apple import FakePhone

FOREIGN = "lost$" + "A" * 60


def spoil(table: str, column: str, pk: int) -> None:
    """Have a secret be sealed with a key that nobody has any more."""
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{table}" SET "{column}" = %s WHERE id = %s', [FOREIGN, pk])  # noqa: S608


@pytest.mark.django_db
def test_a_delivery_to_a_business_whose_secret_cannot_be_read_is_asked_for_again() -> None:
    apple = put_to_work(ChannelInstanceFactory.create())
    spoil("channels_app_mspconnection", "secret", apple.account.connection_id)

    response = apple.deliver(body="Hello")

    assert (response.status_code, line_of(response)) == (503, "The message could not be stored. Try again.")


@pytest.fixture
def poisoned(portal: Portal) -> Conversation:
    """A conversation of a business whose connection nobody can sign for."""
    other = MspConnectionFactory.create()
    account = AccountFactory.create(connection=other)
    register_business(portal.apple.business.provider, str(UUID(account.business_id)), "Other")
    conversation: Conversation = ConversationFactory.create(instance=ChannelInstanceFactory.create(account=account))
    spoil("channels_app_mspconnection", "secret", other.pk)
    return conversation


@pytest.mark.parametrize("is_first", [True, False])
def test_the_messages_of_others_are_sent(
    portal: Portal, phone: FakePhone, conversation: Conversation, poisoned: Conversation, is_first: bool
) -> None:
    places = [poisoned, conversation] if is_first else [conversation, poisoned]
    for place in places:
        send_text(place, "We open at nine.", by=None)

    portal.send()

    assert phone.texts == ["We open at nine."]
    failed = Message.objects.get(conversation=poisoned)
    reason = (
        "A secret, file or picture that this needs cannot be read. "
        "An administrator can enter the connection’s secret again."
    )
    assert (failed.delivery, failed.failure_reason) == ("failed", reason)
    assert Attempt.objects.get(message=failed).reason == reason


def test_what_stands_behind_many_unreadable_ones_is_sent_by_the_same_drain(
    portal: Portal, phone: FakePhone, conversation: Conversation, poisoned: Conversation
) -> None:
    for number in range(40):
        send_text(poisoned, str(number), by=None)
    send_text(conversation, "We open at nine.", by=None)

    portal.send()

    assert phone.texts == ["We open at nine."]
    assert Message.objects.filter(delivery="failed").count() == 40


def test_a_file_of_our_own_whose_key_cannot_be_read_fails_its_message_alone(
    portal: Portal, phone: FakePhone, conversation: Conversation
) -> None:
    spoiled = send_text(conversation, "With a file", by=None)
    attachment = AttachmentFactory.create(message=spoiled)
    spoil("conversations_attachment", "key", attachment.pk)
    send_text(conversation, "Without", by=None)

    portal.send()

    assert phone.texts == ["Without"]
    spoiled.refresh_from_db()
    assert spoiled.delivery == "failed"


def test_a_message_whose_picture_is_gone_fails_alone(
    portal: Portal, phone: FakePhone, conversation: Conversation
) -> None:
    image = {"data": "picture:gone", "mimeType": "image/png"}
    payload = {"url": "https://shop.example/", "title": "Shop", "assets": {"image": image}}
    spoiled = send_text(conversation, "Shop", by=None)
    Message.objects.filter(pk=spoiled.pk).update(kind=Kind.RICH_LINK, payload=payload)
    send_text(conversation, "We open at nine.", by=None)

    portal.send()

    assert phone.texts == ["We open at nine."]
    spoiled.refresh_from_db()
    assert spoiled.delivery == "failed"


def test_the_files_of_others_are_brought(
    portal: Portal, phone: FakePhone, conversation: Conversation, poisoned: Conversation
) -> None:
    of_poisoned = AttachmentFactory.create(message__conversation=poisoned)
    without_key = AttachmentFactory.create(message__conversation=conversation)
    spoil("conversations_attachment", "key", without_key.pk)
    phone.write("Look", files=(Draft("a.txt", "text/plain", [b"hello"], 5),))

    portal.receive()
    fetch_all()

    states = {row["pk"]: (row["state"], row["reason"]) for row in Attachment.objects.values("pk", "state", "reason")}
    reason = "The key of this file, or the secret of its connection, cannot be read."
    assert states.pop(of_poisoned.pk) == ("failed", reason)
    assert states.pop(without_key.pk) == ("failed", reason)
    assert list(states.values()) == [("stored", "")]
