"""A process that makes HTTP load: every request is ready as bytes, kept connections, nothing parsed but what must be.

It reads a job from a file, says "ready", waits for a line, and prints what it saw as JSON.
"""

from __future__ import annotations

import json
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Any

END_OF_HEADERS = b"\r\n\r\n"
CONNECTIONS = 16


@dataclass(frozen=True)
class Job:
    """Requests to one or more ports in turn: as fast as the connections allow, or at a steady rate."""

    ports: Sequence[int]
    requests: Sequence[bytes]
    connections: int = CONNECTIONS
    rate: float = 0.0


@dataclass(frozen=True)
class Load:
    """A generator that holds its requests ready."""

    process: subprocess.Popen[bytes]

    def go(self) -> dict[str, Any]:
        """Make the load; return the seconds it took, the statuses, and when each request began and ended."""
        told, _ = self.process.communicate(b"\n")
        return dict(json.loads(told))

    def begin(self) -> None:
        """Make the load while the caller does something else; ``go`` then returns what it saw."""
        assert self.process.stdin
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()


def load(job: Job) -> Load:
    """Return a generator that is ready to begin."""
    with tempfile.NamedTemporaryFile(prefix="omnichannel-load-", delete=False) as file:
        file.write(json.dumps(asdict(job) | {"requests": [each.decode("latin-1") for each in job.requests]}).encode())
    words = [sys.executable, "-m", "bench.generator", file.name]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    return Load(process)


@dataclass
class _Connection:
    socket: socket.socket
    began_at: float = 0.0
    number: int = 0
    answer: bytearray = field(default_factory=bytearray)


class _Run:
    """One job under way."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._selector = selectors.DefaultSelector()
        self._idle = deque(_Connection(_connected(port)) for port in islice(cycle(job.ports), job.connections))
        self._statuses: Counter[str] = Counter()
        self._times: list[tuple[int, float, float]] = []
        self._next = 0
        for connection in self._idle:
            self._selector.register(connection.socket, selectors.EVENT_READ, connection)

    def run(self) -> dict[str, Any]:
        """Send every request and wait for its answer."""
        began = time.time()
        while len(self._times) < len(self._job.requests):
            self._send(began)
            for key, _ in self._selector.select(0.001 if self._job.rate else None):
                self._receive(key.data)
        return {"seconds": time.time() - began, "statuses": self._statuses, "times": self._times}

    def _send(self, began: float) -> None:
        while self._idle and self._next < self._allowed(began):
            connection = self._idle.popleft()
            connection.began_at, connection.number = time.time(), self._next
            connection.socket.sendall(self._job.requests[self._next])
            self._next += 1

    def _allowed(self, began: float) -> int:
        if not self._job.rate:
            return len(self._job.requests)
        return min(len(self._job.requests), 1 + int((time.time() - began) * self._job.rate))

    def _receive(self, connection: _Connection) -> None:
        connection.answer += (received := connection.socket.recv(65536))
        if not received:
            raise ConnectionError("The server closed a connection.")
        if not _is_complete(connection.answer):
            return
        self._times.append((connection.number, connection.began_at, time.time()))
        self._statuses[connection.answer[9:12].decode()] += 1
        connection.answer.clear()
        self._idle.append(connection)


def _connected(port: int) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _is_complete(answer: bytearray) -> bool:
    head, end, body = answer.partition(END_OF_HEADERS)
    if not end:
        return False
    fields = bytes(head).lower()
    if b"transfer-encoding: chunked" in fields:
        return body.endswith(b"0\r\n\r\n")
    _, _, length = fields.partition(b"content-length:")
    return len(body) >= int(length.split(b"\r\n", 1)[0] or 0)


def main(name: str) -> None:
    """Do the job in the file."""
    file = Path(name)
    told = json.loads(file.read_bytes())
    file.unlink()
    run = _Run(Job(**told | {"requests": [each.encode("latin-1") for each in told["requests"]]}))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    json.dump(run.run(), sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
