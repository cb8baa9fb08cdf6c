"""The web process: streams run on the event loop, everything else in a pool of threads that keep their connections."""

import gc
import os
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from django.core.asgi import get_asgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omnichannel.settings")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

STREAMS = re.compile(r"/(simulator|simulator/phones/\d+)/events")
# They answer while every thread waits for a database that hangs.
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
streams = get_asgi_application()

from conversations.console import streaming as console  # noqa: E402  Django must be set up first
from omnichannel import deliveries as apple  # noqa: E402
from omnichannel.common import bell  # noqa: E402
from omnichannel.metrics.process import open_stream  # noqa: E402  Django must be set up first
from omnichannel.wsgi import application as pages  # noqa: E402

# The simulated gateway answers from threads of its own: a webhook that fetches a large reply from it must never wait
# for a thread that another such webhook holds.
web = WSGIMiddleware(cast("Any", pages), workers=8)
gateway = WSGIMiddleware(cast("Any", pages), workers=4)
deliveries = apple.Deliveries(apple.Handler())
consoles = console.Streams(pages)
bell.start_ringer()
# What is loaded now stays: a full collection would go through all of it again, and hold up every stream for 100 ms.
get_resolver().url_patterns  # noqa: B018  loads every view
gc.collect()
gc.freeze()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Hand a request to the handler that suits it."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
        return
    path: str = scope["path"]
    if path == console.PATH:
        with open_stream(path):
            await consoles(scope, receive, send)
        return
    if STREAMS.fullmatch(path):
        with open_stream(path):
            await streams(cast("Any", scope), receive, cast("Any", send))
        return
    if path in PROBES:
        await streams(cast("Any", scope), receive, cast("Any", send))
        return
    if path == apple.PATH:
        await deliveries(scope, receive, send)
        return
    handler = gateway if path.startswith("/simulator/v1/") else web
    await handler(scope, receive, send)  # type: ignore[arg-type]


async def _lifespan(receive: Receive, send: Send) -> None:
    while (await receive())["type"] == "lifespan.startup":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})
