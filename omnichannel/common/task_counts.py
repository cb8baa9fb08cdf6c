"""How often each task ran, how that ended, and when it ran last: kept at the broker, the same for every host."""

import time
from dataclasses import dataclass

from redis import RedisError

from omnichannel.common import redis

RUNS = "tasks:runs"
LAST = "tasks:last"


@dataclass(frozen=True)
class TaskCounts:
    """Runs by task and outcome, and the time at which each task ended last, as seconds of the epoch."""

    runs: dict[tuple[str, str], int]
    last: dict[str, float]


def note(task: str, outcome: str) -> None:
    """Count one run. A broker that is away costs the count, never the task."""
    try:
        with redis.client().pipeline(transaction=False) as pipe:
            pipe.hincrby(RUNS, f"{task}|{outcome.lower()}", 1)
            pipe.hset(LAST, task, str(time.time()))
            pipe.execute()
    except RedisError:
        return


def counts() -> TaskCounts:
    """Return what is known; raises RedisError where the broker is away."""
    with redis.client().pipeline(transaction=False) as pipe:
        pipe.hgetall(RUNS)
        pipe.hgetall(LAST)
        runs, last = pipe.execute()
    return TaskCounts(
        {_parted(name): int(count) for name, count in runs.items()},
        {name.decode(): float(at) for name, at in last.items()},
    )


def _parted(name: bytes) -> tuple[str, str]:
    task, _, outcome = name.decode().rpartition("|")
    return task, outcome
