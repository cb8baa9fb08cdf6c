"""How Apple's deliveries reach their view: no middleware, and one hop from the event loop into a thread.

A page needs sessions, languages and a policy for its browser; a delivery needs none of it. Its body is small, so it is
read before a thread is taken, and the answer goes out whole; both save the hops of a body that streams.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from a2wsgi.wsgi import build_environ
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Answer = tuple[int, list[tuple[bytes, bytes]], bytes]

PATH = "/applemessagesforbusiness/message"
THREADS = 8
# What is larger, or does not say how large it is, streams into its thread: strangers must not fill our memory.
SMALL = 64 * 1024


class Handler(WSGIHandler):
    """Django's own handler with the view alone behind it."""

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: ARG002  Django's own signature
        """Load none of what the settings name for pages."""
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        self._middleware_chain = convert_exception_to_response(self._get_response)  # type: ignore[attr-defined]


class Deliveries:
    """An ASGI application that runs a WSGI application in a pool of threads."""

    def __init__(self, application: Callable[..., Iterable[bytes]], threads: int = THREADS) -> None:
        self._application = application
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="delivery")
        self._streamed = WSGIMiddleware(cast("Any", application), workers=2)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if not _is_small(scope):
            await self._streamed(scope, receive, send)  # type: ignore[arg-type]
            return
        body = await _whole(receive)
        if body is None:
            return
        loop = asyncio.get_running_loop()
        status, headers, content = await loop.run_in_executor(self._pool, self._run, scope, body)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _run(self, scope: Scope, body: bytes) -> Answer:
        started: list[Any] = []
        environ = build_environ(cast("Any", scope), cast("Any", BytesIO(body)))
        chunks = self._application(environ, lambda *line: started.extend(line))
        try:
            content = b"".join(chunks)
        finally:
            # WSGI asks for it where there is one; Django ends a request by it.
            getattr(chunks, "close", _nothing)()
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in started[1]]
        if not any(name == b"content-length" for name, _ in headers):
            headers.append((b"content-length", str(len(content)).encode()))
        return int(started[0][:3]), headers, content


def _nothing() -> None:
    """Close what needs no closing."""


def _is_small(scope: Scope) -> bool:
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    return length.isdigit() and int(length) <= SMALL


async def _whole(receive: Receive) -> bytes | None:
    """Return the body; None where the caller went away meanwhile."""
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body, more = body + message.get("body", b""), message.get("more_body", False)
    return body
