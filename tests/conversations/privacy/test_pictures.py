"""Pictures stay for as long as anything shows them, and then go."""

import datetime
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from conversations.models import Conversation, Customer, Message, MessagePicture
from conversations.outbound.links import read_all
from conversations.outbound.send import resend, send_text
from conversations.outbound.send_rich import send_rich
from conversations.privacy import pictures, rows
from conversations.privacy.erase import erase
from conversations.privacy.pictures import remove_unused
from richmessages.models import LinkPreview, Picture, PictureSource, RichMessage
from richmessages.pictures import fetch
from richmessages.pictures.ask import ask_for
from richmessages.pictures.fetch import fetch_all
from richmessages.pictures.forget import forget_sources
from richmessages.pictures.keep import keep
from tests.conftest import InThisThread
from tests.factories.conversations import MessagePictureFactory
from tests.factories.richmessages import PNG, PictureFactory, PictureSourceFactory, RichMessageFactory
from tests.portal_of import Portal
from tests.simulator.apple import FakePhone
from tests.website import Website, website

__all__ = ["website"]
pytestmark = pytest.mark.django_db

JANUARY = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
LONG_AGO = {"kept_at": JANUARY}


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


def test_what_is_sent_again_after_many_nights_has_its_picture(
    portal: Portal, phone: FakePhone, conversation: Conversation
) -> None:
    rich = list_of(PictureSourceFactory())
    message = send_rich(conversation, rich, by=portal.agent)
    Message.objects.filter(pk=message.pk).update(delivery="failed", failure_reason="Apple was away.")
    rich.delete()
    in_the_night(10)
    in_the_night(20)

    resend(message, by=portal.agent)
    portal.send()

    message.refresh_from_db()
    assert (message.delivery, PictureSource.objects.exists()) == ("sent", False)


def test_the_picture_of_a_customer_who_is_erased_goes(portal: Portal, conversation: Conversation) -> None:
    rich = list_of(PictureSourceFactory())
    send_rich(conversation, rich, by=portal.agent)
    rich.delete()

    erase(conversation.customer, by=None)
    in_the_night(10)
    in_the_night(20)

    assert not Picture.objects.exists()


def test_the_picture_of_a_page_stays_with_the_message_that_leads_there(
    portal: Portal, conversation: Conversation, website: Website
) -> None:
    message = send_text(conversation, website.has("/", "<title>Opening hours</title>"), by=portal.agent)
    read_all()
    LinkPreview.objects.all().delete()

    in_the_night(10)
    assert MessagePicture.objects.get(message=message).picture == Picture.objects.get()

    rows.empty([message.pk], erased_at=timezone.now(), delivery="sent", sent_at=timezone.now())
    in_the_night(20)
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


def test_a_picture_outlives_its_replacement_by_a_day(website: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "_pool", InThisThread)
    url = website.has("/", Path("richmessages/links/link.png").read_bytes())
    source = PictureSourceFactory(url=url, picture=PictureFactory(**LONG_AGO))
    before = source.picture_id

    ask_for([url], anew=True)
    fetch_all()
    source.refresh_from_db()
    remove_unused()

    assert source.picture_id != before
    # Whoever read the address a moment ago is about to send this one.
    assert Picture.objects.filter(pk=before).exists()


def test_whoever_asks_once_more_keeps_an_address_that_was_tried_lately() -> None:
    source = PictureSourceFactory(asked_at=JANUARY, tried_at=timezone.now())

    ask_for([source.url])
    remove_unused()

    assert PictureSource.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_whoever_asks_while_the_address_is_forgotten_has_it_fetched() -> None:
    url = PictureSourceFactory(asked_at=JANUARY, tried_at=timezone.now()).url
    with ThreadPoolExecutor(1) as person:
        with transaction.atomic():
            forget_sources()
            asked = person.submit(apart, partial(ask_for, [url]))
            wait([asked], timeout=1)

        asked.result()
    assert PictureSource.objects.get().url == url


def test_a_picture_that_was_kept_again_today_stays() -> None:
    keep(PNG)
    Picture.objects.update(**LONG_AGO)

    keep(PNG)
    remove_unused()

    assert Picture.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_whoever_keeps_a_picture_again_finds_it_kept() -> None:
    keep(PNG)
    Picture.objects.update(**LONG_AGO)
    with ThreadPoolExecutor(1) as night:
        with transaction.atomic():
            picture = keep(PNG)
            job = night.submit(apart, remove_unused)
            wait([job], timeout=1)
            PictureSourceFactory(picture=picture)

        assert job.result() is True
    assert PictureSource.objects.get().picture == Picture.objects.get()


@pytest.mark.django_db(transaction=True)
def test_a_message_that_is_being_queued_in_the_night_keeps_its_picture(
    portal: Portal, conversation: Conversation
) -> None:
    rich = list_of(PictureSourceFactory(asked_at=JANUARY, picture=PictureFactory(**LONG_AGO)))

    def night() -> bool:
        RichMessage.objects.update(content={})
        return remove_unused()

    with ThreadPoolExecutor(1) as worker, transaction.atomic():
        message = send_rich(conversation, rich, by=portal.agent)
        assert worker.submit(apart, night).result() is True

    assert not PictureSource.objects.exists()
    assert MessagePicture.objects.get(message=message).picture == Picture.objects.get()


@pytest.mark.django_db(transaction=True)
def test_neither_waits_where_two_nights_meet() -> None:
    PictureFactory(**LONG_AGO)
    with ThreadPoolExecutor(1) as worker, transaction.atomic():
        Picture.objects.select_for_update().get()
        assert worker.submit(apart, remove_unused).result(timeout=5) is True

    assert Picture.objects.exists()


def test_a_night_that_was_stopped_is_taken_up_by_the_next_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "BATCH", 1)
    for each in (b"1", b"2", b"3"):
        PictureFactory(png=each, **LONG_AGO)

    assert not remove_unused(seconds=0)
    assert Picture.objects.count() == 2
    assert remove_unused()
    assert not Picture.objects.exists()


def apart(job: Callable[[], Any]) -> Any:
    """Do a job on a connection of its own."""
    try:
        return job()
    finally:
        connection.close()
