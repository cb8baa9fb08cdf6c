"""What a log line tells, and what never stands in one."""

from __future__ import annotations

import io
import json
import logging
import logging.config
import random
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
import structlog
import uvicorn.config
from celery import shared_task
from django.db import Error, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from conversations.models import InboundReceipt
from omnichannel.common.faults import in_words
from omnichannel.common.logs import logging_config
from omnichannel.common.scrubbing import REMOVED, is_secret, scrubbed
from tests.factories.conversations import InboundReceiptFactory

WORDS = st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=4).filter(str.strip)
SECRET_NAMES = [
    *("authorization", "api_token", "secret", "new_password", "body", "text", "client_key", "signature", "Cookie"),
    *("email", "ip", "user_agent", "apiToken", "X-Signature", "query_string", "FIELD_KEYS", "tokens", "bodies"),
]


class Lines:
    """What was logged, as it would stand in the file."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Read what the handler of the running configuration writes."""
    logging_config(level="INFO")
    written = Lines()
    handler = next(each for each in logging.getLogger().handlers if type(each) is logging.StreamHandler)
    stream, handler.stream = handler.stream, written.stream
    yield written
    handler.stream = stream


def raised(fault: BaseException) -> BaseException:
    try:
        raise fault
    except type(fault) as caught:
        return caught


def secret_of(kind: str, seed: int) -> str:
    """Return a secret as it is made in earnest, from 32 random bytes."""
    noise = random.Random(seed).randbytes(32)
    return {
        "base64": b64encode(noise).decode(),
        "urlsafe": urlsafe_b64encode(noise).decode().rstrip("="),
        "hex": noise.hex(),
        "jwt": jwt.encode({"iss": noise.hex()}, noise),
    }[kind]


@given(st.sampled_from(["base64", "urlsafe", "hex", "jwt"]), st.integers(), WORDS, WORDS)
def test_whatever_looks_like_a_secret_is_taken_out_of_any_sentence(
    kind: str, seed: int, before: str, after: str
) -> None:
    secret = secret_of(kind, seed)

    assert secret not in scrubbed(f"{before} {secret} {after}")
    assert secret not in scrubbed(f"{before}: '{secret}', {after}")


@given(WORDS, st.sampled_from(["Bearer", "bearer", "Basic"]))
def test_what_follows_the_word_bearer_is_a_secret_of_any_length(words: str, scheme: str) -> None:
    token = re.sub(r"[\s\"',;]", "", words)

    assert scrubbed(f"refused {scheme} {token}") == (f"refused {scheme} {REMOVED}" if token else f"refused {scheme} ")


@given(st.from_regex(r"[A-Za-z0-9_.-]{1,40}", fullmatch=True))
def test_queries_and_passwords_of_addresses_are_taken_out(words: str) -> None:
    assert scrubbed(f"GET https://x.example/a?b={words} failed") == f"GET https://x.example/a?{REMOVED} failed"
    assert scrubbed(f"redis://:{words}@host:6379/0") == f"redis://{REMOVED}@host:6379/0"


@pytest.mark.parametrize(
    "sentence",
    [
        "one_message_in_flight_per_conversation is violated",
        "receipt 7c9e6679-7425-40de-944b-e07fc1f90ae7 is parked",
        '  File "/srv/Omnichannel2/lib/python3.11/site-packages/conversations/inbound/process.py", line 9, in apply',
        "conversations.inbound.tasks.sweep took 12 ms; is that much?",
    ],
)
def test_names_ids_and_places_in_the_code_stay(sentence: str) -> None:
    assert scrubbed(sentence) == sentence


@given(st.sampled_from(SECRET_NAMES), WORDS)
def test_a_value_with_the_name_of_a_secret_is_dropped_however_deep_it_lies(name: str, words: str) -> None:
    word = f"periwinkle{words}"
    for hidden in ({name: word}, {"inner": [{name: word}]}, {"inner": {"deep": {name: [word]}}}):
        line = rendered(hidden)

        assert "periwinkle" not in line


@pytest.mark.parametrize("name", ["message", "receipt", "conversation", "apple_id", "status", "event", "task", "route"])
def test_a_value_with_the_name_of_an_id_stays(name: str) -> None:
    assert not is_secret(name)


def rendered(values: dict[str, Any]) -> str:
    logging_config(level="INFO")
    formatter = logging.getLogger().handlers[0].formatter
    assert formatter is not None
    record = logging.LogRecord("x", logging.INFO, __file__, 1, {"event": "x"} | values, (), None)
    record._logger, record._name = logging.getLogger("x"), "info"
    return formatter.format(record)


@given(WORDS)
def test_an_exception_tells_what_and_where_and_quotes_nobody(words: str) -> None:
    word = f"periwinkle {words}"

    class Letter(BaseModel):
        number: int

    faults: list[BaseException] = [KeyError(word), UnicodeDecodeError("utf-8", word.encode(), 0, 1, word)]
    for choke in (lambda: int(word), lambda: Letter.model_validate({"number": word}), lambda: UUID(word)):
        try:
            choke()
        except ValueError as raised_by_it:
            faults.append(raised_by_it)

    for fault in faults:
        told = in_words(raised(fault))

        assert "periwinkle" not in told
        assert type(fault).__name__ in told
        assert re.search(r'test_logs.py", line \d+, in raised', told)


@pytest.mark.django_db
def test_what_the_database_quotes_of_a_row_stands_in_no_line(lines: Lines) -> None:
    receipt = InboundReceiptFactory.create(customer_id="periwinkle")
    log = structlog.get_logger("test")
    for change in (
        {"state": "done"},
        {"state": "parked", "outcome": "periwinkle"},
        {"customer_id": "periwinkle" * 999},
    ):
        try:
            with transaction.atomic():
                InboundReceipt.objects.filter(pk=receipt.pk).update(**change)
        except Error as fault:
            log.exception("receipt_not_changed")
            logging.getLogger("library").exception("It raised %r", fault)
            logging.getLogger("library").error("It said %s", fault)

    assert "SQLSTATE 23514, a_waiting_receipt_is_not_processed" in lines.text
    assert "IntegrityError" in lines.text
    assert "periwinkle" not in lines.text


def test_a_library_that_writes_an_exception_into_its_sentence_is_corrected(lines: Lines) -> None:
    fault = raised(ValueError("cannot read 'periwinkle'"))

    logging.getLogger("library").error("It raised: %r", fault, exc_info=fault)

    assert lines.events[0]["event"] == "It raised: ValueError: cannot read …"
    assert "periwinkle" not in lines.text


def test_the_web_server_speaks_in_our_words_too(lines: Lines) -> None:
    stream = next(each for each in logging.getLogger().handlers if type(each) is logging.StreamHandler).stream
    logging.config.dictConfig(uvicorn.config.LOGGING_CONFIG)

    logging_config(level="INFO")
    next(each for each in logging.getLogger().handlers if type(each) is logging.StreamHandler).stream = stream
    logging.getLogger("uvicorn.error").error("Exception in ASGI application", exc_info=raised(KeyError("periwinkle")))

    [event] = lines.events
    assert event["exception"].endswith("KeyError: …")


def test_a_page_answers_with_its_id_and_every_line_carries_it(client: Client, lines: Lines) -> None:
    answer = client.get("/sign-in/?next=/periwinkle/", headers={"user-agent": "periwinkle"})

    [event] = lines.events
    assert (event["event"], event["method"], event["route"], event["status"]) == (
        "request_finished", "GET", "sign-in/", 200,
    )  # fmt: skip
    assert event["request_id"] == answer["X-Request-ID"]
    assert "periwinkle" not in lines.text


def test_an_id_that_a_proxy_gave_is_kept_where_it_is_one(client: Client) -> None:
    sane = str(uuid4())

    assert client.get("/healthz", headers={"x-request-id": sane})["X-Request-ID"] == sane


@pytest.mark.parametrize(
    "given_id", ["", "short", "x" * 65, "two words of it", "a\nforged line", "Bearer ey.x.y", "ümlaut-id"]
)
def test_anything_else_in_its_place_gets_a_new_one(client: Client, given_id: str) -> None:
    assert re.fullmatch(r"[0-9a-f]{24}", client.get("/healthz", headers={"x-request-id": given_id})["X-Request-ID"])


@pytest.mark.parametrize("path", ["/healthz", "/metrics"])
def test_what_machines_ask_many_times_a_second_writes_no_line(client: Client, lines: Lines, path: str) -> None:
    client.get(path)

    assert lines.text == ""


@shared_task
def speak() -> None:
    """A task that says something."""
    structlog.get_logger("test").info("spoken")


@shared_task
def stumble() -> None:
    """A task that fails over what a customer wrote."""
    raise ValueError("invalid literal: 'periwinkle'")


@pytest.mark.django_db
def test_the_lines_of_a_task_carry_its_id(lines: Lines) -> None:
    done = speak.apply()

    [event] = lines.events
    assert (event["task"], event["task_id"]) == (speak.name, done.id)
    assert structlog.contextvars.get_contextvars() == {}


@pytest.mark.django_db
def test_a_task_that_fails_says_so_once_and_quotes_nobody(lines: Lines) -> None:
    done = stumble.apply()

    [event] = lines.events
    assert (event["event"], event["task"], event["task_id"]) == ("task_failed", stumble.name, done.id)
    assert event["exception"].endswith("ValueError: invalid literal: …")
