"""A request that is repeated with its key sends nothing twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from rest_framework.test import APIClient

from conversations.models import Conversation
from tests.conversations.api.conftest import Caller, give_role
from tests.factories.conversations import ConversationFactory
from tests.factories.workstreams import UserFactory
from workstreams.models import Agent
from workstreams.roles import Role


def send(client: APIClient, conversation: Conversation, text: str, key: str, **more: object) -> Any:
    """Return the answer to a message with a key."""
    return client.post(
        f"/api/v1/conversations/{conversation.pk}/messages/",
        {"text": text} | more,
        format="multipart" if more else "json",
        headers={"Idempotency-Key": key},
    )


def note(content: bytes) -> SimpleUploadedFile:
    """Return a text file to upload."""
    return SimpleUploadedFile("note.txt", content, "text/plain")


def test_the_same_key_and_content_give_the_first_answer(program: APIClient, conversation: Conversation) -> None:
    first = send(program, conversation, "Hello", "order-7")
    again = send(program, conversation, "Hello", "order-7")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["Location"] == first.headers["Location"]
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert conversation.messages.count() == 1


def test_the_first_answer_is_given_again_even_after_the_close(program: APIClient, conversation: Conversation) -> None:
    first = send(program, conversation, "Hello", "order-7")
    program.post(f"/api/v1/conversations/{conversation.pk}/close/")

    again = send(program, conversation, "Hello", "order-7")

    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])


def test_the_same_key_with_another_text_is_refused(program: APIClient, conversation: Conversation) -> None:
    send(program, conversation, "Hello", "order-7")

    answer = send(program, conversation, "Goodbye", "order-7")

    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:omnichannel:problem:idempotency-key-reused"
    assert [each.body for each in conversation.messages.all()] == ["Hello"]


def test_files_count_as_content(program: APIClient, conversation: Conversation) -> None:
    conversation.instance.agents_may_attach = True
    conversation.instance.save()

    first = send(program, conversation, "Read", "order-7", files=[note(b"one")])
    same = send(program, conversation, "Read", "order-7", files=[note(b"one")])
    other = send(program, conversation, "Read", "order-7", files=[note(b"two")])

    assert (first.status_code, same.status_code, other.status_code) == (201, 201, 422), first.content
    with conversation.messages.get().attachments.get().file.open() as kept:
        assert kept.read() == b"one"


def test_another_key_sends_the_same_text_again(program: APIClient, conversation: Conversation) -> None:
    first = send(program, conversation, "Hello", "order-7")
    second = send(program, conversation, "Hello", "order-8")

    assert first.json()["id"] != second.json()["id"]


def test_without_a_key_every_request_sends(program: APIClient, conversation: Conversation) -> None:
    for _ in range(2):
        program.post(f"/api/v1/conversations/{conversation.pk}/messages/", {"text": "Hello"}, format="json")

    assert conversation.messages.count() == 2


def test_keys_of_two_programs_do_not_meet(
    program: APIClient, agents_program: APIClient, conversation: Conversation
) -> None:
    first = send(program, conversation, "From one", "1")
    second = send(agents_program, conversation, "From the other", "1")

    assert (first.status_code, second.status_code) == (201, 201)


def test_a_refusal_uses_no_key_up(agents_program: APIClient, agent: Agent, conversation: Conversation) -> None:
    refused = send(agents_program, conversation, "x" * 29 * 1024, "order-7")
    sent = send(agents_program, conversation, "Hello", "order-7")

    assert (refused.status_code, sent.status_code) == (409, 201)


@pytest.mark.parametrize("key", ["", "k" * 101])
def test_a_key_of_no_or_too_many_characters_is_refused(
    program: APIClient, conversation: Conversation, key: str
) -> None:
    answer = send(program, conversation, "Hello", key)

    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == ["Idempotency-Key"]
    assert not conversation.messages.exists()


def test_the_longest_key_is_taken(program: APIClient, conversation: Conversation) -> None:
    assert send(program, conversation, "Hello", "k" * 100).status_code == 201


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("texts", "statuses"), [(("A", "A"), [201, 201]), (("A", "B"), [201, 422])])
def test_two_requests_with_one_key_at_once_send_one_message(
    call: Caller, texts: tuple[str, str], statuses: list[int]
) -> None:
    user, conversation, start = UserFactory.create(), ConversationFactory.create(), Barrier(2)
    give_role(user, Role.API_ACCESS)
    clients = [call(user), call(user)]

    def at_once(client: APIClient, text: str) -> Any:
        start.wait()
        try:
            return send(client, conversation, text, "order-7")
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(at_once, clients, texts))

    assert sorted(answer.status_code for answer in answers) == statuses
    assert conversation.messages.count() == 1
    replayed = [answer.headers.get("Idempotent-Replayed") for answer in answers]
    assert sorted(replayed, key=str) == ([None, "true"] if statuses == [201, 201] else [None, None])
