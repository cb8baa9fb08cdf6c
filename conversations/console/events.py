"""The stream of server-sent events that keeps consoles live.

Each event carries the position up to which this process has seen every change; a browser that comes back with it is
told of all that changed since, from the rows themselves.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import TypeVar

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from conversations import live
from omnichannel.common import hub
from omnichannel.signin.factors import lacks_second_factor
from workstreams.models import User
from workstreams.roles import Role, roles_of

T = TypeVar("T")
CATCH_UP_LIMIT = 500
# A change of roles or queues, or of who is signed in, reaches an open stream within this time; one on which nothing
# happens wakes for its heartbeats only.
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


@dataclass(frozen=True)
class Listener:
    """What a stream has to remember of the request that opened it."""

    viewer: Viewer
    session_key: str
    since: int | None


class Admitted(StreamingHttpResponse):
    """The head of a stream; ``streaming`` goes on where Django's answer ends."""

    def __init__(self, listener: Listener) -> None:
        super().__init__((), headers=hub.HEADERS)
        self.listener = listener


@require_GET
def events(request: HttpRequest) -> HttpResponseBase:
    """Open a stream of what happens to the viewer's conversations; 401 for whoever is no agent."""
    viewer = _viewer_of(request.user)
    if viewer is None:
        return HttpResponse(status=401)
    return Admitted(Listener(viewer, request.session.session_key or "", _position(request)))


async def lines(listener: Listener, reader: hub.Reader) -> AsyncGenerator[str]:
    """Yield what a stream says, from a reader that listens already: so nothing falls between rows and events."""
    viewer = listener.viewer
    await HUB.swept()
    position, missed = await read(partial(_missed, listener.since))
    yield "retry: 1000\n"
    if missed is None:
        yield hub.line({}, name="reload")
    for event in missed or []:
        if viewer.may_see(event):
            yield hub.line(event, name="conversation")
    # Only now: a stream that breaks in between begins again where it began.
    yield hub.line(None, position=position)
    del missed
    while (taken := await reader.take()) is not None:
        known = await _reviewed(listener.session_key, viewer)
        if known is None:
            return
        viewer, reader.wants = known, known.may_see
        if text := _told(taken, viewer, max(reader.position, position)):
            yield text


def _told(taken: list[hub.Told], viewer: Viewer, position: int) -> str:
    """Return lines for the events that the viewer may see, or a heartbeat where nothing happened."""
    if not taken:
        return hub.line(None, position=position)
    visible = [told.text for told in taken if viewer.may_see(told.event)]
    # The last one's position alone: whoever reads half of them gets all of them again.
    before, last = visible[:-1], visible[-1:]
    told = [hub.line_of(text, name="conversation", position=None) for text in before]
    return "".join(told + [hub.line_of(text, name="conversation", position=position) for text in last])


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


def _viewer(session_key: str) -> Viewer | None:
    """Return whose session it is, from its row: signing out removes it."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    return _viewer_of(get_user(request))


def _viewer_of(user: User | AnonymousUser) -> Viewer | None:
    roles = roles_of(user)
    if not roles & {Role.AGENT, Role.SUPERVISOR} or not hasattr(user, "agent") or lacks_second_factor(user):
        return None
    queues = frozenset(user.agent.queues.values_list("pk", flat=True))
    return Viewer(user.agent.pk, queues, sees_everything=Role.SUPERVISOR in roles)


async def _reviewed(session_key: str, viewer: Viewer) -> Viewer | None:
    """Return the viewer as we know them, or asked anew when that is a while ago; None for whoever may look no more."""
    if time.monotonic() - viewer.known_at < REVIEW_SECONDS - hub.HEARTBEAT_SECONDS:
        return viewer
    return await read(partial(_viewer, session_key))


async def _sweep(known: int | None) -> hub.Found:
    return await read(partial(_found, known))


def _found(known: int | None) -> hub.Found:
    position = live.position()
    return (live.changed_since(known, limit=None) if known is not None else []), position


async def read(question: Callable[[], T]) -> T:
    """Return the answer of the database, asked in a thread."""
    return await asyncio.get_running_loop().run_in_executor(_readers, _asked, question)


def _asked(question: Callable[[], T]) -> T:
    close_old_connections()
    return question()


HUB = hub.Hub(live.CHANNEL, sweep=_sweep)
