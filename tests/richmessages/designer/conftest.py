"""Who designs, and what."""

from tests.conversations.conftest import phone, portal
from tests.portal.visitors import administrator, supervisor
from tests.richmessages.designer.made_up import party
from tests.simulator.apple import apple

__all__ = ["administrator", "apple", "party", "phone", "portal", "supervisor"]
