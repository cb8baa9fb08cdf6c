"""A kind that nobody sends, with every widget that the designer knows."""

import datetime
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field

from omnichannel import amb
from richmessages.kinds import KINDS
from richmessages.kinds.fields import PICTURE, Content, Line, MaybeDay, Part, PictureLink, Required, RequiredLink, Shown
from richmessages.kinds.kind import Kind, SendContext


class Tea(Part):
    """A part that other parts lead to."""

    type: Annotated[Literal["tea"], Shown("Tea")] = "tea"
    id: Annotated[Line, Shown("Identifier")] = ""
    name: Annotated[Required, Shown("Name")]
    next: Annotated[Line, Shown("Goes on to", widget="question")] = ""


class Cake(Part):
    """Another part, with a list inside."""

    type: Annotated[Literal["cake"], Shown("Cake")] = "cake"
    layers: Annotated[list[Annotated[Required, Shown("Layer")]], Field(min_length=2, max_length=3), Shown("Layers")]


class Table(Content):
    """A part that does not repeat."""

    seats: Annotated[int, Field(ge=1), Shown("Seats")]


class Party(Content):
    """One field of each sort."""

    title: Annotated[Required, Shown("Title")]
    words: Annotated[Line, Shown("Words", widget="area")] = ""
    link: Annotated[RequiredLink, Shown("Link", widget="url")]
    picture: Annotated[PictureLink, PICTURE] = ""
    is_open: Annotated[bool, Shown("Open to all")] = True
    guests: Annotated[int, Field(ge=0, le=20), Shown("Guests")] = 4
    mood: Annotated[Literal["quiet", "loud"], Shown("Mood", choices={"quiet": "Quiet", "loud": "Loud"})] = "quiet"
    drinks: Annotated[list[Literal["water", "wine"]], Shown("Drinks", choices={"water": "Water", "wine": "Wine"})] = []
    day: Annotated[MaybeDay, Shown("Day")] = None
    starts: Annotated[datetime.time | None, Shown("Starts")] = None
    zone: Annotated[Line, Shown("Zone", widget="time_zone")] = ""
    table: Annotated[Table, Shown("Table")]
    treats: Annotated[
        list[Annotated[Tea | Cake, Field(discriminator="type")]],
        Field(min_length=1, max_length=4),
        Shown("Treats", each="treat"),
    ]


def encode(content: Party, context: SendContext) -> amb.InteractiveData:
    """Return something that can be drawn."""
    data = amb.Data(request_identifier=context.request_id, list_picker=amb.ListPicker(sections=()))
    return amb.InteractiveData(data=data, received_message=amb.Bubble(title=content.title))


PARTY = Kind(
    slug="party",
    label="Party",
    tag="party",
    content=Party,
    encode=encode,
    fallback=lambda content: f"{content.title}!",
    starter={"title": "", "link": "", "table": {"seats": ""}, "treats": [{"type": "tea", "id": "treat-1", "name": ""}]},
)
COMPLETE: dict[str, Any] = {
    "title": "Tea at five",
    "words": "Bring your cup.",
    "link": "https://velo.example/tea",
    "is_open": False,
    "guests": 7,
    "mood": "loud",
    "drinks": ["wine"],
    "day": "2026-12-24",
    "starts": "17:00",
    "zone": "Europe/Berlin",
    "table": {"seats": 8},
    "treats": [
        {"type": "tea", "id": "treat-1", "name": "Assam", "next": "treat-2"},
        {"type": "cake", "layers": ["Sponge", "Cream"]},
        {"type": "tea", "id": "treat-2", "name": "Mint"},
    ],
}


@pytest.fixture
def party(monkeypatch: pytest.MonkeyPatch) -> Kind:
    """The kind, known for the time of a test."""
    monkeypatch.setitem(KINDS, PARTY.slug, PARTY)
    return PARTY
