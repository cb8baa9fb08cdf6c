"""Doorbells ring once for many changes, only after commit, and may fail without harm."""

from typing import Any

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


def test_sweeps_that_piled_up_are_made_once() -> None:
    assert [bell.is_due(nothing) for _ in range(3)] == [True, False, False]


def test_the_next_sweep_is_due_again_before_its_turn_comes(settings: Any) -> None:
    bell.is_due(nothing)

    left = redis.client().pttl(f"swept:{nothing.name}")

    assert 0 < left < settings.SWEEP_SECONDS * 1000


def test_a_sweep_is_made_where_nobody_can_say_whether_it_is_due() -> None:
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        assert bell.is_due(nothing)


def test_a_broker_that_is_away_stops_nobody(commits: Commits) -> None:
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        with commits():
            bell.ring(nothing)
        bell.answer(nothing)

    assert waiting() == 0
