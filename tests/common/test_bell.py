"""Doorbells ring once for many changes, only after commit, and may fail without harm."""

import pytest
from celery import shared_task
from django.db import transaction
from django.test import override_settings

from omnichannel.celery import app
from omnichannel.common import bell, redis
from tests.conftest import Commits

pytestmark = pytest.mark.django_db


@shared_task
def nothing() -> None:
    """A task to ring for."""


def waiting() -> int:
    """How many tasks wait for a worker."""
    return int(redis.client().llen(app.conf.task_default_queue))


def test_many_rings_enqueue_one_task(commits: Commits) -> None:
    with commits():
        for _ in range(5):
            bell.ring(nothing)

    assert waiting() == 1


def test_a_ring_counts_again_once_the_drain_has_begun(commits: Commits) -> None:
    with commits():
        bell.ring(nothing)
    bell.answer(nothing)

    with commits():
        bell.ring(nothing)

    assert waiting() == 2


def test_what_is_rolled_back_rings_nobody(commits: Commits) -> None:
    with commits(), transaction.atomic():
        bell.ring(nothing)
        transaction.set_rollback(True)

    assert waiting() == 0


def test_a_broker_that_is_away_stops_nobody(commits: Commits) -> None:
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        with commits():
            bell.ring(nothing)
        bell.answer(nothing)

    assert waiting() == 0
