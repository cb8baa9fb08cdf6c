"""A drain keeps what it learned, whatever raises on the way."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.db import OperationalError

from omnichannel.common import rolling
from omnichannel.common.rolling import Drain, one_at_a_time

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Two threads."""
    with ThreadPoolExecutor(2) as threads:
        yield threads


def handing_out(*jobs: Any) -> Callable[[int], list[Any]]:
    """A claim that finds each of these once; an exception among them is raised when its turn comes."""
    waiting = list(jobs)

    def claim(limit: int) -> list[Any]:
        if waiting and isinstance(waiting[0], Exception):
            raise waiting.pop(0)
        return [waiting.pop(0) for _ in range(min(limit, len(waiting))) if not isinstance(waiting[0], Exception)]

    return claim


def ignore(_jobs: list[Any]) -> None:
    """Keep nothing."""


def test_a_job_that_raises_costs_the_others_nothing(pool: ThreadPoolExecutor) -> None:
    recorded: list[tuple[int, float]] = []
    drain = Drain(pool, 2, claim=handing_out(1, 0, 2, 4), do=lambda n: 1 / n, record=recorded.extend, keep=ignore)

    assert drain.run() == 4

    assert sorted(recorded) == [(1, 1.0), (2, 0.5), (4, 0.25)]


def test_what_is_under_way_is_recorded_when_the_next_claim_fails(pool: ThreadPoolExecutor) -> None:
    recorded: list[tuple[str, str]] = []
    claim = handing_out("a", OperationalError("the database restarts"))
    drain = Drain(pool, 2, claim=claim, do=str.upper, record=recorded.extend, keep=ignore)

    with pytest.raises(OperationalError, match="restarts"):
        drain.run()

    assert recorded == [("a", "A")]


def test_results_are_held_until_the_database_takes_them(
    pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rolling, "LOOK_AGAIN_SECONDS", 0.01)
    faults: list[Exception] = [OperationalError("away")] * 3
    recorded: list[tuple[str, str]] = []

    def record(results: list[tuple[str, str]]) -> None:
        if faults:
            raise faults.pop()
        recorded.extend(results)

    drain = Drain(pool, 2, claim=handing_out("a", "b"), do=str.upper, record=record, keep=ignore)

    with pytest.raises(OperationalError):
        drain.run()

    assert sorted(recorded) == [("a", "A"), ("b", "B")]


def test_a_slow_job_is_kept_alive_however_many_quick_ones_land(
    pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rolling, "LOOK_AGAIN_SECONDS", 0.0)
    may_end, kept = Event(), list[list[str]]()

    def do(job: str) -> str:
        if job == "slow":
            may_end.wait()
        return job

    def record(results: list[tuple[str, str]]) -> None:
        if ("last", "last") in results:
            may_end.set()

    quick = [f"quick {number}" for number in range(5)]
    drain = Drain(pool, 2, claim=handing_out("slow", *quick, "last"), do=do, record=record, keep=kept.append)

    assert drain.run() == 7

    assert ["slow"] in kept


def test_a_second_call_in_the_process_leaves_the_work_to_the_first(pool: ThreadPoolExecutor) -> None:
    has_begun, may_end = Event(), Event()

    @one_at_a_time
    def work() -> int:
        has_begun.set()
        may_end.wait(20)
        return 3

    first = pool.submit(work)
    has_begun.wait(20)

    assert work() == 0
    may_end.set()
    assert (first.result(20), work()) == (3, 3)
