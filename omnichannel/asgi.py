"""The web process: streams run as async views, everything else in a pool of threads that keep their connections."""

import os
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, cast

from a2wsgi import WSGIMiddleware
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omnichannel.settings")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

STREAMS = re.compile(r"/(console|simulator|simulator/phones/\d+)/events")
streams = get_asgi_application()

from omnichannel.wsgi import application as pages  # noqa: E402  Django must be set up first

# The simulated gateway answers from threads of its own: a webhook that fetches a large reply from it must never wait
# for a thread that another such webhook holds.
web = WSGIMiddleware(cast("Any", pages), workers=8)
gateway = WSGIMiddleware(cast("Any", pages), workers=4)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Hand a request to the handler that suits it."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
        return
    path: str = scope["path"]
    if STREAMS.fullmatch(path):
        await streams(cast("Any", scope), receive, cast("Any", send))
        return
    handler = gateway if path.startswith("/simulator/v1/") else web
    await handler(scope, receive, send)  # type: ignore[arg-type]


async def _lifespan(receive: Receive, send: Send) -> None:
    while (await receive())["type"] == "lifespan.startup":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})
