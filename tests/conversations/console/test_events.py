"""Whom a stream talks to, as time goes by."""

import asyncio
import time

import pytest
from django.http import HttpRequest

from conversations.console import events
from conversations.console.events import Viewer


def test_whoever_may_look_no_more_loses_an_open_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_viewer", lambda _request: None)
    long_known = Viewer(1, frozenset(), sees_everything=False, known_at=time.monotonic() - 61)

    assert asyncio.run(events._reviewed(HttpRequest(), long_known)) is None


def test_a_viewer_is_not_asked_for_with_every_event() -> None:
    viewer = Viewer(1, frozenset(), sees_everything=False)

    assert asyncio.run(events._reviewed(HttpRequest(), viewer)) is viewer
