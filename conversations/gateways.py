"""Clients of Apple's gateway, one for each connection."""

from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError

from omnichannel import amb
from omnichannel.common.public_url import check_public_url


class Waits(NamedTuple):
    """How many seconds to wait for a connection, for the next bytes, and for the whole of a body."""

    connection: float
    answer: float
    body: float


# While Apple waits for us: a large reply takes three calls, and Apple gives up after thirty seconds.
IMPATIENT = Waits(connection=2, answer=4, body=3)
PATIENT = Waits(connection=5, answer=30, body=300)


@lru_cache(maxsize=200)
def gateway(credentials: amb.Credentials, url: str, waits: Waits = PATIENT) -> amb.Gateway:
    """Return the client of one connection; it keeps its token between calls."""
    return amb.Gateway(
        credentials,
        url,
        timeout=(waits.connection, waits.answer),
        patience=waits.body,
        check_url=_check_storage,
    )


def _check_storage(url: str) -> None:
    """Raise ValueError for an address inside our own network: only a gateway that is not Apple's would name one."""
    try:
        check_public_url(url, allow_loopback=settings.SIMULATOR)
    except ValidationError as fault:
        raise ValueError(fault.messages[0]) from fault
