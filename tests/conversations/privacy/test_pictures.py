"""Pictures stay for as long as anything shows them, and then go."""

import datetime
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from conversations.models import Conversation, Customer, MessagePicture
from conversations.outbound.send_rich import send_rich
from conversations.privacy import rows
from conversations.privacy.pictures import remove_unused
from richmessages.models import LinkPreview, Picture, PictureSource, RichMessage
from richmessages.pictures.ask import ask_for
from richmessages.pictures.keep import keep
from tests.factories.conversations import MessagePictureFactory
from tests.factories.richmessages import PNG, PictureFactory, PictureSourceFactory, RichMessageFactory
from tests.portal_of import Portal
from tests.simulator.apple import FakePhone

pytestmark = pytest.mark.django_db

LATER = datetime.timedelta(days=30)
LONG_AGO = {"kept_at": datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)}


def in_the_night(day: int) -> None:
    """Let the nightly job run, so many days from now."""
    with time_machine.travel(timezone.now() + datetime.timedelta(days=day)):
        remove_unused()


def list_of(source: PictureSource) -> RichMessage:
    """Return a list picker with a picture."""
    sections = [{"title": "Repairs", "options": [{"title": "Brakes", "image_url": source.url}]}]
    made: RichMessage = RichMessageFactory(kind="list_picker", content={"title": "Which?", "sections": sections})
    return made


@pytest.fixture
def conversation(portal: Portal, phone: FakePhone) -> Conversation:
    """A conversation whose device shows everything."""
    Customer.objects.update(capabilities=["LIST"], locale="en_GB")
    return portal.conversation(phone)


def test_the_picture_of_a_message_goes_with_its_content(portal: Portal, conversation: Conversation) -> None:
    rich = list_of(PictureSourceFactory())
    message = send_rich(conversation, rich, by=portal.agent)
    rich.delete()

    in_the_night(10)
    in_the_night(20)
    assert Picture.objects.exists()

    rows.empty([message.pk], erased_at=timezone.now(), delivery="sent", sent_at=timezone.now())
    in_the_night(30)
    assert not Picture.objects.exists()


def test_the_picture_of_a_link_stays_with_its_message(portal: Portal, conversation: Conversation) -> None:
    message = send_rich(
        conversation,
        RichMessageFactory(
            kind="website_link",
            content={"title": "Hours", "url": "https://shop.example/", "image_url": PictureSourceFactory().url},
        ),
        by=portal.agent,
    )

    assert list(MessagePicture.objects.values_list("message", flat=True)) == [message.pk]


def test_what_a_draft_or_waiting_edits_name_stays() -> None:
    drafted, edited, half_typed = PictureSourceFactory.create_batch(3)
    draft, active = list_of(drafted), list_of(edited)
    RichMessage.objects.filter(pk=draft.pk).update(state="draft")
    RichMessage.objects.filter(pk=active.pk).update(content={}, edits=active.content)

    in_the_night(10)

    assert set(PictureSource.objects.all()) == {drafted, edited}
    assert half_typed not in PictureSource.objects.all()
    assert Picture.objects.exists()


def test_an_address_stays_while_somebody_asks_for_it() -> None:
    source = PictureSourceFactory(tried_at=timezone.now())

    with time_machine.travel(timezone.now() + datetime.timedelta(days=10)):
        ask_for([source.url])
        PictureSource.objects.update(due_at=None)
        remove_unused()
        assert PictureSource.objects.exists()


def test_a_picture_outlives_its_last_address_by_a_day() -> None:
    PictureSourceFactory()

    in_the_night(10)
    assert (PictureSource.objects.count(), Picture.objects.count()) == (0, 1)

    in_the_night(12)
    assert not Picture.objects.exists()


def test_the_picture_of_a_link_that_was_just_read_stays() -> None:
    preview = LinkPreview.objects.create(
        key="k", title="Hours", picture=PictureFactory(**LONG_AGO), read_at=timezone.now()
    )

    in_the_night(10)
    assert Picture.objects.exists()

    preview.delete()
    in_the_night(10)
    assert not Picture.objects.exists()


def test_a_picture_that_a_message_names_cannot_be_deleted() -> None:
    MessagePictureFactory.create()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    with pytest.raises(IntegrityError, match="conversations_messagepicture"):
        rows.delete_at_once(Picture.objects.all())


@pytest.mark.django_db(transaction=True)
def test_whoever_keeps_a_picture_again_finds_it_kept() -> None:
    keep(PNG)
    Picture.objects.update(**LONG_AGO)
    with ThreadPoolExecutor(1) as night:
        with transaction.atomic():
            picture = keep(PNG)
            job = night.submit(apart, remove_unused)
            # It waits for this transaction, and then finds that the picture is new again.
            wait([job], timeout=1)
            PictureSourceFactory(picture=picture)

        assert job.result() == 0
    assert PictureSource.objects.get().picture == Picture.objects.get()


def apart(job: Callable[[], int]) -> int:
    """Do a job on a connection of its own."""
    try:
        return job()
    finally:
        connection.close()
