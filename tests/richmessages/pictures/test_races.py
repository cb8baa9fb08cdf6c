"""Several workers at once, on committed rows: each picture is fetched once and kept once."""

import inspect
import io
from collections.abc import Callable

import pytest
from PIL import Image

from richmessages.models import Picture, PictureSource
from richmessages.pictures.ask import ask_for
from richmessages.pictures.fetch import fetch_all
from richmessages.pictures.keep import keep
from tests.conversations.test_races import at_once
from tests.website import Website, website

__all__ = ["website"]
pytestmark = pytest.mark.django_db(transaction=True)


# Without the bar to a second call in one process: each is a worker of its own, as on several hosts.
worker: Callable[[], int] = inspect.unwrap(fetch_all)


def png() -> bytes:
    """A picture as a file."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    return out.getvalue()


def test_two_workers_fetch_an_address_once(website: Website) -> None:
    urls = [website.has(f"/{number}", png()) for number in range(12)]
    ask_for(urls)

    counts = at_once(worker, 3)

    assert sum(counts) == len(urls)
    assert sorted(website.asked) == sorted(f"/{number}" for number in range(12))
    assert PictureSource.objects.filter(state="kept").count() == len(urls)
    assert Picture.objects.count() == 1


def test_asking_for_the_same_at_once_makes_one_row(website: Website) -> None:
    assert at_once(lambda: ask_for([website.url("/a"), website.url("/b")]), 4) == [None] * 4

    assert PictureSource.objects.count() == 2


def test_the_same_picture_from_several_hands_is_kept_once() -> None:
    content = png()

    kept = at_once(lambda: keep(content), 4)

    assert {each.pk for each in kept} == set(Picture.objects.values_list("pk", flat=True))
