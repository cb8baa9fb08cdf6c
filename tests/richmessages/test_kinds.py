"""Every kind speaks Apple's language: what is designed, what goes out, and what comes back."""

import json
from operator import attrgetter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from omnichannel import amb
from richmessages.answers import read_answer
from richmessages.approximate import approximate
from richmessages.kinds import KINDS
from richmessages.kinds.kind import Kind, SendContext
from richmessages.lint import is_complete, lint, pictures_in
from richmessages.models import RichMessage
from richmessages.tailor import tailored
from tests.richmessages.content import DOCUMENTED, golden
from tests.richmessages.rules import kept_sources

BERLIN = ZoneInfo("Europe/Berlin")

# What a changed field may say where not any words do.
SAMPLES = {
    "duration": "30",
    "days.0.date": "2026-07-13",
    "days.0.times.0": "11:00",
    "url": "https://cdn.example/other.mp4",
}

every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=attrgetter("slug"))
with_answers = pytest.mark.parametrize(
    "kind", [each for each in KINDS.values() if each.read_answer], ids=attrgetter("slug")
)


def context_for(kind: Kind, content: Any) -> SendContext:
    """Return what encoding takes: every picture kept under the name of its file, and what a setting adds."""
    pictures = {url: Path(url).stem for _path, url in pictures_in(kind, content)}
    return SendContext("request", picture_by_url=pictures, extra=kind.extra_sample)


def as_json(encoded: amb.InteractiveData | amb.RichLinkData) -> Any:
    """Return a message as it goes on the wire."""
    return json.loads(encoded.model_dump_json(by_alias=True, exclude_none=True))


def test_a_device_that_names_no_capability_shows_links_and_payments_alone() -> None:
    shown = {kind.slug for kind in KINDS.values() if kind.is_shown_by([])}

    assert shown == {"website_link", "video_link", "apple_pay"}
    assert all(KINDS["custom_json"].is_shown_by([word]) for word in amb.Capability)


@every_kind
@pytest.mark.accepts("R6", "R7", "R8", "R11", "R12")
def test_every_kind_speaks_apples_language(kind: Kind) -> None:
    content = golden(kind.slug, "content")

    complete = kind.content.model_validate(content)

    assert as_json(kind.encode(complete, context_for(kind, content))) == golden(kind.slug, "wire")


@every_kind
@time_machine.travel("2026-06-01T12:00Z", tick=False)
def test_what_is_golden_has_no_fault(kind: Kind) -> None:
    content = golden(kind.slug, "content")

    assert lint(kind, content, kept_sources(kind, content)) == []


@with_answers
def test_every_answer_is_read_back(kind: Kind) -> None:
    data = amb.InteractiveData.model_validate(golden(kind.slug, "answer"))

    answer = read_answer(data, BERLIN)

    assert answer is not None
    read = {"title": answer.title, "lines": [[line.question, list(line.answers)] for line in answer.lines]}
    assert read == golden(kind.slug, "read")


@with_answers
def test_an_answer_without_any_optional_key_is_read_without_harm(kind: Kind) -> None:
    whole = golden(kind.slug, "answer")
    marker = kind.marker
    bare = {"bid": whole["bid"], "data": {marker: {}}} if marker else {"bid": whole["bid"]}

    answer = read_answer(amb.InteractiveData.model_validate(bare), BERLIN)

    assert answer is not None
    assert answer.title


@every_kind
def test_every_kind_introduces_itself(kind: Kind) -> None:
    starter = approximate(kind.content, kind.starter)

    assert str(kind.label)
    assert str(kind.hint)
    assert kind.tag == str(kind.label).lower()
    assert kind.fallback(approximate(kind.content, golden(kind.slug, "content"))).strip()
    assert as_json(kind.encode(starter, SendContext("request")))


@every_kind
def test_a_starter_names_only_fields_that_there_are(kind: Kind) -> None:
    texts = {fault.text for fault in lint(kind, kind.starter, {})}

    assert texts
    assert "There is no such field." not in texts


@every_kind
@time_machine.travel("2026-06-01T12:00Z", tick=False)
def test_what_may_be_changed_for_one_sending_is_there_to_be_changed(kind: Kind) -> None:
    message = RichMessage(kind=kind.slug, content=golden(kind.slug, "content"), is_configurable=True)
    names = [name.replace("*", "0") for name in kind.editable]

    for name in names:
        content = tailored(message, {name: SAMPLES.get(name, "Changed")})
        assert is_complete(lint(kind, content, kept_sources(kind, content))), name


def test_five_of_the_documented_kinds_can_be_configured_by_agents() -> None:
    assert {kind.slug for kind in DOCUMENTED if kind.is_configurable} == {
        "list_picker",
        "suggested_reply",
        "time_picker",
        "video_link",
        "website_link",
    }


def test_the_documented_kinds_stand_first_and_in_their_order() -> None:
    assert [str(kind.label) for kind in DOCUMENTED] == [
        "Apple Pay",
        "Authentication",
        "Custom JSON",
        "Forms",
        "List picker",
        "Suggested reply",
        "Time picker",
        "Video rich link",
        "Website rich link",
    ]
