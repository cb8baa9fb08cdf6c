"""Connections that do not listen for ever, and are not used when their server may be about to end them.

A time-out counts silence alone, and a server that drips is never silent.
"""

from __future__ import annotations

import http.client
import io
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from omnichannel.amb.leading import Led

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# Servers end connections that are idle, common ones after five seconds. A message that meets its connection's end may
# have arrived or not, and nobody knows: what was not used for this long is opened anew.
MOST_IDLE_SECONDS = 3.0

_call = threading.local()


@contextmanager
def listening_for(seconds: float) -> Iterator[None]:
    """Have the answers to this thread's calls be complete, the first line as well as the last byte, by then."""
    _call.ends_at = time.monotonic() + seconds
    try:
        yield
    finally:
        _call.ends_at = None


class PatientAdapter(HTTPAdapter):
    """Requests' adapter, with connections that know when to stop listening."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Have the pools open such connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


class _Ear(io.RawIOBase):
    """The incoming side of a socket, deaf once the time is over."""

    def __init__(self, source: io.RawIOBase, ends_at: float | None) -> None:
        self._source, self._ends_at = source, ends_at

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        if self._ends_at is not None and time.monotonic() > self._ends_at:
            raise TimeoutError
        return self._source.readinto(buffer)

    def close(self) -> None:
        self._source.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        # The buffer that was made around the socket is empty yet.
        source: Any = self.fp
        self.fp = io.BufferedReader(_Ear(source.detach(), getattr(_call, "ends_at", None)))


class _Young:
    """A connection that counts as dropped once its last request began long ago.

    What it stands before is urllib3's connection, which only its subclasses know: mypy sees no ``super()`` here.
    """

    _asked_at = 0.0

    def request(self, *args: Any, **kwargs: Any) -> None:
        self._asked_at = time.monotonic()
        super().request(*args, **kwargs)  # type: ignore[misc]

    @property
    def is_connected(self) -> bool:
        is_young = time.monotonic() - self._asked_at < MOST_IDLE_SECONDS
        return is_young and bool(super().is_connected)  # type: ignore[misc]


class PatientConnection(_Young, Led, HTTPConnection):
    """A connection that knows when to stop listening."""

    response_class = _Response


class PatientSecureConnection(_Young, Led, HTTPSConnection):
    """The same under TLS."""

    response_class = _Response


class _Pool(HTTPConnectionPool):
    ConnectionCls = PatientConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = PatientSecureConnection
