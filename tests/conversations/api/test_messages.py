"""Messages over REST: the transcript, sending, sending again, files."""

import datetime
import io
import json
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from conversations.models import CloseReason, Conversation, Delivery, Direction, Fetch, Kind, Message, State
from tests.factories.conversations import AttachmentFactory, ConversationFactory, MessageFactory
from tests.factories.workstreams import AgentFactory
from workstreams.models import Agent

MOMENT = datetime.datetime(2026, 11, 22, 9, 30, tzinfo=datetime.UTC)


def url(conversation: Conversation) -> str:
    """Return the address of a conversation's messages."""
    return f"/api/v1/conversations/{conversation.pk}/messages/"


def outbound(conversation: Conversation, **more: object) -> Message:
    """Return a message to the customer."""
    values = {
        "direction": Direction.OUT,
        "delivery": Delivery.QUEUED,
        "due_at": MOMENT,
        "give_up_at": MOMENT,
        "created_at": MOMENT,
    }
    message: Message = MessageFactory.create(conversation=conversation, **(values | more))
    return message


def picture(name: str = "cat.png", colour: str = "red") -> SimpleUploadedFile:
    """Return a small picture to upload."""
    content = io.BytesIO()
    Image.new("RGB", (4, 4), colour).save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue(), "image/png")


@pytest.fixture
def with_files(conversation: Conversation) -> Conversation:
    """A conversation in which agents may send files."""
    conversation.instance.agents_may_attach = True
    conversation.instance.save()
    return conversation


def test_a_transcript_reads_from_the_oldest_on(program: APIClient, conversation: Conversation) -> None:
    author = AgentFactory.create(name="Mara")
    asked = MessageFactory.create(conversation=conversation, body="Open today?", subject="Hours", created_at=MOMENT)
    file = AttachmentFactory.create(message=asked, state=Fetch.STORED, file="attachments/aa/aa", position=0)
    missing = AttachmentFactory.create(message=asked, state=Fetch.FAILED, reason="The link has died.", position=1)
    answered = outbound(conversation, body="Yes", author=author, delivery=Delivery.SENT, sent_at=MOMENT)
    reaction = MessageFactory.create(
        conversation=conversation, kind=Kind.REACTION, body="Liked", reaction_to=answered, created_at=MOMENT
    )

    answer = program.get(url(conversation))

    plain = {
        "conversation": conversation.pk,
        "subject": "",
        "failure": None,
        "author": None,
        "is_automated": False,
        "created_at": "2026-11-22T09:30:00Z",
        "sent_at": None,
        "erased_at": None,
        "attachments": [],
        "reaction_to": None,
        "rich_message": None,
        "request_identifier": None,
        "answer": None,
    }
    of_file = {"name": "photo.png", "mime_type": "image/png", "size": 2048}
    assert answer.json() == {
        "next": None,
        "previous": None,
        "results": [
            plain
            | {
                "id": asked.pk,
                "apple_id": str(asked.apple_id),
                "direction": "in",
                "kind": "text",
                "text": "Open today?",
                "subject": "Hours",
                "state": None,
                "attachments": [
                    of_file
                    | {
                        "id": file.pk,
                        "state": "stored",
                        "reason": "",
                        "url": f"http://testserver/api/v1/attachments/{file.pk}/",
                    },
                    of_file | {"id": missing.pk, "state": "failed", "reason": "The link has died.", "url": None},
                ],
            },
            plain
            | {
                "id": answered.pk,
                "apple_id": str(answered.apple_id),
                "direction": "out",
                "kind": "text",
                "text": "Yes",
                "state": "sent",
                "author": {"id": author.pk, "name": "Mara"},
                "sent_at": "2026-11-22T09:30:00Z",
                "erased_at": None,
            },
            plain
            | {
                "id": reaction.pk,
                "apple_id": str(reaction.apple_id),
                "direction": "in",
                "kind": "reaction",
                "text": "Liked",
                "state": None,
                "reaction_to": answered.pk,
            },
        ],
    }


def test_a_failed_message_says_why(program: APIClient, conversation: Conversation) -> None:
    failed = outbound(
        conversation, delivery=Delivery.FAILED, failure_status=413, failure_reason="The file is too large."
    )

    answer = program.get(f"/api/v1/messages/{failed.pk}/")

    assert (answer.json()["state"], answer.json()["failure"]) == (
        "failed",
        {"status": 413, "reason": "The file is too large."},
    )


def test_a_transcript_takes_as_many_queries_for_ten_as_for_one(
    program: APIClient, conversation: Conversation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(10):
        message = outbound(conversation, author=AgentFactory.create())
        AttachmentFactory.create_batch(2, message=message)

    with django_assert_num_queries(5):  # the token, the roles, the conversation, the page, its files
        answer = program.get(url(conversation))

    assert len(answer.json()["results"]) == 10


def test_a_program_sends_a_text(program: APIClient, conversation: Conversation) -> None:
    answer = program.post(url(conversation), {"text": " We open at nine. 🙂 "}, format="json")

    message = conversation.messages.get()
    assert answer.status_code == 201
    assert (answer.json()["id"], answer.json()["state"]) == (message.pk, "queued")
    assert answer.headers["Location"] == f"http://testserver/api/v1/messages/{message.pk}/"
    assert answer.json() == program.get(answer.headers["Location"]).json()
    assert (message.direction, message.delivery, message.body) == (
        Direction.OUT,
        Delivery.QUEUED,
        " We open at nine. 🙂 ",
    )
    assert (message.author, message.is_automated) == (None, True)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.agent) == (State.OPEN, None)


def test_an_agents_program_writes_as_the_agent_and_takes_the_conversation(
    agents_program: APIClient, agent: Agent, conversation: Conversation
) -> None:
    answer = agents_program.post(url(conversation), {"text": "Hello"}, format="json")

    conversation.refresh_from_db()
    assert answer.json()["author"] == {"id": agent.pk, "name": agent.name}
    assert answer.json()["is_automated"] is False
    assert (conversation.state, conversation.agent) == (State.ACTIVE, agent)


def test_a_text_may_come_with_files(program: APIClient, with_files: Conversation) -> None:
    body = {"text": "Two cats", "files": [picture("one.png"), picture("zwei.png", "blue")]}

    answer = program.post(url(with_files), body, format="multipart")

    assert answer.status_code == 201, answer.content
    assert answer.json()["text"] == "Two cats"
    assert [(each["name"], each["mime_type"]) for each in answer.json()["attachments"]] == [
        ("one.png", "image/png"),
        ("zwei.png", "image/png"),
    ]


def test_a_file_needs_no_text(program: APIClient, with_files: Conversation) -> None:
    answer = program.post(url(with_files), {"files": [picture()]}, format="multipart")

    assert answer.status_code == 201, answer.content
    assert len(answer.json()["attachments"]) == 1


@pytest.mark.accepts("A2.7-1")
def test_files_that_the_channel_does_not_allow_are_refused(program: APIClient, conversation: Conversation) -> None:
    answer = program.post(url(conversation), {"text": "A cat", "files": [picture()]}, format="multipart")

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:omnichannel:problem:cannot-send")
    assert not conversation.messages.exists()


def test_a_file_of_a_kind_that_may_not_pass_is_refused_by_name(program: APIClient, with_files: Conversation) -> None:
    script = SimpleUploadedFile("run.exe", b"MZ\x00\x00", "application/octet-stream")

    answer = program.post(url(with_files), {"files": [picture(), script]}, format="multipart")

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:omnichannel:problem:cannot-send")
    assert "run.exe" in answer.json()["detail"]
    assert not with_files.messages.exists()


@pytest.mark.accepts("A2.8-1")
def test_a_text_that_is_too_long_is_refused_with_its_size(program: APIClient, conversation: Conversation) -> None:
    answer = program.post(url(conversation), {"text": "x" * 29 * 1024}, format="json")

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:omnichannel:problem:cannot-send")
    assert "29 KB" in answer.json()["detail"]
    assert not conversation.messages.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": " \n"}, "text"),
        ({"text": None}, "text"),
        ({"text": ["a"]}, "text"),
        ({"text": {"a": 1}}, "text"),
        ({"text": "nul \x00"}, "text"),
        ({"text": "half \ud800"}, "text"),
        ({"txt": "Hello"}, "txt"),
        ({"text": "Hello", "files": []}, "files"),
        ({"text": "Hello", "author": 3}, "author"),
        ([], ""),
        ("Hello", ""),
        (None, ""),
    ],
)
def test_a_body_that_cannot_be_meant_is_refused_at_its_field(
    program: APIClient, conversation: Conversation, body: object, field: str
) -> None:
    answer = program.post(url(conversation), json.dumps(body), content_type="application/json")

    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == [field]
    assert not conversation.messages.exists()


def test_a_form_with_an_unknown_field_is_refused(program: APIClient, with_files: Conversation) -> None:
    answer = program.post(url(with_files), {"text": "A cat", "file": picture()}, format="multipart")

    assert answer.status_code == 400
    assert answer.json()["errors"] == [{"field": "file", "detail": "There is no such field.", "code": "invalid"}]


def test_a_form_whose_file_is_a_text_is_refused_at_its_place(program: APIClient, with_files: Conversation) -> None:
    answer = program.post(url(with_files), {"files": ["no file"]}, format="multipart")

    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == ["files.0"]


def test_nothing_is_sent_into_a_closed_conversation(program: APIClient) -> None:
    closed = ConversationFactory.create(state=State.CLOSED, close_reason=CloseReason.AGENT, closed_at=MOMENT)

    answer = program.post(url(closed), {"text": "Hello"}, format="json")

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:omnichannel:problem:conversation-closed")
    assert not closed.messages.exists()


def test_nothing_is_sent_to_a_customer_who_left(program: APIClient) -> None:
    left = ConversationFactory.create(
        state=State.CLOSED, close_reason=CloseReason.CUSTOMER_LEFT, closed_at=MOMENT, customer__left_at=MOMENT
    )

    answer = program.post(url(left), {"text": "Hello"}, format="json")

    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("The customer deleted")


def test_an_agent_does_not_write_into_a_colleagues_conversation(
    agents_program: APIClient, conversation: Conversation
) -> None:
    Conversation.objects.update(state=State.ACTIVE, agent=AgentFactory.create())

    answer = agents_program.post(url(conversation), {"text": "Hello"}, format="json")

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:omnichannel:problem:already-taken")
    assert not conversation.messages.exists()


def test_a_failed_message_is_sent_again_under_its_id(program: APIClient, conversation: Conversation) -> None:
    failed = outbound(conversation, delivery=Delivery.FAILED, failure_status=500, failure_reason="Unavailable.")

    answer = program.post(f"/api/v1/messages/{failed.pk}/resend/")

    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["failure"]) == ("queued", None)
    assert answer.json()["apple_id"] == str(failed.apple_id)


def test_a_message_that_is_on_its_way_is_not_sent_again(program: APIClient, conversation: Conversation) -> None:
    sent = outbound(conversation, delivery=Delivery.SENT, sent_at=timezone.now())

    answer = program.post(f"/api/v1/messages/{sent.pk}/resend/")

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:omnichannel:problem:cannot-send")


def test_a_file_is_downloaded_as_a_file(program: APIClient, conversation: Conversation) -> None:
    file = AttachmentFactory.create(
        message=MessageFactory.create(conversation=conversation),
        state=Fetch.STORED,
        file=ContentFile(b"\x89PNG", name="x"),
        name='a "cat"\r\nSet-Cookie: x=1.png',
    )

    answer: Any = program.get(f"/api/v1/attachments/{file.pk}/", headers={"Accept": "image/*"})

    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, b"\x89PNG")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a \\"cat\\"Set-Cookie: x=1.png"'


@pytest.mark.parametrize(
    ("values", "detail"),
    [
        ({"state": Fetch.WAITING}, "The file is not here yet. Ask again in a moment."),
        ({"state": Fetch.REFUSED, "reason": "Programs are not accepted."}, "Programs are not accepted."),
        ({"state": Fetch.STORED, "file": "attachments/no/where"}, "The file is missing from our storage."),
    ],
)
def test_a_file_that_is_not_here_says_why(
    program: APIClient, conversation: Conversation, values: dict[str, str], detail: str
) -> None:
    file = AttachmentFactory.create(message=MessageFactory.create(conversation=conversation), **values)

    answer = program.get(f"/api/v1/attachments/{file.pk}/")

    assert (answer.status_code, answer.json()["detail"]) == (404, detail)
