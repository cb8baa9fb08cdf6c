"""Connections to addresses that were checked: a name that leads elsewhere a moment later deceives nobody."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.util.connection import create_connection

MOST_ADDRESSES = 4

_call = threading.local()


@contextmanager
def leading_to(addresses: Sequence[str], *, within: float) -> Iterator[None]:
    """Have this thread's new connections lead to one of these, within so many seconds; no name is looked up again."""
    _call.addresses, _call.ends_at = addresses, time.monotonic() + within
    try:
        yield
    finally:
        _call.addresses = None


def connected(
    addresses: Sequence[str], port: int, *, each: float, ends_at: float, options: Any = None
) -> socket.socket:
    """Return a connection to the first that takes one, trying each for so long; raises OSError."""
    fault = OSError("There is no address.")
    for address in addresses[:MOST_ADDRESSES]:
        left = max(0.1, min(each, ends_at - time.monotonic()))
        try:
            return create_connection((address, port), left, socket_options=options)
        except OSError as found:
            fault = found
    raise fault


class Led:
    """What makes a connection of urllib3 follow; its host stays the name, for the certificate and for the server."""

    def _new_conn(self) -> socket.socket:
        itself: Any = self
        addresses = getattr(_call, "addresses", None)
        if addresses is None:
            return super()._new_conn()  # type: ignore[misc, no-any-return]
        try:
            return connected(
                addresses, itself.port, each=itself.timeout, ends_at=_call.ends_at, options=itself.socket_options
            )
        except TimeoutError as fault:
            raise ConnectTimeoutError(self, "No address of the host answers in time.") from fault
        except OSError as fault:
            raise NewConnectionError(itself, "No address of the host takes a connection.") from fault
