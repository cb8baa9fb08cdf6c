"""The demo at the simulated Apple, where there is one: its provider, its businesses, its phones."""

from collections.abc import Sequence

from django.conf import settings

from channels_app.models import MspConnection
from conversations.models import Message
from omnichannel.demo import identities
from omnichannel.demo.sealed import SealedFile

if settings.SIMULATOR:
    # Its tables exist nowhere else.
    from omnichannel.demo import phones

SIMULATOR_PATH = "/simulator/v1"
WEBHOOK_PATH = "/applemessagesforbusiness"


def gateway_url() -> str:
    """Return the address of the simulated Apple in this installation."""
    return f"{settings.BASE_URL}{SIMULATOR_PATH}"


def connection() -> MspConnection | None:
    """Return the connection of the demo, if it was loaded and is still here."""
    return MspConnection.objects.filter(msp_id=identities.msp_id()).first()


def introduce(demo: MspConnection) -> None:
    """Register the provider and its businesses; a second time changes what differs."""
    if settings.SIMULATOR:
        phones.introduce(demo, f"{settings.BASE_URL}{WEBHOOK_PATH}")


def hand_out_phones(messages: Sequence[Message], files: Sequence[SealedFile]) -> None:
    """Give every customer a phone that shows what was written."""
    if settings.SIMULATOR:
        phones.hand_out(messages, files)


def follow_base_url() -> bool:
    """Point both sides of the demo at the address that this installation has now; tell whether there is a demo."""
    demo = connection()
    if demo is None:
        return False
    if demo.gateway_url.endswith(SIMULATOR_PATH):
        MspConnection.objects.filter(pk=demo.pk).update(gateway_url=gateway_url())
    introduce(demo)
    return True
