"""Our client of clamd's INSTREAM: shows a file to the virus scanner that CLAMD_URL names, and reads its verdict.

A size is four bytes, most significant first, before each piece; a piece of no size ends the file. Answers end in a
zero byte, as the "z" before a command asks.
"""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO
from urllib.parse import urlsplit

import structlog
from django.conf import settings

PORT = 3310
PIECE = 64 * 1024
LONGEST_ANSWER = 1024
CONNECT_SECONDS = 3.0
# Unpacking a large archive takes the scanner its time, and an agent waits for it.
VERDICT_SECONDS = 30.0
# A person who asks waits for this one.
VERSION_SECONDS = 2.0
TOO_LONG = "INSTREAM size limit exceeded"

log = structlog.get_logger(__name__)


class Infected(Exception):
    """The scanner knows what is in the file; ``str()`` of it is the signature's name."""


class TooLargeToScan(Exception):
    """The file is longer than what the scanner takes (its StreamMaxLength)."""


class NotScanned(Exception):
    """The scanner gave no verdict: it is away, too busy, or in trouble. Ask again later."""


def scan(file: IO[bytes]) -> None:
    """Return if the file is clean, or nothing scans here; raise Infected, TooLargeToScan or NotScanned otherwise."""
    if settings.CLAMD_URL:
        _judge(_answer_about(file))


def check_reachable() -> None:
    """Raise NotScanned where a scanner is set and takes no connection: before work is done for nothing."""
    if settings.CLAMD_URL:
        with _connected():
            pass


def version() -> str:
    """Return what the scanner says it is; raise NotScanned where it does not answer."""
    with _connected() as line:
        line.sendall(b"zVERSION\0")
        if answer := _read(line, VERSION_SECONDS):
            return answer
    raise NotScanned


def address_of(url: str) -> str | tuple[str, int]:
    """Return where a ``tcp://host:port`` or ``unix:///path`` leads; raise ValueError for anything else."""
    parts = urlsplit(url)
    if parts.scheme == "unix" and parts.path and not parts.netloc:
        return parts.path
    if parts.scheme == "tcp" and parts.hostname and parts.path in ("", "/"):
        return parts.hostname, parts.port or PORT
    raise ValueError(f"not an address of clamd: {url}")


@contextmanager
def _connected() -> Iterator[socket.socket]:
    try:
        with _line_to(address_of(settings.CLAMD_URL)) as line:
            yield line
    except (OSError, ValueError) as fault:
        log.warning("scanner_silent", fault=type(fault).__name__)
        raise NotScanned from fault


def _line_to(address: str | tuple[str, int]) -> socket.socket:
    if isinstance(address, tuple):
        return socket.create_connection(address, CONNECT_SECONDS)
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    line.settimeout(CONNECT_SECONDS)
    try:
        line.connect(address)
    except OSError:
        line.close()
        raise
    return line


def _answer_about(file: IO[bytes]) -> str:
    with _connected() as line:
        line.settimeout(VERDICT_SECONDS)
        # A scanner that has had enough says so and hangs up while the rest is still being sent.
        with suppress(BrokenPipeError, ConnectionResetError):
            _send(line, file)
        return _read(line, VERDICT_SECONDS)


def _send(line: socket.socket, file: IO[bytes]) -> None:
    file.seek(0)
    line.sendall(b"zINSTREAM\0")
    while piece := file.read(PIECE):
        line.sendall(len(piece).to_bytes(4, "big") + piece)
    line.sendall(bytes(4))


def _read(line: socket.socket, within: float) -> str:
    answer, ends_at = b"", time.monotonic() + within
    while b"\0" not in answer and len(answer) < LONGEST_ANSWER:
        # Of the whole answer: one that comes byte by byte is never silent.
        line.settimeout(max(0.001, ends_at - time.monotonic()))
        more = line.recv(LONGEST_ANSWER)
        if not more:
            break
        answer += more
    text = answer.partition(b"\0")[0].decode("utf-8", "replace")
    return "".join(character for character in text if character.isprintable()).strip()


def _judge(answer: str) -> None:
    verdict = answer.partition(": ")[2] if answer.startswith("stream: ") else answer
    if verdict == "OK":
        return
    if verdict.endswith(" FOUND"):
        raise Infected(verdict.removesuffix(" FOUND")[:100])
    if verdict.startswith(TOO_LONG):
        raise TooLargeToScan
    log.warning("scanner_gave_no_verdict")
    raise NotScanned
