"""One token cannot take everybody's share."""

import pytest
from redis import RedisError
from rest_framework.settings import api_settings
from rest_framework.test import APIClient

from conversations.api import throttles
from conversations.models import Conversation

URL = "/api/v1/conversations/"


@pytest.fixture
def rates(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The rates in force; a test may change them."""
    in_force = {"api-read": "3/day", "api-write": "1/day"}
    monkeypatch.setattr(api_settings, "DEFAULT_THROTTLE_RATES", in_force, raising=False)
    return in_force


def test_a_token_that_asks_too_often_is_told_when_to_come_back(program: APIClient, rates: dict[str, str]) -> None:
    answers = [program.get(URL) for _ in range(4)]

    last = answers[-1]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert (last.headers["Content-Type"], last.json()["title"]) == ("application/problem+json", "Too Many Requests")
    assert 28_000 < int(last.headers["Retry-After"]) <= 28_800


def test_reads_and_writes_are_counted_apart(
    program: APIClient, conversation: Conversation, rates: dict[str, str]
) -> None:
    body = {"is_typing": True}
    writes = [program.post(f"{URL}{conversation.pk}/typing/", body, format="json").status_code for _ in range(2)]

    assert (writes, program.get(URL).status_code) == ([204, 429], 200)


def test_tokens_are_counted_apart(program: APIClient, agents_program: APIClient, rates: dict[str, str]) -> None:
    rates["api-read"] = "1/day"

    statuses = [client.get(URL).status_code for client in (program, program, agents_program)]

    assert statuses == [200, 429, 200]


def test_the_bucket_fills_again(program: APIClient, rates: dict[str, str]) -> None:
    rates["api-read"] = "1/day"
    program.get(URL)
    rates["api-read"] = "100000000/s"

    assert program.get(URL).status_code == 200


def test_without_redis_everybody_is_let_in(
    program: APIClient, rates: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **options: object) -> None:
        raise RedisError

    monkeypatch.setattr(throttles, "_script", lambda: fail)

    assert [program.get(URL).status_code for _ in range(5)] == [200] * 5
