"""The stream of server-sent events that keeps consoles live.

Each event carries the position up to which this process has seen every change; a browser that comes back with it is
told of all that changed since, from the rows themselves.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from django.contrib.auth import get_user
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from conversations import live
from omnichannel.common import hub
from workstreams.roles import Role, roles_of

T = TypeVar("T")
CATCH_UP_LIMIT = 500
# A change of roles or queues, or of who may sign in, reaches an open stream within this time.
REVIEW_SECONDS = 60
# Streams read through these threads and keep no connection of their own.
_readers = ThreadPoolExecutor(2, thread_name_prefix="stream")


@dataclass(frozen=True)
class Viewer:
    """Whose stream it is: what their events are filtered by."""

    agent_id: int
    queue_ids: frozenset[int]
    sees_everything: bool
    known_at: float = field(default_factory=time.monotonic)

    def may_see(self, event: hub.Event) -> bool:
        """Tell whether the conversation of an event concerns this person."""
        return self.sees_everything or event["agent"] == self.agent_id or event["queue"] in self.queue_ids


async def events(request: HttpRequest) -> HttpResponseBase:
    """Stream what happens to the viewer's conversations; 401 for whoever is no agent."""
    viewer = await _read(lambda: _viewer(request))
    if viewer is None:
        return HttpResponse(status=401)
    return hub.as_stream(_lines(request, viewer, _position(request)))


async def _lines(request: HttpRequest, viewer: Viewer, since: int | None) -> AsyncGenerator[str]:
    # Listening begins before the rows are asked, so that nothing falls between the two.
    with HUB.reader() as reader:
        await HUB.swept()
        position, missed = await _read(lambda: _missed(since))
        yield "retry: 1000\n"
        if missed is None:
            yield hub.line({}, name="reload")
        for event in missed or []:
            if viewer.may_see(event):
                yield hub.line(event, name="conversation")
        # Only now: a stream that breaks in between begins again where it began.
        yield hub.line(None, position=position)
        async for happened in reader:
            known = await _reviewed(request, viewer)
            if known is None:
                return
            viewer = known
            if happened is None or viewer.may_see(happened):
                yield hub.line(happened, name="conversation", position=max(reader.position, position))


def _missed(since: int | None) -> tuple[int, list[hub.Event] | None]:
    """Return where we are and what changed since; None stands for "too much, look at everything again"."""
    position = live.position()
    if since is None:
        return position, []
    # Numbers start again where a database was restored.
    if since > position:
        return position, None
    events = live.changed_since(since, limit=CATCH_UP_LIMIT + 1)
    return position, events if len(events) <= CATCH_UP_LIMIT else None


def _position(request: HttpRequest) -> int | None:
    text = request.headers.get("Last-Event-ID") or request.GET.get("since", "")
    return int(text) if text.isascii() and text.isdigit() else None


def _viewer(request: HttpRequest) -> Viewer | None:
    user = get_user(request)
    roles = roles_of(user)
    if not roles & {Role.AGENT, Role.SUPERVISOR} or not hasattr(user, "agent"):
        return None
    queues = frozenset(user.agent.queues.values_list("pk", flat=True))
    return Viewer(user.agent.pk, queues, sees_everything=Role.SUPERVISOR in roles)


async def _reviewed(request: HttpRequest, viewer: Viewer) -> Viewer | None:
    """Return the viewer as we know them, or asked anew when that is a while ago; None for whoever may look no more."""
    if time.monotonic() - viewer.known_at < REVIEW_SECONDS:
        return viewer
    return await _read(lambda: _viewer(request))


async def _sweep(known: int | None) -> hub.Found:
    return await _read(lambda: _found(known))


def _found(known: int | None) -> hub.Found:
    position = live.position()
    return (live.changed_since(known, limit=None) if known is not None else []), position


async def _read(question: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(_readers, _asked, question)


def _asked(question: Callable[[], T]) -> T:
    close_old_connections()
    return question()


HUB = hub.Hub(live.CHANNEL, sweep=_sweep)
