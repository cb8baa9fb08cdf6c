"""A provider's webhook behind a real socket, which remembers how it was called and answers as told."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from omnichannel import amb


@dataclass(frozen=True)
class Call:
    """One delivery as it came."""

    path: str
    headers: dict[str, str]
    names: tuple[str, ...]
    raw: bytes
    at: float

    @property
    def content(self) -> dict[str, Any]:
        """Return the message."""
        return amb.parse_object(amb.inflate(self.raw))


class Webhook:
    """What came, in order, and what to answer."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.statuses: list[int] = []
        self.refusal = b"No, thank you."
        self.most_at_once = 0
        self.is_silent = False
        self.hold = threading.Event()
        self.hold.set()
        self._lock = threading.Lock()
        self._now = 0
        self.url = ""

    @property
    def types(self) -> list[str]:
        """Return the types of what came."""
        return [call.content["type"] for call in self.calls]

    @property
    def bodies(self) -> list[str]:
        """Return the words of the texts that came."""
        return [call.content["body"] for call in self.calls if "body" in call.content]

    def take(self, call: Call) -> int:
        """Remember a call and return the status to answer."""
        with self._lock:
            self.calls.append(call)
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
            status = self.statuses.pop(0) if self.statuses else 200
        self.hold.wait(10)
        with self._lock:
            self._now -= 1
        return status


@contextmanager
def serving() -> Iterator[Webhook]:
    """Serve a webhook for the length of a test."""
    webhook = Webhook()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length", 0)))
            lowered = {name.lower(): value for name, value in self.headers.items()}
            status = webhook.take(Call(self.path, lowered, tuple(self.headers.keys()), raw, time.time()))
            if webhook.is_silent:
                self.close_connection = True
                return
            reason = b"" if status == 200 else webhook.refusal
            self.send_response(status)
            self.send_header("content-length", str(len(reason)))
            self.end_headers()
            self.wfile.write(reason)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    webhook.url = f"http://127.0.0.1:{server.server_port}/hook"
    try:
        yield webhook
    finally:
        webhook.hold.set()
        server.shutdown()
        thread.join()
        server.server_close()
