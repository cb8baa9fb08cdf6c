"""A business that receives messages."""

import pytest

from tests.conversations.inbound.deliveries import Apple
from tests.factories.channels_app import ChannelInstanceFactory


@pytest.fixture
def webhook(db: None) -> Apple:
    """Apple, about to deliver to a business that is put to work."""
    return Apple(ChannelInstanceFactory.create(customers_may_attach=True).account)
