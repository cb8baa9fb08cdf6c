"""A small HTTP server that answers as a test tells it to, badly if so wished."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Call:
    """One request as it arrived; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = field(repr=False)


Answer = Callable[["Handler"], None]


class Apple(ThreadingHTTPServer):
    """Answers by path, and remembers who called."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, Answer] = {}
        self.calls: list[Call] = []
        self.connections = 0
        self.over = threading.Event()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients of these tests hang up; that is no news."""


class Handler(BaseHTTPRequestHandler):
    """Hands each request to the answer that the test has put there."""

    protocol_version = "HTTP/1.1"
    server: Apple

    def setup(self) -> None:
        """Count connections, so that tests see them kept."""
        super().setup()
        self.server.connections += 1

    def do_GET(self) -> None:
        """Answer a GET."""
        self._answer(b"")

    def do_POST(self) -> None:
        """Answer a POST."""
        self._answer(self.rfile.read(int(self.headers["Content-Length"])))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Stay quiet."""

    def _answer(self, body: bytes) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.calls.append(Call(self.command, self.path, headers, body))
        self.server.answers[self.path](self)


def says(body: object = b"", status: int = 200, **headers: str) -> Answer:
    """Answer with a body: bytes as they are, anything else as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    def answer(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in {"Content_Length": str(len(content)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def hangs(handler: Handler) -> None:
    """Never answer."""
    handler.server.over.wait()
    handler.close_connection = True


def hangs_up(handler: Handler) -> None:
    """Cut the connection without a word."""
    handler.close_connection = True


def breaks_off(status: int = 200, body: bytes = b"{") -> Answer:
    """Announce more than is sent, and cut the connection."""

    def answer(handler: Handler) -> None:
        says(body, status, Content_Length=str(len(body) + 10))(handler)
        handler.close_connection = True

    return answer


def drips_headers(handler: Handler) -> None:
    """Send a line of headers at a time, and never the last one."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    while not handler.server.over.wait(0.01):
        handler.wfile.write(b"x")


def drips(handler: Handler) -> None:
    """Send a byte at a time for as long as the client can bear."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    while not handler.server.over.wait(0.01):
        handler.wfile.write(b"x")
