"""Asking for pictures: each address is fetched once, and what failed or is old is tried again."""

import datetime

import pytest
import time_machine
from django.db import IntegrityError
from django.utils import timezone

from omnichannel.celery import app
from omnichannel.common import redis
from richmessages.models import PictureSource, SourceState
from richmessages.pictures.ask import ask_for
from tests.conftest import Commits
from tests.factories.richmessages import PictureSourceFactory

pytestmark = pytest.mark.django_db
URL = "https://shop.example/bicycle.png"


def rung() -> int:
    """How many tasks wait for a worker."""
    return int(redis.client().llen(app.conf.task_default_queue))


def due() -> list[str]:
    """The addresses that are to be fetched."""
    return list(PictureSource.objects.filter(due_at__isnull=False).order_by("url").values_list("url", flat=True))


def test_a_new_address_is_fetched_and_one_bell_rings(commits: Commits) -> None:
    with commits():
        ask_for([URL, URL, "", "https://shop.example/" + "x" * 2000])
        ask_for([URL])

    assert (due(), rung()) == ([URL], 1)


@pytest.mark.parametrize(
    ("state", "age", "is_tried_again"),
    [
        (SourceState.FAILED, datetime.timedelta(seconds=10), False),
        (SourceState.FAILED, datetime.timedelta(minutes=1), True),
        (SourceState.KEPT, datetime.timedelta(hours=20), False),
        (SourceState.KEPT, datetime.timedelta(hours=30), True),
    ],
)
def test_what_failed_or_is_old_is_tried_again(
    state: SourceState, age: datetime.timedelta, is_tried_again: bool
) -> None:
    source = PictureSourceFactory(state=state, reason="It was not there.", tried_at=timezone.now() - age)

    ask_for([source.url])

    assert bool(due()) == is_tried_again


def test_a_person_who_asks_has_it_tried_at_once(commits: Commits) -> None:
    source = PictureSourceFactory(state=SourceState.FAILED, reason="It was not there.", tried_at=timezone.now())

    with commits():
        ask_for([source.url], anew=True)

    source.refresh_from_db()
    assert (source.state, source.reason, rung()) == (SourceState.WAITING, "", 1)


def test_a_picture_that_is_fetched_anew_stays_in_use_meanwhile() -> None:
    source = PictureSourceFactory(tried_at=timezone.now())

    ask_for([source.url], anew=True)

    source.refresh_from_db()
    assert (source.state, due()) == (SourceState.KEPT, [source.url])


def test_what_is_under_way_is_left_alone() -> None:
    ask_for([URL])
    with time_machine.travel(timezone.now() + datetime.timedelta(days=2)):
        ask_for([URL], anew=True)

    assert PictureSource.objects.get().asked_at < timezone.now()


def test_a_picture_that_is_waited_for_falls_due() -> None:
    with pytest.raises(IntegrityError, match="a_picture_that_is_waited_for_falls_due"):
        PictureSourceFactory(state=SourceState.WAITING, picture=None, due_at=None)
