"""A portal, Apple, and a customer who has said hello."""

import pytest

from conversations.models import Conversation
from tests.portal_of import Portal, open_portal
from tests.simulator.apple import FakeApple, FakePhone, apple

__all__ = ["apple"]


@pytest.fixture
def portal(apple: FakeApple, one_thread: None) -> Portal:
    """The portal of the simulated business."""
    return open_portal(apple)


@pytest.fixture
def phone(portal: Portal) -> FakePhone:
    """The phone of a customer who has written."""
    phone = portal.apple.phone()
    phone.write("Hello")
    portal.receive()
    return phone


@pytest.fixture
def conversation(portal: Portal, phone: FakePhone) -> Conversation:
    """That customer's conversation."""
    return portal.conversation(phone)
