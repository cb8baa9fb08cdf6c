"""Doorbells: a nudge for a worker to look at the rows, at most one waiting for each task, rung after commit.

Losing a nudge costs seconds, since beat sweeps the same rows; a second one costs nothing.
"""

import time
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import Any

import structlog
from celery import Task
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError
from redis import RedisError

from omnichannel.common import redis

TOGETHER_SECONDS = 0.005

log = structlog.get_logger(__name__)


def ring(task: "Task[Any, Any]") -> None:
    """Ask a worker, once this transaction is committed, to run the drain unless one already waits to run."""
    transaction.on_commit(partial(_nudge, task), robust=True)


def ring_soon(task: "Task[Any, Any]") -> None:
    """Ring without waiting for the broker, for those whose caller waits: rings that come together are made one."""
    transaction.on_commit(partial(_nudge_soon, task), robust=True)


def start_ringer() -> None:
    """Have a thread of this process do what ``ring_soon`` asks for."""
    _ringers.append(Ringer())


def answer(task: "Task[Any, Any]") -> None:
    """Say that a drain begins to look, so that the next ring counts again."""
    try:
        redis.client().delete(_key(task))
    except RedisError:
        log.warning("bell_unreachable", task=task.name)


def is_due(sweep: "Task[Any, Any]") -> bool:
    """Tell whether a sweep is to be made: a worker that was away for an hour looks once, not seven hundred times."""
    half = settings.SWEEP_SECONDS * 500
    try:
        return bool(redis.client().set(f"swept:{sweep.name}", 1, nx=True, px=half))
    except RedisError:
        log.warning("bell_unreachable", task=sweep.name)
        return True


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
        # A nudge that got lost together with its queue silences the bell no longer than until the next sweep.
        if redis.client().set(_key(task), 1, nx=True, ex=settings.SWEEP_SECONDS):
            task.delay()
    except (RedisError, OperationalError):
        log.warning("bell_unreachable", task=task.name)


def _nudge_soon(task: "Task[Any, Any]") -> None:
    if _ringers and _ringers[-1].is_alive():
        _ringers[-1].asked.put(task)
    else:
        _nudge(task)


def _key(task: "Task[Any, Any]") -> str:
    return f"bell:{task.name}"


class Ringer(Thread):
    """Rings for a process that answers many requests a second; without one, ``ring_soon`` rings at once."""

    def __init__(self) -> None:
        super().__init__(name="ringer", daemon=True)
        self.asked: SimpleQueue[Task[Any, Any]] = SimpleQueue()
        self.start()

    def run(self) -> None:
        """Ring for whatever was asked until now, then let more come together."""
        while True:
            tasks = {self.asked.get()}
            while not self.asked.empty():
                tasks.add(self.asked.get())
            for task in tasks:
                _nudge(task)
            time.sleep(TOGETHER_SECONDS)


_ringers: list[Ringer] = []
