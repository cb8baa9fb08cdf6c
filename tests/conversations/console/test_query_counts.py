"""Pages ask the database as often for many rows as for few."""

from uuid import uuid4

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from channels_app.models import ChannelInstance
from conversations.models import Conversation, Kind, State
from tests.factories.conversations import (
    AttachmentFactory,
    ConversationFactory,
    MessageFactory,
    OutboundFactory,
    ReferenceFactory,
)
from tests.factories.richmessages import RichMessageFactory
from tests.richmessages.content import golden
from workstreams.models import Agent


def queries(console: Client, url: str) -> int:
    """Return how many queries a page takes."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert console.get(url).status_code == 200
    return len(captured)


def fill(conversation: Conversation, agent: Agent) -> None:
    """Add one message of every sort."""
    said = OutboundFactory.create(conversation=conversation, author=agent)
    MessageFactory.create(conversation=conversation, kind=Kind.REACTION, body="Liked “x”", reaction_to=said)
    ReferenceFactory.create(message__conversation=conversation)
    AttachmentFactory.create(message__conversation=conversation)
    request = str(uuid4())
    wire, answer = golden("list_picker", "wire"), golden("list_picker", "answer")
    wire["data"]["requestIdentifier"] = answer["data"]["requestIdentifier"] = request
    rich = RichMessageFactory.create(kind="list_picker")
    OutboundFactory.create(conversation=conversation, kind=Kind.INTERACTIVE, payload=wire, rich_message=rich)
    MessageFactory.create(conversation=conversation, kind=Kind.INTERACTIVE, payload=answer)


def test_a_list_takes_the_same_queries_for_any_length(console: Client, instance: ChannelInstance, agent: Agent) -> None:
    for state, owner in ((State.OPEN, None), (State.ACTIVE, agent)):
        ConversationFactory.create(instance=instance, state=state, agent=owner)
    few = [queries(console, f"/console/list/?view={view}") for view in ("mine", "open")]

    for state, owner in ((State.OPEN, None), (State.ACTIVE, agent)):
        ConversationFactory.create_batch(12, instance=instance, state=state, agent=owner)
    many = [queries(console, f"/console/list/?view={view}") for view in ("mine", "open")]

    assert many == few


def test_a_conversation_takes_the_same_queries_for_any_length(
    console: Client, instance: ChannelInstance, agent: Agent
) -> None:
    conversation = ConversationFactory.create(instance=instance, state=State.ACTIVE, agent=agent)
    url = f"/console/conversations/{conversation.pk}/"
    fill(conversation, agent)
    few = queries(console, url)

    for _ in range(10):
        fill(conversation, agent)

    assert queries(console, url) == few


def test_a_search_for_rich_messages_takes_the_same_queries_for_any_length(
    console: Client, instance: ChannelInstance
) -> None:
    conversation = ConversationFactory.create(instance=instance, customer__locale="en_GB")
    url = f"/console/conversations/{conversation.pk}/rich-messages/?q="
    RichMessageFactory.create()
    few = queries(console, url)

    RichMessageFactory.create_batch(10, tags=["one"])

    assert queries(console, url) == few
