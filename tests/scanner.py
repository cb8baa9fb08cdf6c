"""A little clamd: answers INSTREAM and VERSION over a real socket, and knows one signature."""

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import BufferedIOBase

# Written in two halves, so that no scanner takes this file for what it stands for.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + rb"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURE = "Eicar-Test-Signature"


@dataclass
class Scanner:
    """How it behaves, and what it was shown."""

    url: str = ""
    longest: int = 100 * 1024 * 1024
    is_mute: bool = False
    # Seconds before each byte of an answer.
    pause: float = 0
    seen: list[bytes] = field(default_factory=list)


@contextmanager
def a_scanner() -> Iterator[Scanner]:
    """Run one on a free port."""
    scanner = Scanner()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            command = _until_zero(self.rfile)
            if command and not scanner.is_mute:
                _say(self.wfile, _answer(scanner, command, self.rfile) + b"\0", scanner.pause)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        scanner.url = f"tcp://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield scanner
        server.shutdown()
        thread.join()


def _say(stream: BufferedIOBase, answer: bytes, pause: float) -> None:
    # Whoever asked may have had enough.
    with suppress(OSError):
        for piece in (answer,) if not pause else (answer[at : at + 1] for at in range(len(answer))):
            time.sleep(pause)
            stream.write(piece)


def _until_zero(stream: BufferedIOBase) -> bytes:
    word = b""
    while (letter := stream.read(1)) not in (b"", b"\0"):
        word += letter
    return word


def _answer(scanner: Scanner, command: bytes, stream: BufferedIOBase) -> bytes:
    if command == b"zVERSION":
        return b"ClamAV 1.4.3/27400"
    assert command == b"zINSTREAM", command
    content = b""
    while size := int.from_bytes(stream.read(4), "big"):
        if len(content) + size > scanner.longest:
            return b"INSTREAM size limit exceeded. ERROR"
        content += stream.read(size)
    scanner.seen.append(content)
    return f"stream: {SIGNATURE} FOUND".encode() if EICAR in content else b"stream: OK"
