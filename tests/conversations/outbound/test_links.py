"""Addresses that stand alone leave as links with the title and the picture of their page."""

import base64
import datetime
import io
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from PIL import Image

from channels_app.models import AutomatedMessage
from conversations.ledger.sent import body_of
from conversations.models import Conversation, Kind, Message
from conversations.outbound import links, tasks
from conversations.outbound.send import send_text
from conversations.outbound.standing_links import Piece, link_of, pieces
from omnichannel import amb
from omnichannel.celery import app
from omnichannel.common import bell, redis
from richmessages.links.known import forget_old_previews
from richmessages.models import LinkPreview
from tests.conftest import Commits
from tests.factories.channels_app import AutomatedMessageFactory
from tests.portal_of import Portal
from tests.simulator.apple import FakePhone
from tests.website import Names, Website, names, website

__all__ = ["names", "website"]
LINK = Kind.RICH_LINK
# The size of the neutral picture.
PLAIN = (360, 360)
URL = "https://shop.example/frames/54"


def picture(colour: str = "teal", kind: str = "PNG") -> bytes:
    """A picture as a file."""
    out = io.BytesIO()
    Image.new("RGB", (300, 200), colour).save(out, kind)
    return out.getvalue()


def shown(phone: FakePhone) -> list[Any]:
    """What the phone shows from the business: words, or of a link its address, title and the size of its picture."""
    return [_shown(message) for message in phone.shown if message.side == "business"]


def rung(task: str) -> int:
    """How often a task was asked for."""
    waiting = map(str, redis.client().lrange(app.conf.task_default_queue, 0, -1))
    return sum(f'"conversations.outbound.tasks.{task}"' in each for each in waiting)


def _shown(message: Any) -> Any:
    if message.type != "richLink":
        return message.body
    image = Image.open(io.BytesIO(base64.b64decode(message.payload["assets"]["image"]["data"])))
    return message.payload["url"], message.payload["title"], image.size


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We open at nine.", [Piece("We open at nine.")]),
        (URL, [Piece(URL, LINK)]),
        (f"  {URL}\n", [Piece(URL, LINK)]),
        ("www.shop.example", [Piece("www.shop.example", LINK)]),
        (f"See {URL} for more.", [Piece(f"See {URL} for more.")]),
        (f"Look:\n{URL}\nNice?", [Piece("Look:"), Piece(URL, LINK), Piece("Nice?")]),
        (f"Look:\r\n\r\n{URL}\r\n\r\n", [Piece("Look:"), Piece(URL, LINK)]),
        (f"{URL}\n{URL}?b", [Piece(URL, LINK), Piece(f"{URL}?b", LINK)]),
        ("ftp://shop.example/", [Piece("ftp://shop.example/")]),
        ("https://", [Piece("https://")]),
        ("", [Piece("")]),
        (f"{URL}\n" * 6, [Piece(f"{URL}\n" * 6)]),
        ("https://shop.example/" + "x" * 2000, [Piece("https://shop.example/" + "x" * 2000)]),
    ],
)
def test_a_text_comes_apart_at_addresses_that_stand_alone(text: str, expected: list[Piece]) -> None:
    assert pieces(text) == expected


def test_files_travel_with_words() -> None:
    assert pieces(URL, has_files=True) == [Piece(""), Piece(URL, LINK)]
    assert pieces(f"Look:\n{URL}", has_files=True) == [Piece("Look:"), Piece(URL, LINK)]


def test_a_link_without_a_scheme_is_secure() -> None:
    assert [link_of(each) for each in ("www.shop.example", URL)] == ["https://www.shop.example", URL]


@pytest.mark.accepts("R5")
def test_text_link_text_reach_the_phone_in_order(
    portal: Portal, phone: FakePhone, conversation: Conversation, website: Website
) -> None:
    website.has("/54.jpg", picture(kind="JPEG"))
    url = website.has(
        "/54", "<title>Shop</title><meta property=og:title content='Frame 54'><meta property=og:image content=54.jpg>"
    )

    first = send_text(conversation, f"This one:\n{url}\nShall I reserve it?", by=portal.agent)
    portal.send()

    assert first.body == "This one:"
    assert shown(phone) == ["This one:", (url, "Frame 54", (300, 200)), "Shall I reserve it?"]
    assert {message.delivery for message in Message.objects.filter(direction="out")} == {"sent"}


@pytest.mark.accepts("R5")
def test_what_a_program_sends_becomes_a_link_too(
    portal: Portal, phone: FakePhone, conversation: Conversation, website: Website
) -> None:
    send_text(conversation, website.has("/", "<title>Opening hours</title>"), by=None)
    portal.send()

    assert shown(phone) == [(website.url(), "Opening hours", PLAIN)]
    assert Message.objects.get(direction="out").is_automated


@pytest.mark.accepts("R5")
def test_what_the_company_says_by_itself_becomes_a_link_too(portal: Portal, website: Website) -> None:
    url = website.has("/", "<title>Opening hours</title>")
    AutomatedMessage.objects.all().delete()
    AutomatedMessageFactory.create(trigger="greeting", text=f"Hello!\n{url}")
    phone = portal.apple.phone()

    phone.write("Hi")
    portal.receive()
    portal.send()

    assert shown(phone) == ["Hello!", (url, "Opening hours", PLAIN)]
    assert list(Message.objects.filter(direction="out").order_by("pk").values_list("trigger", flat=True)) == [
        "greeting",
        "",
    ]


@pytest.mark.parametrize(
    "put",
    [
        lambda website: website.has("/", status=404),
        lambda website: website.has("/", "<title>Gone</title>", length=5000),
        lambda website: website.has("/", b"%PDF-1.7", content_type="application/pdf"),
        lambda website: website.leads("/", "/"),
    ],
)
def test_a_page_that_cannot_be_read_leaves_its_host_and_a_plain_picture(
    portal: Portal, phone: FakePhone, conversation: Conversation, website: Website, put: Callable[[Website], str]
) -> None:
    url = put(website)

    send_text(conversation, url, by=portal.agent)
    portal.send()

    assert shown(phone) == [(url, "127.0.0.1", PLAIN)]


def test_the_first_picture_that_is_one_is_shown(
    portal: Portal, phone: FakePhone, conversation: Conversation, website: Website
) -> None:
    website.has("/icon.png", picture())
    website.has("/not-a-picture.jpg", "<html>Log in</html>")
    head = "<meta property=og:image content=/not-a-picture.jpg><link rel=apple-touch-icon href=/icon.png>"

    send_text(conversation, website.has("/", head), by=portal.agent)
    portal.send()

    assert shown(phone) == [(website.url(), "127.0.0.1", (300, 200))]


def test_the_address_of_a_picture_shows_it(
    portal: Portal, phone: FakePhone, conversation: Conversation, website: Website
) -> None:
    send_text(conversation, website.has("/54.png", picture(), content_type="image/png"), by=portal.agent)
    portal.send()

    assert shown(phone)[0][2] == (300, 200)


@pytest.mark.parametrize(
    "url",
    [
        "https://intranet.example/",
        "http://shop.example/",
        "https://nowhere.example/",
        "https://10.0.0.1/",
        "https://[shop",
    ],
)
def test_what_no_customer_could_open_stays_words(
    portal: Portal, phone: FakePhone, conversation: Conversation, names: Names, url: str
) -> None:
    names.known |= {"intranet.example": ["192.168.0.7"], "shop.example": ["93.184.215.14"]}

    send_text(conversation, url, by=portal.agent)
    portal.send()

    assert shown(phone) == [url]


def test_nothing_overtakes_a_link_whose_page_is_being_read(
    portal: Portal, phone: FakePhone, conversation: Conversation
) -> None:
    send_text(conversation, f"{URL}\nHave a look.", by=portal.agent)
    links._claim(10)

    portal.send()

    assert shown(phone) == []


def test_a_link_that_is_not_read_yet_is_shown_as_it_was_typed(portal: Portal, conversation: Conversation) -> None:
    message = send_text(conversation, URL, by=portal.agent)

    assert amb.decode(body_of(message)) == amb.TextMessage(
        id=str(message.apple_id),
        source_id=portal.apple.business_id,
        destination_id=conversation.customer.customer_id,
        body=URL,
    )


def test_a_link_that_a_dead_worker_held_leaves_as_it_is(
    portal: Portal, phone: FakePhone, conversation: Conversation, website: Website
) -> None:
    send_text(conversation, website.has("/", "<title>Opening hours</title>"), by=portal.agent)
    links._claim(10)

    with time_machine.travel(timezone.now() + datetime.timedelta(seconds=25)):
        portal.send()

    assert shown(phone) == [(website.url(), "127.0.0.1", PLAIN)]
    assert website.asked == []


def test_an_address_that_makes_no_sense_holds_up_nothing_after_a_dead_worker(
    portal: Portal, phone: FakePhone, conversation: Conversation
) -> None:
    send_text(conversation, "https://[shop", by=portal.agent)
    send_text(conversation, "Have a look.", by=portal.agent)
    links._claim(10)

    with time_machine.travel(timezone.now() + datetime.timedelta(seconds=25)):
        portal.send()

    assert shown(phone) == ["https://[shop", "Have a look."]


def test_a_link_that_goes_to_many_is_read_once_and_soon_forgotten(
    portal: Portal, conversation: Conversation, website: Website
) -> None:
    url = website.has("/", "<title>Opening hours</title>")

    for _ in range(3):
        send_text(conversation, url, by=portal.agent)
        portal.send()
    assert website.asked == ["/"]
    assert [each.title for each in LinkPreview.objects.all()] == ["Opening hours"]

    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=11)):
        forget_old_previews()
    assert not LinkPreview.objects.exists()


def test_a_bell_rings_for_the_page_and_then_for_the_message(
    portal: Portal, conversation: Conversation, commits: Commits, website: Website
) -> None:
    with commits():
        send_text(conversation, website.url(), by=portal.agent)

    assert rung("read_links") == 1

    drains = rung("drain")
    bell.answer(tasks.drain)
    with commits():
        tasks.read_links()
    assert rung("drain") == drains + 1


def test_the_same_key_sends_the_parts_once(portal: Portal, conversation: Conversation) -> None:
    first, again = (send_text(conversation, f"Look:\n{URL}", by=portal.agent, client_key="k") for _ in range(2))

    assert first == again
    assert Message.objects.filter(direction="out").count() == 2
