"""Tells the open phone pages that something changed."""

from omnichannel.common import hub
from simulator.models import Phone

CHANNEL = "simulator"


def changed(phone: Phone) -> None:
    """Ask the pages of this phone, after commit, to look again."""
    hub.publish(CHANNEL, {"phone": phone.pk})
