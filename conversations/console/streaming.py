"""Holds the consoles' streams: Django opens each in a thread, and then it costs a connection, a reader and two tasks.

A request that lives for hours under Django's own handler keeps its headers, its session, its user, every middleware
and a thread.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from io import BytesIO
from typing import Any, cast

import structlog
from a2wsgi.wsgi import build_environ

from conversations.console import events
from omnichannel.common.hub import Reader

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
# Status, headers, and either what the stream has to remember or the body of a refusal.
Answer = tuple[int, list[tuple[bytes, bytes]], events.Listener | None, bytes]

PATH = "/console/events"

log = structlog.get_logger(__name__)


class Streams:
    """An ASGI application that lets Django's WSGI handler answer, and goes on where a listener was admitted."""

    def __init__(self, pages: Callable[..., Any]) -> None:
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if listener := await self._admitted(scope, send):
            await _follow(listener, receive, send)

    async def _admitted(self, scope: Scope, send: Send) -> events.Listener | None:
        status, headers, listener, body = await events.read(partial(self._answer, scope))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if not listener:
            await send({"type": "http.response.body", "body": body})
        return listener

    def _answer(self, scope: Scope) -> Answer:
        started: list[Any] = []
        # No view behind this path reads a body.
        environ = build_environ(cast("Any", scope), cast("Any", BytesIO()))
        response = self._pages(environ, lambda *line: started.extend(line))
        try:
            listener = response.listener if isinstance(response, events.Admitted) else None
            body = b"".join(response)
        finally:
            response.close()
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in started[1]]
        return int(started[0][:3]), headers, listener, body


async def _follow(listener: events.Listener, receive: Receive, send: Send) -> None:
    with events.HUB.reader(listener.viewer.may_see) as reader:
        watch = asyncio.create_task(_close_when_gone(reader, receive))
        try:
            async for text in events.lines(listener, reader):
                await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
        except asyncio.CancelledError:
            # This process ends. A browser comes back to the next one, so the stream ends as any other.
            log.debug("stream_cancelled")
        finally:
            watch.cancel()
    await send({"type": "http.response.body", "body": b""})


async def _close_when_gone(reader: Reader, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    reader.close()
