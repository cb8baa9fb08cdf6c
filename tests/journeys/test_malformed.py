"""Ten thousand calls to the webhook that are wrong in every way there is, against the running product.

MALFORMED_SEED makes others.
"""

import os
import re
import socket
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from urllib.parse import quote, urlsplit
from uuid import uuid4

import psutil
import pytest

from tests.journeys.running import Running, eventually
from tests.malformed import CLOSED, Call, Grammar

pytestmark = [pytest.mark.timeout(400)]
SEED = int(os.environ.get("MALFORMED_SEED", "20261122"))
COUNT, WARM_UP = 10_000, 2_000
CALLERS = 4
# What a process may have grown by after its first two thousand calls: fragments, not leaks.
MARGIN = 48 * 1024 * 1024
SECONDS = 60


@dataclass(frozen=True)
class Answer:
    """What came back: a status, or CLOSED where the connection just ended."""

    status: int
    head: str = ""
    reason: str = ""


class Line:
    """A connection to the web process, made again when it has ended."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        self._address = (str(parts.hostname), int(parts.port or 80))
        self._socket: socket.socket | None = None

    def call(self, call: Call) -> Answer:
        """Send a request and return the answer."""
        if call.is_broken:
            with closing(self._connected()) as link:
                return _sent(link, call.content, is_last=True)
        if self._socket is None:
            self._socket = self._connected()
        answer = _sent(self._socket, call.content, is_last=False)
        if answer.status == CLOSED or "connection: close" in answer.head:
            self.close()
        return answer

    def close(self) -> None:
        """End the connection."""
        if self._socket:
            self._socket.close()
        self._socket = None

    def _connected(self) -> socket.socket:
        return socket.create_connection(self._address, timeout=SECONDS)


def _sent(link: socket.socket, content: bytes, *, is_last: bool) -> Answer:
    received = b""
    try:
        link.sendall(content)
        if is_last:
            link.shutdown(socket.SHUT_WR)
        while not _is_whole(received) and (more := link.recv(65536)):
            received += more
    except (ConnectionError, BrokenPipeError):
        # It was closed while we still talked; what it said before counts.
        pass
    final = received[received.startswith(b"HTTP/1.1 100") and received.find(b"\r\n\r\n") + 4 :]
    status = re.match(rb"HTTP/1\.[01] (\d{3})", final)
    return Answer(int(status[1]), *_parts(final)) if status else Answer(CLOSED)


def _parts(answer: bytes) -> tuple[str, str]:
    head, _, body = answer.partition(b"\r\n\r\n")
    if b"transfer-encoding: chunked" in head.lower():
        body = re.sub(rb"(?m)^[0-9a-f]+\r\n|\r\n(?=[0-9a-f]+\r\n)|\r\n$", b"", body)
    return head.decode(errors="replace").lower(), body.decode(errors="replace")


def _is_whole(received: bytes) -> bool:
    head, end, body = received.partition(b"\r\n\r\n")
    if end and head.startswith(b"HTTP/1.1 100"):
        return _is_whole(body)
    length = re.search(rb"(?i)content-length: (\d+)", head)
    if end and b"transfer-encoding: chunked" in head.lower():
        return body.endswith(b"0\r\n\r\n")
    return bool(end and length and len(body) >= int(length[1]))


def faults(call: Call, answer: Answer) -> Iterator[str]:
    """Yield what is wrong with an answer."""
    if answer.status not in call.expected:
        yield f"{answer.status} {answer.reason[-300:]!r} for {call.content[:1500]!r}"
    if answer.status not in (200, CLOSED) and (len(answer.reason.splitlines()) != 1 or not answer.reason.strip()):
        yield f"{answer.status} without one line of reason: {answer.reason[:500]!r}"


def test_ten_thousand_malformed_deliveries_are_refused_and_harm_nothing(product: Running) -> None:
    msp, business = product.demo["msp"], product.demo["businesses"][0]["id"]
    calls = Grammar(msp["id"], msp["secret"], business, SEED).calls(COUNT)
    web = _web_process(product)
    logged_before = set(product.log_lines())

    first = _deliver_all(product, list(islice(calls, WARM_UP)))
    warm = web.memory_info().rss
    second = _deliver_all(product, list(calls))
    grown = web.memory_info().rss - warm

    answers = [*first, *second]
    # One example of each kind is enough to read.
    wrong = {call.production: fault for call, answer in answers for fault in faults(call, answer)}
    statuses = Counter(answer.status for _, answer in answers)
    assert len(answers) == COUNT
    assert wrong == {}
    assert statuses.keys() == {200, 400, 401, 403, 404, CLOSED}
    assert grown < MARGIN, f"The web process has grown by {grown / 1e6:.1f} MB."
    assert web.is_running()
    _still_works(product)
    assert [line for line in set(product.log_lines()) - logged_before if _is_alarming(line[1])] == []


def _deliver_all(product: Running, calls: list[Call]) -> list[tuple[Call, Answer]]:
    with ThreadPoolExecutor(CALLERS) as pool:
        parts = pool.map(lambda number: _deliver(product, calls[number::CALLERS]), range(CALLERS))
        return [each for part in parts for each in part]


def _deliver(product: Running, calls: list[Call]) -> list[tuple[Call, Answer]]:
    with closing(Line(product.base_url)) as line:
        return [(call, line.call(call)) for call in calls]


def _web_process(product: Running) -> psutil.Process:
    port = product.environment["PORT"]
    found = [each for each in psutil.process_iter(["cmdline"]) if {"uvicorn", port} <= set(each.info["cmdline"] or ())]
    return found[0]


def _still_works(product: Running) -> None:
    word = f"a good message {uuid4()}"
    phone = product.simulator("POST", "phones", json={"business_id": product.demo["businesses"][0]["id"]})["id"]
    product.simulator("POST", f"phones/{quote(phone, safe='')}/messages", json={"text": word})
    found = eventually(lambda: product.api("GET", "conversations/", params={"customer": phone})["results"], 60)
    messages = product.api("GET", f"conversations/{found[0]['id']}/messages/")["results"]
    assert word in [message["text"] for message in messages]


def _is_alarming(line: str) -> bool:
    return "Traceback" in line or '"level": "error"' in line or '"level": "critical"' in line
