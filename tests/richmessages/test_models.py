"""What is always true of rich messages and pictures, tried by breaking it."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from richmessages.models import RichMessage, SourceState, State
from richmessages.models.picture import PICTURE_LIMIT
from tests.factories.richmessages import PictureFactory, PictureSourceFactory, RichMessageFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"published_at": None}, "an_active_rich_message_was_published"),
        (
            {"state": State.DRAFT, "edits": {"summary": "Later"}},
            "only_active_rich_messages_have_edits_that_wait",
        ),
    ],
)
def test_no_rich_message_is_in_between(columns: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        RichMessageFactory(**columns)


def test_a_name_is_there_once_in_a_language_and_again_in_another() -> None:
    RichMessageFactory(name="Hours", locale="de-DE")
    RichMessageFactory(name="Hours", locale="en-US")

    with pytest.raises(IntegrityError, match="a_rich_message_has_one_version_in_a_language"), transaction.atomic():
        RichMessageFactory(name="Hours", locale="en-US")


def test_only_active_messages_can_be_sent() -> None:
    active = RichMessageFactory()
    RichMessageFactory(state=State.DRAFT, published_at=None)

    assert list(RichMessage.objects.active()) == [active]


def test_the_working_copy_is_what_waits_to_be_published() -> None:
    message = RichMessageFactory(edits={"summary": "Later"})

    assert message.working_copy == {"summary": "Later"}
    message.edits = None
    assert message.working_copy == message.content


def test_the_tag_of_the_kind_comes_first_and_once() -> None:
    message = RichMessageFactory(tags=["bikes", "suggested reply"])

    assert message.every_tag == ["suggested reply", "bikes"]


def test_no_kept_picture_is_above_apples_limit() -> None:
    PictureFactory(digest="a", png=bytes(PICTURE_LIMIT))

    with pytest.raises(IntegrityError, match="a_picture_fits_apples_limit"), transaction.atomic():
        PictureFactory(digest="b", png=bytes(PICTURE_LIMIT + 1))


@pytest.mark.parametrize(
    "columns",
    [
        {"state": SourceState.KEPT, "picture": None},
        {"state": SourceState.FAILED, "picture": None, "reason": ""},
    ],
)
def test_a_source_that_was_tried_has_a_picture_or_a_reason(columns: dict[str, Any]) -> None:
    with (
        pytest.raises(IntegrityError, match="a_kept_picture_is_there_and_a_failed_one_says_why"),
        transaction.atomic(),
    ):
        PictureSourceFactory(**columns, tried_at=timezone.now())


def test_an_address_is_asked_for_once() -> None:
    source = PictureSourceFactory()

    with pytest.raises(IntegrityError, match="url"), transaction.atomic():
        PictureSourceFactory(url=source.url)
