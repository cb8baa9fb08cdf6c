"""A conversation as the agent reads it."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from channels_app.models import ChannelInstance
from conversations.models import CloseReason, Conversation, Delivery, Direction, Event, Fetch, Kind, Message, State
from tests.factories.conversations import (
    AttachmentFactory,
    ConversationFactory,
    MessageFactory,
    OutboundFactory,
    ReferenceFactory,
)
from workstreams.models import Agent


def mine(instance: ChannelInstance, agent: Agent) -> Conversation:
    """A conversation that an agent works on."""
    conversation: Conversation = ConversationFactory.create(instance=instance, agent=agent, state=State.ACTIVE)
    return conversation


def page_of(console: Client, conversation: Conversation) -> str:
    """Return the page of a conversation."""
    return console.get(f"/console/conversations/{conversation.pk}/").content.decode()


def test_links_are_safe_and_markup_stays_text(console: Client, instance: ChannelInstance, agent: Agent) -> None:
    conversation = mine(instance, agent)
    MessageFactory.create(conversation=conversation, body="<b>one</b>\nhttps://velo.example/?a=1&b=2")

    page = page_of(console, conversation)

    assert "&lt;b&gt;one&lt;/b&gt;<br>" in page
    assert '<a href="https://velo.example/?a=1&amp;b=2" rel="nofollow">https://velo.example/?a=1&amp;b=2</a>' in page


def test_every_state_of_an_own_message_is_told(console: Client, instance: ChannelInstance, agent: Agent) -> None:
    conversation = mine(instance, agent)
    sent_at = timezone.now()
    for delivery, reason in (
        (Delivery.SENT, ""),
        (Delivery.QUEUED, ""),
        (Delivery.FAILED, "Apple refused it."),
        (Delivery.UNKNOWN, ""),
    ):
        OutboundFactory.create(
            conversation=conversation,
            author=agent,
            delivery=delivery,
            failure_reason=reason,
            sent_at=sent_at if delivery == Delivery.SENT else None,
        )

    page = page_of(console, conversation)

    for words in ("Queued", "Not sent: Apple refused it.", "Try again", "Outcome unknown", "Send again", "Tom Lindner"):
        assert words in page


def test_a_message_that_waits_for_another_try_tells_why(
    console: Client, instance: ChannelInstance, agent: Agent
) -> None:
    conversation = mine(instance, agent)
    OutboundFactory.create(
        conversation=conversation, author=agent, delivery=Delivery.QUEUED, attempts=1, failure_reason="Apple is busy."
    )

    assert "Waiting to be sent again: Apple is busy." in page_of(console, conversation)


def test_a_reaction_stands_on_its_bubble(console: Client, instance: ChannelInstance, agent: Agent) -> None:
    conversation = mine(instance, agent)
    target = OutboundFactory.create(conversation=conversation, author=agent, body="Both are here.")
    MessageFactory.create(
        conversation=conversation, kind=Kind.REACTION, body="Liked “Both are here.”", reaction_to=target
    )

    answer = console.get(f"/console/conversations/{conversation.pk}/")

    entries = answer.context["transcript"].entries
    assert [(entry.message.pk, entry.glyph) for entry in entries] == [(target.pk, "👍")]


def test_a_reaction_to_nothing_known_is_a_line(console: Client, instance: ChannelInstance, agent: Agent) -> None:
    conversation = mine(instance, agent)
    MessageFactory.create(conversation=conversation, kind=Kind.REACTION, body="Liked “Something old”")

    assert f"{conversation.customer}: Liked “Something old”" in page_of(console, conversation)


def test_files_and_missing_content_are_shown_as_what_they_are(
    console: Client, instance: ChannelInstance, agent: Agent
) -> None:
    conversation = mine(instance, agent)
    message = MessageFactory.create(conversation=conversation, body="\ufffc\ufffc")
    AttachmentFactory.create(message=message, position=0, name="film.mov")
    AttachmentFactory.create(
        message=message, position=1, name="a.exe", state=Fetch.REFUSED, reason="Programs are not accepted."
    )
    large = MessageFactory.create(conversation=conversation, kind=Kind.INTERACTIVE, body="")
    ReferenceFactory.create(message=large, state=Fetch.FAILED, reason="The link had expired.")
    MessageFactory.create(conversation=conversation, kind=Kind.UNSUPPORTED, body="hologram")

    page = page_of(console, conversation)

    for words in (
        "Being loaded from Apple…",
        "Attachment refused: Programs are not accepted.",
        "The content of this answer is missing.",
        "The link had expired.",
        "A message of a kind that cannot be shown here yet. <code>hologram</code>",
    ):
        assert words in page
    assert "Empty message" not in page


def test_notes_name_who_acted(console: Client, instance: ChannelInstance, agent: Agent) -> None:
    conversation = mine(instance, agent)
    MessageFactory.create(
        conversation=conversation, direction=Direction.NOTE, kind=Kind.EVENT, body=Event.TAKEN, author=agent
    )

    assert "Tom Lindner took the conversation" in page_of(console, conversation)


def test_earlier_messages_come_page_by_page_without_gap(
    console: Client, instance: ChannelInstance, agent: Agent
) -> None:
    conversation = mine(instance, agent)
    rows = MessageFactory.create_batch(120, conversation=conversation)
    url, seen, before = f"/console/conversations/{conversation.pk}/transcript/", list[int](), None

    while before is not None or not seen:
        page = console.get(url, {"before": before} if before else {}).context["transcript"]
        seen = [entry.message.pk for entry in page.entries] + seen
        before = page.first if page.has_earlier else None

    assert seen == [row.pk for row in rows]


def test_a_live_update_begins_where_the_page_does(console: Client, instance: ChannelInstance, agent: Agent) -> None:
    conversation = mine(instance, agent)
    rows = MessageFactory.create_batch(70, conversation=conversation)

    answer = console.get(f"/console/conversations/{conversation.pk}/thread/?since={rows[5].pk}")

    transcript = answer.context["transcript"]
    assert [entry.message.pk for entry in transcript.entries] == [row.pk for row in rows[5:]]
    assert transcript.has_earlier


def test_days_and_pauses_are_marked_and_groups_end(console: Client, instance: ChannelInstance, agent: Agent) -> None:
    conversation = mine(instance, agent)
    now = timezone.now().replace(hour=12)
    for age in (1500, 200, 199, 1):
        at = now - datetime.timedelta(minutes=age)
        MessageFactory.create(conversation=conversation, created_at=at)

    entries = console.get(f"/console/conversations/{conversation.pk}/").context["transcript"].entries

    assert [(entry.has_heading, entry.ends_group) for entry in entries] == [
        (True, True),
        (True, False),
        (False, True),
        (True, True),
    ]


def test_earlier_conversations_of_the_customer_can_be_read(
    console: Client, instance: ChannelInstance, agent: Agent
) -> None:
    old = ConversationFactory.create(
        instance=instance,
        agent=agent,
        state=State.CLOSED,
        close_reason=CloseReason.AGENT,
        closed_at=timezone.now(),
        preview="Thank you!",
    )
    now = ConversationFactory.create(instance=instance, customer=old.customer, agent=agent, state=State.ACTIVE)

    page = page_of(console, now)
    earlier = console.get(f"/console/conversations/{now.pk}/earlier/").content.decode()

    assert "1 earlier conversation<" in page
    assert f"/console/conversations/{old.pk}/transcript/?nested=1" in earlier
    assert f'href="/console/conversations/{now.pk}/"' in page_of(console, old)


def test_reading_is_a_post_of_its_own(console: Client, instance: ChannelInstance, agent: Agent) -> None:
    conversation = mine(instance, agent)
    Conversation.objects.update(unread=3)

    page_of(console, conversation)
    after_get = Conversation.objects.get().unread
    answer = console.post(f"/console/conversations/{conversation.pk}/read/")

    assert (after_get, answer.status_code, Conversation.objects.get().unread) == (3, 204, 0)


def test_ending_closes_it_and_says_so(console: Client, instance: ChannelInstance, agent: Agent) -> None:
    conversation = mine(instance, agent)

    answer = console.post(f"/console/conversations/{conversation.pk}/end/")

    assert answer["Location"] == f"/console/conversations/{conversation.pk}/"
    assert "This conversation is closed." in page_of(console, conversation)
    assert Message.objects.get().body == Event.ENDED


def test_a_stale_action_is_refused_in_words(
    console: Client, instance: ChannelInstance, agent: Agent, maya: Agent
) -> None:
    conversation = mine(instance, maya)

    for action in ("take", "end"):
        answer = console.post(f"/console/conversations/{conversation.pk}/{action}/", headers={"HX-Request": "true"})

        assert (answer.status_code, answer["HX-Retarget"]) == (409, "#toasts")
        assert "Maya Ortiz works on this conversation." in answer.content.decode()


@pytest.mark.accepts("A7.6-1")
def test_a_taken_conversation_tells_where_it_came_from(console: Client, instance: ChannelInstance) -> None:
    waiting = ConversationFactory.create(
        instance=instance, opened_at=timezone.now() - datetime.timedelta(minutes=7, seconds=5)
    )
    console.post(f"/console/conversations/{waiting.pk}/take/")

    text = " ".join(strip_tags(page_of(console, waiting).replace("<", " <")).split())

    for words in (
        "Authenticated No",
        "Channel Apple Messages for Business",
        f"Queue {waiting.queue}",
        "Waited 7 minutes",
    ):
        assert words in text
