"""What holds for all content: previews never fail, and what has no fault goes out as it was designed."""

import json
from collections.abc import Iterator
from operator import attrgetter
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omnichannel.device.draw import draw
from richmessages.approximate import approximate
from richmessages.kinds import KINDS
from richmessages.kinds.kind import Kind, SendContext
from richmessages.lint import is_complete, lint, pictures_in
from tests.richmessages import strategies
from tests.richmessages.rules import kept_sources

every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=attrgetter("slug"))
in_time = settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture(autouse=True)
def _early_summer() -> Iterator[None]:
    with time_machine.travel(strategies.NOW, tick=False):
        yield


def sent(kind: Kind, content: Any) -> Any:
    """Return a message of complete content as JSON."""
    context = SendContext("request", {url: "digest" for _path, url in pictures_in(kind, content)}, kind.extra_sample)
    message = kind.encode(kind.content.model_validate(content), context)
    return json.loads(message.model_dump_json(by_alias=True, exclude_none=True))


@every_kind
@given(data=st.data())
@in_time
def test_what_the_strategies_call_complete_has_no_fault(kind: Kind, data: st.DataObject) -> None:
    content = data.draw(strategies.complete(kind))

    faults = [fault for fault in lint(kind, content, kept_sources(kind, content)) if not fault.is_warning]

    assert faults == []
    assert sent(kind, content)


@every_kind
@given(data=st.data())
@in_time
def test_complete_content_is_the_same_in_a_preview(kind: Kind, data: st.DataObject) -> None:
    content = data.draw(strategies.complete(kind))

    shown = kind.encode(approximate(kind.content, content), SendContext("request"))

    assert shown == kind.encode(kind.content.model_validate(content), SendContext("request"))


@every_kind
@given(data=st.data())
@in_time
def test_a_preview_of_anything_is_drawn(kind: Kind, data: st.DataObject) -> None:
    content = data.draw(strategies.anything(kind) | strategies.nearly_complete(kind))

    shown = approximate(kind.content, content)

    payload = kind.encode(shown, SendContext("request")).model_dump(mode="json", by_alias=True, exclude_none=True)
    assert draw(payload, src=str).own is False
    assert isinstance(kind.fallback(shown), str)


@every_kind
@given(data=st.data())
@in_time
def test_the_linter_marks_places_and_never_fails(kind: Kind, data: st.DataObject) -> None:
    content = data.draw(strategies.anything(kind) | strategies.nearly_complete(kind))

    faults = lint(kind, content, {})

    assert all(fault.text for fault in faults)
    if is_complete(faults):
        assert sent(kind, content)
