"""A website for tests, over real sockets on this machine: pages, pictures, and every way to behave badly."""

import datetime
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass(frozen=True)
class Answer:
    """What stands at one address."""

    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    location: str = ""
    # The size announced, where it is not the true one, and a pause before each byte.
    length: int | None = None
    pause: float = 0
    encoding: str = ""


@dataclass
class Website:
    """A running server: what it has, and what it was asked."""

    host: str = "127.0.0.1"
    port: int = 0
    scheme: str = "http"
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    server_names: list[str | None] = field(default_factory=list)

    def url(self, path: str = "/") -> str:
        """Return the address of a page."""
        return f"{self.scheme}://{self.host}:{self.port}{path}"

    def has(self, path: str, body: bytes | str = b"", **about: Any) -> str:
        """Put something at a path and return its address."""
        self.answers[path] = Answer(body.encode() if isinstance(body, str) else body, **about)
        return self.url(path)

    def leads(self, path: str, to: str, status: int = 302) -> str:
        """Have a path lead elsewhere."""
        return self.has(path, status=status, location=to)


@contextmanager
def a_website(*, context: ssl.SSLContext | None = None) -> Iterator[Website]:
    """Run one on a free port."""
    site = Website(scheme="https" if context else "http")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            site.headers.append(dict(self.headers.items()))
            with suppress(OSError):
                _answer(self, site.answers.get(self.path, Answer(b"Nothing here.", status=404)))

        def log_message(self, *_args: Any) -> None:
            """Tell nobody."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_args: Any) -> None:
            """A client that hangs up is no news."""

    server = Server(("127.0.0.1", 0), Handler)
    if context:
        context.sni_callback = lambda _socket, name, _context: site.server_names.append(name)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    with server:
        site.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield site
        server.shutdown()
        thread.join()


def _answer(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    handler.send_response(answer.status)
    if answer.location:
        handler.send_header("Location", answer.location)
    if answer.encoding:
        handler.send_header("Content-Encoding", answer.encoding)
    handler.send_header("Content-Type", answer.content_type)
    handler.send_header("Content-Length", str(len(answer.body) if answer.length is None else answer.length))
    handler.end_headers()
    if not answer.pause:
        handler.wfile.write(answer.body)
        return
    for byte in answer.body:
        time.sleep(answer.pause)
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()


@pytest.fixture
def website(settings: Any) -> Iterator[Website]:
    """A website on this machine, which may be read because the simulator runs."""
    settings.SIMULATOR = True
    with a_website() as site:
        yield site


class Names:
    """A name server for tests: each look-up of a name takes its next answer, the last one for good."""

    def __init__(self) -> None:
        self.known: dict[str, list[str]] = {}
        self.looked_up: list[str] = []

    def answer(self, host: str) -> str | None:
        """Return where a name leads now."""
        answers = self.known.get(host)
        if answers is None:
            return None
        self.looked_up.append(host)
        return answers.pop(0) if len(answers) > 1 else answers[0]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """Names that lead where a test wants them to; numbers stand for themselves, and nobody asks the network."""
    names = Names()
    look_up = socket.getaddrinfo

    def answer(host: str, port: Any, *args: Any, **keys: Any) -> list[Any]:
        address = names.answer(host) or host
        try:
            ipaddress.ip_address(address)
        except ValueError:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known") from None
        return look_up(address, port, *args, **keys)

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    return names


def certified(folder: Path, host: str) -> tuple[ssl.SSLContext, Path]:
    """Return a server's side of TLS with a certificate for a host, and the file of whoever vouches for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.UTC)
    days = datetime.timedelta(days=2)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - days, now + days)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    vouching, secret = folder / "certificate.pem", folder / "key.pem"
    vouching.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(vouching, secret)
    return context, vouching
