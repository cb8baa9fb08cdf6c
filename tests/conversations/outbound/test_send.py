"""What may be queued, and what is refused with a reason."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from channels_app.models import Organisation
from conversations import lifecycle
from conversations.assignment import take
from conversations.models import Conversation, Customer, Message
from conversations.outbound.send import TEXT_LIMIT, send_text
from conversations.refusals import AlreadyTaken, CannotSend, ConversationClosed
from tests.factories.workstreams import AgentFactory
from tests.portal_of import Portal

KB = 1024


def picture() -> SimpleUploadedFile:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "PNG")
    return SimpleUploadedFile("wheel.png", out.getvalue())


def test_sending_takes_an_open_conversation(portal: Portal, conversation: Conversation) -> None:
    message = send_text(conversation, "We open at nine.", by=portal.agent)

    conversation.refresh_from_db()
    assert (conversation.state, conversation.agent) == ("active", portal.agent)
    assert (message.delivery, message.author, message.is_automated) == ("queued", portal.agent, False)
    assert conversation.preview == "We open at nine."


def test_a_program_writes_automated_messages_and_takes_nothing(conversation: Conversation) -> None:
    message = send_text(conversation, "We open at nine.", by=None)

    conversation.refresh_from_db()
    assert (message.is_automated, conversation.state) == (True, "open")


def test_the_same_client_key_queues_one_message(portal: Portal, conversation: Conversation) -> None:
    first, second = (send_text(conversation, "Once", by=portal.agent, client_key="k") for _ in range(2))

    assert first == second
    assert Message.objects.filter(direction="out").count() == 1


def test_a_colleague_cannot_write_into_a_taken_conversation(portal: Portal, conversation: Conversation) -> None:
    send_text(conversation, "Mine", by=portal.agent)

    with pytest.raises(AlreadyTaken, match="Maya Lindgren works on this conversation"):
        send_text(conversation, "Mine too", by=AgentFactory.create())


def test_nothing_is_queued_in_a_closed_conversation(portal: Portal, conversation: Conversation) -> None:
    take(conversation, by=portal.agent)
    lifecycle.end(conversation, by=portal.agent)

    with pytest.raises(ConversationClosed, match="closed"):
        send_text(conversation, "Too late", by=portal.agent)


def test_nothing_is_queued_for_a_customer_whom_apple_no_longer_knows(
    portal: Portal, conversation: Conversation
) -> None:
    Customer.objects.update(left_at=conversation.opened_at)

    with pytest.raises(CannotSend, match="until they write again"):
        send_text(conversation, "Are you there?", by=portal.agent)


@pytest.mark.accepts("A2.8-1")
def test_a_text_of_29_kb_is_refused_with_its_size(portal: Portal, conversation: Conversation) -> None:
    send_text(conversation, "x" * TEXT_LIMIT, by=portal.agent)

    with pytest.raises(CannotSend, match="29 KB; at most 28 KB"):
        send_text(conversation, "x" * (TEXT_LIMIT + 1), by=portal.agent)


@pytest.mark.parametrize("body", ["", "  \n ", "\x00", "\ud800"])
def test_a_text_that_says_nothing_or_cannot_travel_is_refused(
    portal: Portal, conversation: Conversation, body: str
) -> None:
    with pytest.raises(CannotSend):
        send_text(conversation, body, by=portal.agent)


def test_a_picture_is_kept_with_a_preview(portal: Portal, conversation: Conversation) -> None:
    message = send_text(conversation, "", by=portal.agent, attachments=[picture()])

    attachment = message.attachments.get()
    assert (attachment.name, attachment.mime_type, attachment.width) == ("wheel.png", "image/png", 40)
    with attachment.preview.open() as file, Image.open(file) as image:
        assert image.format == "WEBP"


@pytest.mark.accepts("A2.7-2")
def test_a_file_of_5121_kb_is_refused_at_the_default_limit(portal: Portal, conversation: Conversation) -> None:
    Organisation.objects.update(largest_file_kb=5120)
    send_text(conversation, "", by=portal.agent, attachments=[SimpleUploadedFile("a.txt", b"x" * 5120 * KB)])

    with pytest.raises(CannotSend, match="5121 KB; at most 5120 KB"):
        send_text(conversation, "", by=portal.agent, attachments=[SimpleUploadedFile("a.txt", b"x" * 5121 * KB)])


def test_files_are_refused_where_agents_may_not_send_any(portal: Portal, conversation: Conversation) -> None:
    _set(conversation, agents_may_attach=False)

    with pytest.raises(CannotSend, match="switched off"):
        send_text(conversation, "", by=portal.agent, attachments=[picture()])


def test_a_refused_file_leaves_nothing_behind(portal: Portal, conversation: Conversation) -> None:
    bad = SimpleUploadedFile("tool.exe", b"MZ")

    with pytest.raises(CannotSend, match=r"tool\.exe"):
        send_text(conversation, "Two files", by=portal.agent, attachments=[picture(), bad])

    conversation.refresh_from_db()
    assert (Message.objects.filter(direction="out").count(), conversation.state) == (0, "open")


def _set(conversation: Conversation, **settings: Any) -> None:
    instance = conversation.instance
    for name, value in settings.items():
        setattr(instance, name, value)
    instance.save()
