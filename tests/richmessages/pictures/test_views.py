"""Kept pictures on our own pages."""

import pytest
from django.test import Client

from richmessages.pictures.address import picture_src
from richmessages.pictures.pointers import pointer
from tests.factories.richmessages import PNG, PictureFactory
from tests.factories.workstreams import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def somebody() -> Client:
    """A person who is signed in and has no role."""
    client = Client()
    client.force_login(UserFactory.create())
    return client


def test_a_picture_is_found_by_what_stands_for_it_and_may_be_kept_for_good(somebody: Client) -> None:
    answer = somebody.get(picture_src(pointer(PictureFactory().digest)))

    assert (answer.content, answer["Content-Type"]) == (PNG, "image/png")
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_what_is_no_picture_of_ours_has_no_address(somebody: Client) -> None:
    assert [picture_src(each) for each in ("iVBORw0KGgo=", "", None, {"a": 1}, "picture:a/b")] == [""] * 5
    assert somebody.get(picture_src("picture:none")).status_code == 404
    assert somebody.get("/pictures/%00.png").status_code == 404


def test_a_stranger_sees_none(client: Client) -> None:
    answer = client.get(picture_src(pointer(PictureFactory().digest)))

    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/sign-in/")
