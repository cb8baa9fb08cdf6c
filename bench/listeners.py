"""A process that holds many event streams open and notes when each event came to each of them.

It says "ready" once every stream is open, "heard" once each has heard so many events, and tells the times as JSON.
"""

from __future__ import annotations

import json
import re
import resource
import selectors
import socket
import sys
import time

CONVERSATION = re.compile(rb'"conversation": (\d+)')
OPENING = 50


def main(port: int, cookie: str, count: int, events: int) -> None:
    """Listen until every stream has heard all events."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    selector = selectors.DefaultSelector()
    for at in range(0, count, OPENING):
        _open(selector, port, cookie, min(OPENING, count - at))
    print("ready", flush=True)
    json.dump(_heard(selector, count * events), sys.stdout)


def _open(selector: selectors.BaseSelector, port: int, cookie: str, count: int) -> None:
    """Open some streams, and wait until each has told its position."""
    request = (
        f"GET /console/events HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nAccept: text/event-stream\r\n\r\n"
    )
    waiting = []
    for _ in range(count):
        stream = socket.create_connection(("127.0.0.1", port))
        stream.sendall(request.encode())
        waiting.append(stream)
    for stream in waiting:
        seen = b""
        while b"\nid: " not in seen:
            received = stream.recv(65536)
            seen += received
            assert received, "A stream ended."
            assert b" 200 " in seen[:20], seen[:200]
        stream.setblocking(False)
        selector.register(stream, selectors.EVENT_READ)


def _heard(selector: selectors.BaseSelector, expected: int) -> list[tuple[int, float]]:
    heard: list[tuple[int, float]] = []
    while len(heard) < expected:
        for key, _ in selector.select():
            received = key.fileobj.recv(65536)  # type: ignore[union-attr]
            now = time.time()
            heard += [(int(number), now) for number in CONVERSATION.findall(received)]
            assert received
    return heard


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
