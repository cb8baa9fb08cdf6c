"""Every error is a problem that a program can read."""

import pytest
from django.test import override_settings
from rest_framework.test import APIClient

from conversations import lifecycle
from conversations.api import parsers
from conversations.models import Conversation

URL = "/api/v1/conversations/"


def problem(status: int, title: str, detail: str, instance: str) -> dict[str, object]:
    """Return a problem that says no more than its status and a sentence."""
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, "instance": instance}


def messages_of(conversation: Conversation) -> str:
    """Return the address of a conversation's messages."""
    return f"{URL}{conversation.pk}/messages/"


@pytest.mark.parametrize(
    "path", ["", "nothing/", "conversations/7/nothing/", "conversations", "conversations/x/", "messages/"]
)
def test_an_unknown_address_is_a_problem_too(program: APIClient, path: str) -> None:
    answer = program.get(f"/api/v1/{path}")

    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json() == problem(
        404, "Not Found", "There is nothing at this address. Every address ends in a slash.", f"/api/v1/{path}"
    )


@pytest.mark.parametrize("number", ["0", "999999999", "99999999999999999999999999"])
def test_an_unknown_conversation_is_not_found(program: APIClient, number: str) -> None:
    answer = program.get(f"{URL}{number}/")

    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("method", ["delete", "put", "patch", "options"])
def test_a_method_that_does_not_fit_is_refused(program: APIClient, method: str) -> None:
    answer = getattr(program, method)(URL)

    assert (answer.status_code, answer.json()["title"]) == (405, "Method Not Allowed")
    assert answer.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded"])
def test_a_media_type_that_is_not_spoken_is_refused(
    program: APIClient, conversation: Conversation, content_type: str
) -> None:
    answer = program.post(messages_of(conversation), "text=Hello", content_type=content_type)

    assert (answer.status_code, answer.json()["title"]) == (415, "Unsupported Media Type")


def test_an_answer_that_cannot_be_given_is_refused(program: APIClient) -> None:
    answer = program.get(URL, headers={"Accept": "application/xml"})

    assert (answer.status_code, answer.headers["Content-Type"]) == (406, "application/problem+json")


@pytest.mark.parametrize("body", ["{", '{"text": NaN}', "[" * 100_000, b"\xff\xfe", '{"text": "a",}', "{'text': 1}"])
def test_json_that_cannot_be_read_is_refused(program: APIClient, conversation: Conversation, body: str | bytes) -> None:
    answer = program.post(messages_of(conversation), body, content_type="application/json")

    assert (answer.status_code, answer.json()["title"]) == (400, "Bad Request")
    assert not conversation.messages.exists()


def test_a_form_that_cannot_be_read_is_refused(program: APIClient, conversation: Conversation) -> None:
    answer = program.post(messages_of(conversation), b"--x\r\n", content_type="multipart/form-data")

    assert (answer.status_code, answer.json()["title"]) == (400, "Bad Request")


def test_a_form_with_too_many_parts_is_refused(program: APIClient, conversation: Conversation) -> None:
    with override_settings(DATA_UPLOAD_MAX_NUMBER_FIELDS=2):
        answer = program.post(messages_of(conversation), {"a": "1", "b": "2", "c": "3"}, format="multipart")

    assert (answer.status_code, answer.json()["detail"]) == (400, "The request has too many parts.")


def test_json_that_is_too_large_is_refused_unread(program: APIClient, conversation: Conversation) -> None:
    body = '{"text": "' + "x" * parsers.JSON_LIMIT + '"}'

    answer = program.post(messages_of(conversation), body, content_type="application/json")

    assert (answer.status_code, answer.json()["title"]) == (413, "Request Entity Too Large")
    assert str(parsers.JSON_LIMIT) in answer.json()["detail"]


def test_a_form_that_is_too_large_is_refused_unread(program: APIClient, conversation: Conversation) -> None:
    with override_settings(ATTACHMENT_LIMIT=-parsers.FORM_ROOM):
        answer = program.post(messages_of(conversation), {"text": "Hello"}, format="multipart")

    assert answer.status_code == 413


def test_a_body_in_chunks_is_refused(program: APIClient, conversation: Conversation) -> None:
    answer = program.post(
        messages_of(conversation), content_type="application/json", headers={"Transfer-Encoding": "chunked"}
    )

    assert (answer.status_code, answer.json()["title"]) == (411, "Length Required")


def test_a_refusal_changes_nothing_else(program: APIClient, conversation: Conversation) -> None:
    answer = program.post(f"{URL}{conversation.pk}/close/", {"reason": "done"}, format="json")

    conversation.refresh_from_db()
    assert answer.json()["errors"] == [{"field": "reason", "detail": "There is no such field.", "code": "invalid"}]
    assert conversation.is_open


def test_an_unexpected_fault_is_a_problem_that_tells_nothing_inside(
    program: APIClient, conversation: Conversation, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: object, **options: object) -> None:
        raise ZeroDivisionError("the secret is 42")

    monkeypatch.setattr(lifecycle, "end", fail)

    answer = program.post(f"{URL}{conversation.pk}/close/")

    assert (answer.status_code, answer.headers["Content-Type"]) == (500, "application/problem+json")
    assert "42" not in answer.content.decode()
    assert answer.json()["title"] == "Internal Server Error"
