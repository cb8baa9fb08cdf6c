"""Linter and gateway agree: what one passes the other takes; what the gateway refuses, the linter had refused."""

import base64
from collections.abc import Iterator
from operator import attrgetter
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from omnichannel import amb
from richmessages.approximate import approximate
from richmessages.kinds import KINDS
from richmessages.kinds.kind import Encoded, Kind, SendContext
from richmessages.lint import is_complete, lint, pictures_in
from richmessages.pictures.pointers import filled
from simulator.gateway import interactive, limits, links
from simulator.gateway.answers import Refusal
from tests.factories.richmessages import PNG
from tests.richmessages import strategies
from tests.richmessages.content import DOCUMENTED
from tests.richmessages.rules import kept_sources

every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=attrgetter("slug"))
in_time = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def _early_summer() -> Iterator[None]:
    with time_machine.travel(strategies.NOW, tick=False):
        yield


def refusal(encoded: Encoded) -> str:
    """Return why the strict gateway refuses a message; empty where it takes it."""
    payload = filled(
        encoded.model_dump(mode="json", by_alias=True, exclude_none=True), {"kept": base64.b64encode(PNG).decode()}
    )
    try:
        (links if isinstance(encoded, amb.RichLinkData) else interactive).check(payload)
        limits.check(payload)
    except Refusal as fault:
        return str(fault)
    return ""


def context(kind: Kind, content: Any) -> SendContext:
    """Return what encoding takes, with every picture kept."""
    return SendContext("request", {url: "kept" for _path, url in pictures_in(kind, content)}, kind.extra_sample)


@every_kind
@given(data=st.data())
@in_time
def test_what_the_linter_passes_the_gateway_takes(kind: Kind, data: st.DataObject) -> None:
    content = data.draw(strategies.complete(kind))

    assert is_complete(lint(kind, content, kept_sources(kind, content)))
    assert refusal(kind.encode(kind.content.model_validate(content), context(kind, content))) == ""


@every_kind
@given(data=st.data())
@in_time
def test_what_the_gateway_refuses_the_linter_had_refused(kind: Kind, data: st.DataObject) -> None:
    content = data.draw(strategies.nearly_complete(kind) | strategies.anything(kind))

    refused = refusal(kind.encode(approximate(kind.content, content), context(kind, content)))

    assert not (refused and is_complete(lint(kind, content, kept_sources(kind, content)))), refused


@pytest.mark.parametrize("kind", [each for each in DOCUMENTED if each.needs is None], ids=attrgetter("slug"))
def test_what_was_only_begun_both_refuse(kind: Kind) -> None:
    begun: dict[str, Any] = {}

    assert refusal(kind.encode(approximate(kind.content, begun), SendContext("request")))
    assert not is_complete(lint(kind, begun, {}))
