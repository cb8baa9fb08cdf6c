"""A business that receives messages."""

import pytest

from tests.conversations.inbound.deliveries import Apple
from tests.factories.channels_app import ChannelInstanceFactory, say_nothing_by_itself


@pytest.fixture
def webhook(db: None) -> Apple:
    """Apple, about to deliver to a business that is put to work and says nothing by itself."""
    say_nothing_by_itself()
    return Apple(ChannelInstanceFactory.create(customers_may_attach=True).account)
