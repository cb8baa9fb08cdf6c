"""A gateway that was away and answers again: who follows at once, and who keeps the pause."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from conversations.models import Conversation, Message
from conversations.outbound.send import send_text
from tests.factories.conversations import ConversationFactory, OutboundFactory
from tests.portal_of import Portal
from tests.simulator.apple import FakePhone

UNREACHED = "The message did not reach the server."
SOON = datetime.timedelta(minutes=1)


def waiting(conversation: Conversation, *, due_in: datetime.timedelta = SOON, **columns: Any) -> Message:
    """A message whose last try failed, and that pauses."""
    now = timezone.now()
    told: dict[str, Any] = {"failure_reason": UNREACHED, "attempts": 7} | columns
    message: Message = OutboundFactory.create(
        conversation=conversation,
        delivery="queued",
        sent_at=None,
        due_at=now + due_in,
        give_up_at=now + datetime.timedelta(minutes=9),
        **told,
    )
    return message


def delivery(message: Message) -> str | None:
    """What became of it."""
    message.refresh_from_db()
    return message.delivery


@pytest.fixture
def other(portal: Portal) -> Conversation:
    """The conversation of another customer."""
    phone = portal.apple.phone("urn:mbid:other")
    phone.write("Hello")
    portal.receive()
    return portal.conversation(phone)


def test_what_could_not_reach_the_gateway_follows_the_first_that_gets_through(
    portal: Portal, conversation: Conversation, other: Conversation
) -> None:
    waiting(conversation, due_in=-SOON)
    follower = waiting(other)

    portal.send()

    assert delivery(follower) == "sent"


def test_what_apple_answered_keeps_its_pause(portal: Portal, conversation: Conversation, other: Conversation) -> None:
    waiting(conversation, due_in=-SOON)
    asked_to_wait = waiting(other, failure_status=503, failure_reason="Apple answered 503 to the message.")

    portal.send()

    assert delivery(asked_to_wait) == "queued"


def test_another_gateway_is_none_of_its_business(portal: Portal, conversation: Conversation) -> None:
    waiting(conversation, due_in=-SOON)
    elsewhere = waiting(ConversationFactory.create())

    portal.send()

    assert delivery(elsewhere) == "queued"


def test_a_message_that_gets_through_at_once_hurries_nobody(
    portal: Portal, phone: FakePhone, conversation: Conversation, other: Conversation
) -> None:
    send_text(conversation, "We open at nine.", by=portal.agent)
    pausing = waiting(other)

    portal.send()

    assert phone.texts == ["We open at nine."]
    assert delivery(pausing) == "queued"
