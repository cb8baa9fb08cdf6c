"""A process with a ringer does not wait for the broker, and still rings."""

import pytest
from celery import shared_task

from omnichannel.celery import app
from omnichannel.common import bell, redis
from tests.conftest import Commits
from tests.journeys.running import eventually

pytestmark = pytest.mark.django_db


@shared_task
def nothing_soon() -> None:
    """A task to ring for."""


def waiting() -> int:
    """How many tasks wait for a worker."""
    return int(redis.client().llen(app.conf.task_default_queue))


def test_without_a_ringer_it_rings_at_once(commits: Commits) -> None:
    with commits():
        bell.ring_soon(nothing_soon)

    assert waiting() == 1


def test_a_ringer_rings_again_after_the_drain_has_begun(commits: Commits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bell, "_ringers", [])
    bell.start_ringer()
    with commits():
        for _ in range(5):
            bell.ring_soon(nothing_soon)
    assert eventually(waiting) == 1
    bell.answer(nothing_soon)

    with commits():
        bell.ring_soon(nothing_soon)

    assert eventually(lambda: waiting() == 2)
