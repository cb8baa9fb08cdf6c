"""Server-sent events: one Redis subscription a process, fanned out in memory to the streams of that process.

An event is a small JSON object of ids. Losing one costs seconds, since a hub with a sweep asks the database
every few seconds what changed; repeating one costs a reader one more look.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

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

log = structlog.get_logger(__name__)


def publish(channel: str, event: Event) -> None:
    """Tell every stream of every process, once this transaction is committed."""
    transaction.on_commit(partial(_publish, channel, json.dumps(event)), robust=True)


def _publish(channel: str, text: str) -> None:
    try:
        redis.client().publish(channel, text)
    except RedisError:
        log.warning("live_unreachable", channel=channel)


class Reader:
    """What one stream has still to tell: iterate over it for events, and None where a heartbeat is due."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._queue: asyncio.Queue[tuple[Event, int]] = asyncio.Queue()
        self._is_behind = False
        # Everything committed before this position was yielded already; what still waits here was not.
        self.position = 0

    def put(self, event: Event) -> None:
        """Add an event, or give up on a reader that is too slow."""
        self._is_behind = self._is_behind or self._queue.qsize() >= QUEUE_LENGTH
        if not self._is_behind:
            self._queue.put_nowait((event, self._hub.position))

    async def __aiter__(self) -> AsyncGenerator[Event | None]:
        while not self._is_behind:
            yield await self._next()

    async def _next(self) -> Event | None:
        try:
            event, self.position = await asyncio.wait_for(self._queue.get(), HEARTBEAT_SECONDS)
        except TimeoutError:
            if self._queue.empty():
                self.position = self._hub.position
            return None
        return event


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
        # Everything committed before this position was handed to every reader.
        self.position = 0

    @contextmanager
    def reader(self) -> Iterator["Reader"]:
        """Listen from now on; use inside a running event loop."""
        self._start()
        reader = Reader(self)
        self._readers.add(reader)
        try:
            yield reader
        finally:
            self._readers.discard(reader)

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
        self._tasks = [loop.create_task(job) for job in work]

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
    response = StreamingHttpResponse(lines, content_type="text/event-stream")
    response["Cache-Control"] = "no-store"
    response["X-Accel-Buffering"] = "no"
    return response


def line(event: Event | None, *, name: str = "message", position: int | None = None) -> str:
    """Return one event on the wire, or a comment that keeps the connection alive."""
    if event is None:
        return ":\n\n" if position is None else f"id: {position}\n:\n\n"
    ident = f"id: {position}\n" if position is not None else ""
    return f"{ident}event: {name}\ndata: {json.dumps(event)}\n\n"
