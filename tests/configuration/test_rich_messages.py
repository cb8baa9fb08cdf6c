"""Rich messages as code: linted by the rules of publishing, their pictures fetched again by address."""

from collections.abc import Iterator
from typing import Any

import pytest

from omnichannel.configuration import export, importing
from omnichannel.configuration.plan import Plan
from omnichannel.configuration.reading import Refused, read
from richmessages.kinds import KINDS
from richmessages.models import PictureSource, RichMessage, SourceState, State
from tests.factories.richmessages import RichMessageFactory
from tests.factories.workstreams import WorkstreamFactory

pytestmark = pytest.mark.django_db
LINK = {"title": "Spring", "url": "https://velo.example/", "image_url": "https://velo.example/spring.png"}


def file_of(**fields: Any) -> str:
    """Return a file with one rich message."""
    said = {"name": "Spring", "locale": "en-US", "kind": "website_link", "state": "active", "content": LINK} | fields
    return export.as_json({"format": "omnichannel configuration", "version": 1, "rich_messages": [said]})


def brought(text: str) -> Plan:
    """Import a file."""
    entries = read(text)
    return importing.apply(entries, expected=importing.plan(entries).digest, by=None)


def complaints(text: str) -> Iterator[str]:
    """Yield what is wrong with a file."""
    with pytest.raises(Refused) as caught:
        brought(text)
    yield from map(str, caught.value.faults)


def test_a_message_comes_active_and_its_picture_is_fetched() -> None:
    brought(file_of())

    message = RichMessage.objects.get()
    assert (message.state, message.content, message.edits) == (State.ACTIVE, LINK, None)
    assert message.published_at is not None
    assert PictureSource.objects.get(url=LINK["image_url"]).state == SourceState.WAITING


def test_an_active_message_with_a_gap_is_refused_and_a_draft_is_not() -> None:
    gap = LINK | {"title": ""}

    assert list(complaints(file_of(content=gap))) == ["rich_messages[0].content: title: Fill this in."]
    brought(file_of(content=gap, state="draft"))
    assert RichMessage.objects.get().content == gap


def test_a_type_that_nobody_knows_is_refused_with_those_that_there_are() -> None:
    [complaint] = complaints(file_of(kind="carousel"))

    assert complaint.startswith("rich_messages[0].kind: ")
    assert all(repr(kind) in complaint for kind in KINDS)


def test_the_plan_tells_the_type_in_words() -> None:
    [change] = importing.plan(read(file_of())).changes

    assert [each.new for each in change.differences if each.label == "Type"] == ["Website rich link"]


def test_content_that_is_no_object_is_refused() -> None:
    assert list(complaints(file_of(content=["a"], state="draft")))


def test_an_open_tab_notices_that_the_content_came_from_a_file_and_edits_go_on_waiting() -> None:
    edits = LINK | {"title": "x"}
    message = RichMessageFactory.create(name="Spring", kind="website_link", content=LINK, edits=edits)

    brought(file_of(content=LINK | {"title": "Summer"}))

    message.refresh_from_db()
    assert (message.content["title"], message.edits, message.revision) == ("Summer", edits, 2)

    assert list(complaints(file_of(state="draft"))) == [
        "rich_messages[0].state: Somebody’s edits of it wait here. Publish or discard them first."
    ]


def test_ties_to_workstreams_come_along() -> None:
    WorkstreamFactory.create(name="Sales").rich_messages.add(RichMessageFactory.create(name="Hours"))
    text = export.text()
    RichMessage.objects.all().delete()

    brought(text)

    assert [each.name for each in RichMessage.objects.get().workstreams.all()] == ["Sales"]
