"""What the shop's agents send beside texts: one rich message of each kind, and some in other languages."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from omnichannel.demo.artwork import FILES
from richmessages.models import PictureSource, RichMessage, SourceState, State
from richmessages.pictures.keep import keep

SITE = "https://kettle-and-spoke.example"
# Addresses that nobody serves: their pictures are kept already.
BLUE, GREEN, YELLOW, RED = (
    f"{SITE}/pictures/{name}.jpg" for name in ("blue-54", "green-with-basket", "yellow-52", "finished")
)


@dataclass(frozen=True)
class Design:
    """A rich message of the demo."""

    name: str
    kind: str
    content: dict[str, Any]
    locale: str = "en-US"
    tags: tuple[str, ...] = ()
    description: str = ""
    is_configurable: bool = False
    is_active: bool = True


def load_rich_messages() -> None:
    """Keep the pictures, and write the messages; the times on offer lie ahead of today."""
    for url in (BLUE, GREEN, YELLOW, RED):
        content = FILES[url.rpartition("/")[2]].content()
        PictureSource.objects.create(url=url, state=SourceState.KEPT, picture=keep(content))
    now = timezone.now()
    RichMessage.objects.bulk_create(_row(design, now) for design in designs(timezone.localdate()))


def _row(design: Design, now: dt.datetime) -> RichMessage:
    return RichMessage(
        name=design.name,
        kind=design.kind,
        content=design.content,
        locale=design.locale,
        tags=list(design.tags),
        description=design.description,
        is_configurable=design.is_configurable,
        state=State.ACTIVE if design.is_active else State.DRAFT,
        published_at=now if design.is_active else None,
    )


def designs(today: dt.date) -> list[Design]:
    """Return every rich message of the shop."""
    return [
        Design("Which bike?", "list_picker", BIKES, tags=("sales",), is_configurable=True),
        Design("Welches Rad?", "list_picker", BIKES_IN_GERMAN, locale="de-DE", tags=("sales",), is_configurable=True),
        Design("What is it about?", "suggested_reply", TOPICS, tags=("triage",), is_configurable=True),
        Design("Worum geht es?", "suggested_reply", TOPICS_IN_GERMAN, locale="de-DE", tags=("triage",)),
        Design("De quoi s’agit-il ?", "suggested_reply", TOPICS_IN_FRENCH, locale="fr-FR", tags=("triage",)),
        Design("Bring it in", "time_picker", drop_off(today), tags=("workshop",), is_configurable=True),
        Design(
            "Repair request", "form", REPAIR, tags=("workshop",),
            description="Four questions before a bike comes into the workshop.",
        ),
        Design("Opening hours", "website_link", HOURS, tags=("shop",), is_configurable=True),
        Design("How to true a wheel", "video_link", FILM, tags=("workshop",), is_configurable=True),
        Design("Deposit", "apple_pay", DEPOSIT, tags=("sales",)),
        Design("Sign in to your account", "authentication", SIGN_IN),
        Design("Track a repair", "custom_json", TRACKER, tags=("workshop",)),
        Design("Spring sale", "list_picker", SALE, tags=("sales",), is_active=False),
    ]  # fmt: skip


def drop_off(today: dt.date) -> dict[str, Any]:
    """Return when a bike can be brought: the next three days."""
    days = [today + dt.timedelta(days=number) for number in (1, 2, 3)]
    return {
        "title": "When would you like to bring it?",
        "subtitle": "Takes ten minutes",
        "image_url": RED,
        "event_title": "Bring the bike to Kettle & Spoke",
        "location": "Kettle & Spoke, Hof 3",
        "time_zone": "Europe/Berlin",
        "daylight_saving": True,
        # Clocks may change between two of the days, and one message fixes one distance from GMT only.
        "display": "customer",
        "duration": 10,
        "duration_unit": "minutes",
        "days": [{"date": day.isoformat(), "times": ["09:30", "13:00", "16:30"]} for day in days],
        "response": "See you then!",
    }


BIKES = {
    "title": "Which bike may we show you?",
    "subtitle": "Choose what you like",
    "image_url": GREEN,
    "sections": [
        {
            "title": "Town bikes",
            "allow_multi_select": True,
            "options": [
                {"title": "Blue, 54 cm", "subtitle": "Seven gears, 690 €", "image_url": BLUE},
                {"title": "Green with basket", "subtitle": "Three gears, 740 €", "image_url": GREEN},
                {"title": "Yellow, 52 cm", "subtitle": "Single speed, 590 €", "image_url": YELLOW},
            ],
        },
        {
            "title": "Try it",
            "options": [{"title": "In the shop"}, {"title": "At home", "subtitle": "Within ten kilometres"}],
        },
    ],
    "response": "We get it ready for you.",
}
BIKES_IN_GERMAN = {
    "title": "Welches Rad dürfen wir Ihnen zeigen?",
    "image_url": GREEN,
    "sections": [
        {
            "title": "Stadträder",
            "allow_multi_select": True,
            "options": [
                {"title": "Blau, 54 cm", "subtitle": "Sieben Gänge, 690 €", "image_url": BLUE},
                {"title": "Grün mit Korb", "subtitle": "Drei Gänge, 740 €", "image_url": GREEN},
            ],
        }
    ],
}
TOPICS = {"summary": "Your topic", "options": ["A new bike", "A repair", "An order", "Something else"]}
TOPICS_IN_GERMAN = {"summary": "Ihr Anliegen", "options": ["Ein neues Rad", "Eine Reparatur", "Etwas anderes"]}
TOPICS_IN_FRENCH = {"summary": "Votre sujet", "options": ["Un nouveau vélo", "Une réparation", "Autre chose"]}
REPAIR = {
    "title": "Four short questions, then we can tell you a price.",
    "header": "Repair request",
    "image_url": RED,
    "start_button": "Start",
    "message_title": "Repair request",
    "message_description": "Tap to fill in",
    "message_image_url": RED,
    "questions": [
        {
            "type": "single_select",
            "id": "bike",
            "title": "What kind of bike is it?",
            "choices": [
                {"value": "city", "text": "Town bike", "image_url": GREEN, "next": "fault"},
                {"value": "e-bike", "text": "E-bike", "next": "motor"},
            ],
        },
        {
            "type": "single_input",
            "id": "motor",
            "title": "Which motor does it have?",
            "required": True,
            "placeholder": "Maker and year",
        },
        {
            "type": "multi_select",
            "id": "fault",
            "title": "What is wrong?",
            "choices": [{"value": "brakes"}, {"value": "gears"}, {"value": "wheel", "text": "A wheel wobbles"}],
        },
        {"type": "multiline_input", "id": "words", "title": "In your own words?", "placeholder": "It began when …"},
    ],
}
HOURS = {"title": "Open until six, Saturdays until two", "url": f"{SITE}/hours", "image_url": BLUE}
FILM = {"title": "How to true a wheel", "url": f"{SITE}/films/truing.mp4", "image_url": YELLOW}
DEPOSIT = {
    "messageTitle": "Deposit for your bike",
    "imageURL": GREEN,
    "currencyCode": "EUR",
    "requiredBillingContactFields": ["name", "email"],
    "lineItems": [{"label": "Deposit", "amount": "50.00", "type": "final"}],
    "total": {"label": "Kettle & Spoke", "amount": "50.00", "type": "final"},
}
SIGN_IN = {"receivedmessage": "Sign in to see your orders", "replymessage": "Thank you, you are signed in"}
TRACKER = {
    "bid": "com.apple.messages.MSMessageExtensionBalloonPlugin:AB12CD34EF:example.kettle.tracker.messages",
    "URL": "?job=7731&step=2",
    "appId": "1234567890",
    "appName": "Spoke Tracker",
    "messageTitle": "Job 7731",
    "messageSubtitle": "In the workshop",
}
SALE = {"title": "Spring sale", "sections": [{"title": "Last year’s bikes", "options": [{"title": ""}]}]}
