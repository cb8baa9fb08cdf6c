"""A stream is told everything, and its position never runs ahead of what it was told."""

import asyncio
import json
from typing import Any

import pytest

from omnichannel.common import hub, redis
from omnichannel.common.hub import Event, Found, Hub, Reader


async def told(reader: Reader, count: int) -> list[tuple[Any, int]]:
    """The next events of a reader, each with the position it stands for."""
    events = reader.__aiter__()
    return [(await anext(events), reader.position) for _ in range(count)]


def test_a_position_covers_only_what_was_told_before_it() -> None:
    here = Hub("test")
    reader = Reader(here)
    here.position = 10
    reader.put({"n": 1})
    reader.put({"n": 2})
    here.position = 20
    reader.put({"n": 3})

    assert asyncio.run(told(reader, 3)) == [({"n": 1}, 10), ({"n": 2}, 10), ({"n": 3}, 20)]


def test_a_heartbeat_brings_a_quiet_stream_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "HEARTBEAT_SECONDS", 0.01)
    here = Hub("test")
    reader = Reader(here)
    here.position = 30

    assert asyncio.run(told(reader, 1)) == [(None, 30)]


def test_sweeps_find_what_is_committed_once_they_have_begun() -> None:
    committed: list[Event] = []

    async def sweep(known: int | None) -> Found:
        return ([] if known is None else list(committed)), 7

    async def listen() -> Any:
        here = Hub("test", sweep=sweep, every=0.01)
        with here.reader() as reader:
            await here.swept()
            committed.append({"n": 1})
            return (await told(reader, 1))[0][0]

    assert asyncio.run(listen()) == {"n": 1}


def test_streams_hear_again_after_a_message_that_nobody_can_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "RETRY_SECONDS", 0.01)

    async def ring() -> None:
        while True:
            for text in ("garbage", json.dumps({"n": 1})):
                await asyncio.to_thread(redis.client().publish, "test", text)

    async def listen() -> list[Any]:
        with Hub("test").reader() as reader:
            bell = asyncio.create_task(ring())
            heard = await told(reader, 3)
            bell.cancel()
        return [event for event, _position in heard]

    assert asyncio.run(listen()) == [{"n": 1}] * 3
