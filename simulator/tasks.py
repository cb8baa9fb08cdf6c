"""Celery's doorbells of the simulator: the rows of the outbox hold the work."""

from datetime import timedelta
from functools import partial

import structlog
from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError
from redis import RedisError

from omnichannel.common import bell
from simulator import deliver

log = structlog.get_logger(__name__)


@shared_task
def drain() -> None:
    """Deliver what is due, phones side by side, each in its order."""
    bell.answer(drain)
    while deliver.deliver_due():
        pass


@shared_task
def sweep() -> None:
    """Free what a dead worker held, forget dead links, and look again."""
    deliver.release_stuck()
    deliver.forget_dead_links()
    if deliver.is_anything_due():
        bell.ring(drain)


def ring(delay: timedelta) -> None:
    """Have a worker look after commit: now, or when something falls due later."""
    if delay:
        transaction.on_commit(partial(_later, delay), robust=True)
    else:
        bell.ring(drain)


def _later(delay: timedelta) -> None:
    try:
        drain.apply_async(countdown=delay.total_seconds())
    except (RedisError, OperationalError):
        log.warning("bell_unreachable", task=drain.name)
