"""Doorbells: a nudge for a worker to look at the rows, at most one waiting for each task, rung after commit.

Losing a nudge costs seconds, since beat sweeps the same rows; a second one costs nothing.
"""

from functools import partial
from typing import Any

import structlog
from celery import Task
from django.db import transaction
from kombu.exceptions import OperationalError
from redis import RedisError

from omnichannel.common import redis

# A nudge that got lost together with its queue silences the bell no longer than this.
SILENCE_SECONDS = 5

log = structlog.get_logger(__name__)


def ring(task: "Task[Any, Any]") -> None:
    """Ask a worker, once this transaction is committed, to run the drain unless one already waits to run."""
    transaction.on_commit(partial(_nudge, task), robust=True)


def answer(task: "Task[Any, Any]") -> None:
    """Say that a drain begins to look, so that the next ring counts again."""
    try:
        redis.client().delete(_key(task))
    except RedisError:
        log.warning("bell_unreachable", task=task.name)


def send_off(task: "Task[Any, Any]", *args: Any, expires: float) -> None:
    """Hand a worker something that is worth doing only now and may get lost."""
    transaction.on_commit(partial(_send_off, task, args, expires), robust=True)


def _send_off(task: "Task[Any, Any]", args: tuple[Any, ...], expires: float) -> None:
    try:
        task.apply_async(args, expires=expires)
    except (RedisError, OperationalError):
        log.warning("bell_unreachable", task=task.name)


def _nudge(task: "Task[Any, Any]") -> None:
    try:
        if redis.client().set(_key(task), 1, nx=True, ex=SILENCE_SECONDS):
            task.delay()
    except (RedisError, OperationalError):
        log.warning("bell_unreachable", task=task.name)


def _key(task: "Task[Any, Any]") -> str:
    return f"bell:{task.name}"
