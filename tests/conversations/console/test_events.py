"""Whom a stream talks to, as time goes by, and in what words."""

import asyncio
import time
from typing import cast

import pytest
from django.http.response import HttpResponseBase
from django.test import Client

from conversations.console import events
from conversations.console.events import Admitted, Viewer
from omnichannel.common.hub import Told
from tests.conversations.console.conftest import SignIn
from workstreams.models import Agent, Queue

KEY = "the key of a session"


def test_whoever_may_look_no_more_loses_an_open_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_viewer", lambda _key: None)
    long_known = Viewer(1, frozenset(), sees_everything=False, known_at=time.monotonic() - 61)

    assert asyncio.run(events._reviewed(KEY, long_known)) is None


def test_a_viewer_is_not_asked_for_with_every_event() -> None:
    viewer = Viewer(1, frozenset(), sees_everything=False)

    assert asyncio.run(events._reviewed(KEY, viewer)) is viewer


def test_an_agent_is_admitted_with_the_headers_of_every_page(console: Client, agent: Agent, queue: Queue) -> None:
    answer: HttpResponseBase = console.get("/console/events", headers={"Last-Event-ID": "7"})

    listener = cast(Admitted, answer).listener
    assert (listener.viewer.agent_id, listener.viewer.queue_ids, listener.since) == (agent.pk, frozenset({queue.pk}), 7)
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert {"Content-Security-Policy", "X-Request-ID", "X-Frame-Options"} <= answer.headers.keys()
    assert "Content-Length" not in answer.headers


@pytest.mark.django_db
def test_a_stranger_is_not_admitted() -> None:
    assert Client().get("/console/events").status_code == 401


def test_signing_out_ends_what_a_stream_may_show(console: Client) -> None:
    key = console.session.session_key or ""
    before = events._viewer(key)

    console.logout()

    assert before
    assert events._viewer(key) is None


def test_losing_the_role_ends_what_a_stream_may_show(agent: Agent, sign_in: SignIn) -> None:
    key = sign_in(agent).session.session_key or ""

    agent.user.groups.clear()

    assert events._viewer(key) is None


def test_events_that_come_together_are_told_together_under_the_last_position() -> None:
    viewer = Viewer(1, frozenset({3}), sees_everything=False)
    taken = [_told(queue, number) for number, queue in enumerate([3, 4, 3])]

    text = events._told(taken, viewer, position=9)

    assert text == 'event: conversation\ndata: "0"\n\nid: 9\nevent: conversation\ndata: "2"\n\n'


def test_what_nobody_here_may_see_is_not_told() -> None:
    viewer = Viewer(1, frozenset({3}), sees_everything=False)

    assert events._told([_told(4, 0)], viewer, position=9) == ""


def _told(queue: int, number: int) -> Told:
    return Told({"conversation": number, "queue": queue, "agent": None}, f'"{number}"', number)
