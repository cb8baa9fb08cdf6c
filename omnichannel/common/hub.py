"""Server-sent events: one Redis subscription a process, fanned out in memory to the streams of that process.

An event is a small JSON object of ids. Losing one costs seconds, since a hub with a sweep asks the database
every few seconds what changed; repeating one costs a reader one more look.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context
from functools import partial
from typing import Any, NamedTuple

import structlog
from django.conf import settings
from django.db import transaction
from django.http import StreamingHttpResponse
from redis import RedisError
from redis.asyncio import Redis

from omnichannel.common import redis

Event = Mapping[str, Any]
# What a sweep finds, and the position that says "everything up to here was found".
Found = tuple[list[Event], int]
HEARTBEAT_SECONDS = 15
RETRY_SECONDS = 1
# A reader this far behind is cut off; its browser comes back with the last id it saw.
QUEUE_LENGTH = 1000
HEADERS = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}

log = structlog.get_logger(__name__)


def publish(channel: str, event: Event) -> None:
    """Tell every stream of every process, once this transaction is committed."""
    transaction.on_commit(partial(_publish, channel, json.dumps(event)), robust=True)


def _publish(channel: str, text: str) -> None:
    try:
        redis.client().publish(channel, text)
    except RedisError:
        log.warning("live_unreachable", channel=channel)


class Told(NamedTuple):
    """An event on its way to every reader, written out once for all of them."""

    event: Event
    text: str
    # Everything committed before this position was handed out before it.
    position: int


class Reader:
    """What one stream has still to tell: iterate over it for events, and None where a heartbeat is due."""

    __slots__ = ("_closed", "_hub", "_sleeper", "_waiting", "position", "wants")

    def __init__(self, hub: "Hub", wants: Callable[[Event], bool] | None = None) -> None:
        self._hub = hub
        self._waiting: list[Told] = []
        self._sleeper: asyncio.Future[None] | None = None
        self._closed = False
        # Whoever wants nothing of an event is not even woken; None wants everything.
        self.wants = wants
        # Everything committed before this position was taken already; what still waits here was not.
        self.position = 0

    def put(self, event: Event) -> None:
        """Add an event, or give up on a reader that is too slow."""
        if self._closed or (self.wants and not self.wants(event)):
            return
        if len(self._waiting) >= QUEUE_LENGTH:
            self.close()
            return
        self._waiting.append(self._hub.told(event))
        self._wake()

    def close(self) -> None:
        """End the stream before its next event."""
        self._closed = True
        self._wake()

    async def take(self) -> list[Told] | None:
        """Return all that waits, or nothing when a heartbeat is due; None at the end."""
        if not (self._waiting or self._closed):
            await self._sleep()
        if self._closed:
            return None
        taken, self._waiting = self._waiting, []
        self.position = taken[-1].position if taken else self._hub.position
        return taken

    async def __aiter__(self) -> AsyncGenerator[Event | None]:
        while (taken := await self.take()) is not None:
            for told in taken:
                self.position = told.position
                yield told.event
            if not taken:
                yield None

    async def _sleep(self) -> None:
        # A future and a timer: a queue and its timeout weigh ten times as much.
        loop = asyncio.get_running_loop()
        self._sleeper = loop.create_future()
        heartbeat = loop.call_later(HEARTBEAT_SECONDS, self._wake)
        try:
            await self._sleeper
        finally:
            heartbeat.cancel()
            self._sleeper = None

    def _wake(self) -> None:
        if self._sleeper and not self._sleeper.done():
            self._sleeper.set_result(None)


class Hub:
    """Events of one channel for the streams of this process."""

    def __init__(
        self, channel: str, sweep: Callable[[int | None], Awaitable[Found]] | None = None, every: float = 5
    ) -> None:
        self._channel = channel
        self._sweep = sweep
        self._every = every
        self._readers: set[Reader] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._swept = asyncio.Event()
        self._last: Told | None = None
        # Everything committed before this position was handed to every reader.
        self.position = 0

    @contextmanager
    def reader(self, wants: Callable[[Event], bool] | None = None) -> Iterator[Reader]:
        """Listen from now on to the events that are wanted; use inside a running event loop."""
        self._start()
        reader = Reader(self, wants)
        self._readers.add(reader)
        try:
            yield reader
        finally:
            self._readers.discard(reader)

    def told(self, event: Event) -> Told:
        """Return an event as the readers hear it: the same for all to whom it is handed out now."""
        if self._last is None or self._last.event is not event or self._last.position != self.position:
            self._last = Told(event, json.dumps(event), self.position)
        return self._last

    async def swept(self) -> None:
        """Wait until sweeps have begun: whatever is committed from here on, they find."""
        await self._swept.wait()

    def _start(self) -> None:
        loop = asyncio.get_running_loop()
        if self._loop is loop:
            return
        self._loop, self._swept = loop, asyncio.Event()
        self._readers.clear()
        work = [self._listen(), *([self._sweep_often()] if self._sweep else [])]
        # Of nobody's request: their log lines must not carry the id of whoever came first.
        self._tasks = [loop.create_task(job, context=Context()) for job in work]

    def _hand_out(self, event: Event) -> None:
        for reader in list(self._readers):
            reader.put(event)

    async def _listen(self) -> None:
        while True:
            try:
                await self._hear()
            except (RedisError, OSError):
                log.info("live_unreachable", channel=self._channel)
            except Exception:  # whatever it was, streams must not go deaf
                log.warning("live_listening_failed", channel=self._channel, exc_info=True)
            await asyncio.sleep(RETRY_SECONDS)

    async def _hear(self) -> None:
        async with Redis.from_url(settings.REDIS_URL) as client, client.pubsub() as pubsub:
            await pubsub.subscribe(self._channel)
            async for message in pubsub.listen():
                if message["type"] == "message":
                    self._hand_out(json.loads(message["data"]))

    async def _sweep_often(self) -> None:
        assert self._sweep  # noqa: S101  _start begins this only where there is one
        known: int | None = None
        while True:
            try:
                events, known = await self._sweep(known)
            except Exception:  # the stream outlives a database that is away
                log.warning("live_sweep_failed", channel=self._channel, exc_info=True)
            else:
                for event in events:
                    self._hand_out(event)
                self.position = known
                self._swept.set()
            await asyncio.sleep(self._every)


def as_stream(lines: AsyncIterator[str]) -> StreamingHttpResponse:
    """Return the response for a stream of server-sent events."""
    return StreamingHttpResponse(lines, headers=HEADERS)


def line(event: Event | None, *, name: str = "message", position: int | None = None) -> str:
    """Return one event on the wire, or a comment that keeps the connection alive."""
    if event is None:
        return ":\n\n" if position is None else f"id: {position}\n:\n\n"
    return line_of(json.dumps(event), name=name, position=position)


def line_of(text: str, *, name: str, position: int | None) -> str:
    """Return one event on the wire that is written out already."""
    ident = f"id: {position}\n" if position is not None else ""
    return f"{ident}event: {name}\ndata: {text}\n\n"
