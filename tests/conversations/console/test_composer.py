"""Writing to the customer."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from channels_app.models import ChannelInstance
from conversations.models import Conversation, Delivery, Message, State
from tests.factories.conversations import ConversationFactory, OutboundFactory
from workstreams.models import Agent

HTMX = {"HX-Request": "true"}


def send(console: Client, conversation: Conversation, **fields: Any) -> Any:
    """Return the answer to what a composer posts."""
    return console.post(f"/console/conversations/{conversation.pk}/send/", fields, headers=HTMX)


def faults(answer: Any) -> list[str]:
    """Return what stands at the form."""
    assert (answer.status_code, answer["HX-Retarget"], answer["HX-Reswap"]) == (409, "#composer-faults", "innerHTML")
    found: list[str] = answer.context["form"].faults
    return found


def test_sending_takes_an_open_conversation(console: Client, instance: ChannelInstance, agent: Agent) -> None:
    conversation = ConversationFactory.create(instance=instance)

    answer = send(console, conversation, body="Hello\r\nthere ")

    conversation.refresh_from_db()
    message = Message.objects.get(direction="out")
    assert answer.status_code == 204
    assert (conversation.agent, conversation.state) == (agent, State.ACTIVE)
    assert (message.author, message.delivery, message.body.split()) == (agent, Delivery.QUEUED, ["Hello", "there"])


def test_the_same_form_twice_sends_once(console: Client, instance: ChannelInstance) -> None:
    conversation = ConversationFactory.create(instance=instance)

    for _ in range(2):
        assert send(console, conversation, body="Hello", client_key="k1").status_code == 204

    assert Message.objects.filter(direction="out").count() == 1


def test_every_page_brings_a_key_of_its_own(console: Client, instance: ChannelInstance) -> None:
    conversation = ConversationFactory.create(instance=instance)
    url = f"/console/conversations/{conversation.pk}/"

    assert console.get(url).context["client_key"] != console.get(url).context["client_key"]


def test_an_empty_message_is_refused_at_the_form(console: Client, instance: ChannelInstance) -> None:
    conversation = ConversationFactory.create(instance=instance)

    assert faults(send(console, conversation, body="  ")) == ["Write something, or add a file."]


def test_a_text_that_is_too_long_is_refused_with_its_size(console: Client, instance: ChannelInstance) -> None:
    conversation = ConversationFactory.create(instance=instance)

    answer = send(console, conversation, body="ä" * 15_000)

    assert faults(answer) == ["The text has 30 KB; at most 28 KB can be sent."]


def test_a_refused_file_is_named_and_nothing_is_sent(console: Client, instance: ChannelInstance) -> None:
    conversation = ConversationFactory.create(instance=instance)
    files = [SimpleUploadedFile("a.txt", b"fine"), SimpleUploadedFile("b.exe", b"MZ\x90")]

    answer = send(console, conversation, body="See", attachments=files)

    assert faults(answer) == ["“b.exe”: Files that end in .exe are blocked."]
    assert Message.objects.count() == 0


def test_several_files_go_in_their_order(console: Client, instance: ChannelInstance) -> None:
    conversation = ConversationFactory.create(instance=instance)
    files = [SimpleUploadedFile(name, b"text") for name in ("b.txt", "a.txt")]

    answer = send(console, conversation, attachments=files)

    message = Message.objects.get(direction="out")
    assert answer.status_code == 204
    assert [each.name for each in message.attachments.all()] == ["b.txt", "a.txt"]


def test_a_colleague_was_faster(console: Client, instance: ChannelInstance, maya: Agent) -> None:
    conversation = ConversationFactory.create(instance=instance, agent=maya, state=State.ACTIVE)

    answer = send(console, conversation, body="Hello")

    assert faults(answer) == ["Maya Ortiz works on this conversation."]


def test_without_scripts_the_text_comes_back_with_the_fault(
    console: Client, instance: ChannelInstance, agent: Agent
) -> None:
    instance.agents_may_attach = False
    instance.save()
    conversation = ConversationFactory.create(instance=instance, agent=agent, state=State.ACTIVE)
    posted = {"body": "Keep <me>", "client_key": "k9", "attachments": SimpleUploadedFile("a.txt", b"text")}

    answer = console.post(f"/console/conversations/{conversation.pk}/send/", posted)

    page = answer.content.decode()
    assert answer.status_code == 409
    for words in ("Files are switched off for this channel.", "Keep &lt;me&gt;", 'value="k9"'):
        assert words in page


def test_a_failed_message_is_sent_again_under_its_id(console: Client, instance: ChannelInstance, agent: Agent) -> None:
    conversation = ConversationFactory.create(instance=instance, agent=agent, state=State.ACTIVE)
    failed = OutboundFactory.create(conversation=conversation, delivery=Delivery.FAILED, sent_at=None, author=agent)

    answer = console.post(f"/console/messages/{failed.pk}/resend/", headers=HTMX)
    again = console.post(f"/console/messages/{failed.pk}/resend/", headers=HTMX)

    resent = Message.objects.get(direction="out")
    assert (answer.status_code, again.status_code) == (204, 409)
    assert (resent.apple_id, resent.delivery) == (failed.apple_id, Delivery.QUEUED)
