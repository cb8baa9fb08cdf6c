"""What a keystroke in the designer costs: the whole answer, for the largest form and list that may be published."""

from __future__ import annotations

import statistics
import time
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bench.figures import Figure
from bench.installation import Installation
from richmessages.models import RichMessage, State
from workstreams.models import User
from workstreams.roles import Role

KEYSTROKES = 60
GOAL_MS = 150
FORM = "application/x-www-form-urlencoded"
WORDS = "Which of our bicycles do you ride, and since when do you hear the noise? "
Posted = dict[str, list[str]]


def measure(_place: Installation, runs: int, _rows: int) -> list[Figure]:
    """Return the time that one keystroke of twenty exceeds; in this process, without a network."""
    client = _signed_in()
    return [
        _figure("form of 10 questions, 20 choices each", client, "form", _form(20), runs),
        _figure("list of 100 options in 20 sections", client, "list_picker", _list(20, 5), runs),
    ]


def _figure(what: str, client: Client, kind: str, content: dict[str, Any], runs: int) -> Figure:
    message = RichMessage.objects.create(
        name=what, kind=kind, content=content, state=State.ACTIVE, published_at=timezone.now()
    )
    address = reverse("admin:richmessages_richmessage_change", args=[message.pk])
    posted = dict(_posted("", content))
    values = tuple(_p95(client, address, message, posted, run) for run in range(runs))
    return Figure(f"designer: keystroke, p95, {what}", "ms", values, at_most=GOAL_MS)


def _p95(client: Client, address: str, message: RichMessage, posted: Posted, run: int) -> float:
    times = []
    for number in range(KEYSTROKES):
        message.refresh_from_db()
        entries = posted | {"title": [f"{run} {number}"], "_revision": [str(message.revision)], "_checked": ["on"]}
        body = urlencode(entries, doseq=True)
        began = time.perf_counter()
        answer = client.post(address, body, content_type=FORM, headers={"X-Requested-With": "designer"})
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer.status_code
    message.refresh_from_db()
    assert message.working_copy["title"] == f"{run} {KEYSTROKES - 1}", "Nothing was kept."
    return statistics.quantiles(times, n=20)[-1]


def _posted(name: str, value: Any) -> list[tuple[str, list[str]]]:
    """Return content as the form has it."""
    if isinstance(value, bool):
        return [(name, ["on"])] if value else []
    if isinstance(value, dict):
        return [pair for key, each in value.items() for pair in _posted(f"{name}.{key}" if name else key, each)]
    if isinstance(value, list):
        inner = [pair for number, each in enumerate(value) for pair in _posted(f"{name}.{number}", each)]
        return [(name, [str(number) for number in range(len(value))]), *inner]
    return [(name, [str(value)])]


def _form(choices: int) -> dict[str, Any]:
    questions = [
        {
            "type": "single_select",
            "id": f"question-{number}",
            "title": WORDS,
            "header": WORDS,
            "next": "",
            "choices": [
                {"value": f"{number}.{choice}", "text": WORDS, "image_url": "", "next": ""} for choice in range(choices)
            ],
        }
        for number in range(10)
    ]
    return {
        "title": WORDS,
        "start_button": "Start",
        "show_summary": True,
        "questions": questions,
        "message_title": WORDS,
    }


def _list(sections: int, options: int) -> dict[str, Any]:
    return {
        "title": WORDS,
        "sections": [
            {
                "title": WORDS,
                "options": [
                    {"title": f"{number} {WORDS}", "subtitle": WORDS, "image_url": ""} for number in range(options)
                ],
            }
            for _section in range(sections)
        ],
    }


def _signed_in() -> Client:
    user = User.objects.create_user("ada")
    user.groups.set([Group.objects.get_or_create(name=Role.ADMINISTRATOR.value)[0]])
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
