"""A rich message in front of an agent: drawn as the phone will show it, changed this once, sent."""

import re
from typing import Any

import pytest
from django.test import Client

from channels_app.models import ChannelInstance
from conversations.console.rich_draft import RichDraft
from conversations.models import Conversation, Customer, Message
from conversations.models import State as ConversationState
from richmessages.kinds import KINDS
from richmessages.models import RichMessage, SourceState, State
from tests.factories.conversations import ConversationFactory
from tests.factories.richmessages import PictureSourceFactory, RichMessageFactory
from tests.richmessages.content import complete
from workstreams.models import Agent

HTMX = {"HX-Request": "true"}


@pytest.fixture
def conversation(instance: ChannelInstance) -> Conversation:
    """A conversation in English, on a device that shows everything."""
    made: Conversation = ConversationFactory.create(
        instance=instance, customer__capabilities=["LIST", "QUICK", "TIME", "FORM"], customer__locale="en_GB"
    )
    return made


@pytest.fixture
def rich(db: None) -> RichMessage:
    """A suggested reply whose words agents may change."""
    made: RichMessage = RichMessageFactory.create(name="Days", is_configurable=True)
    return made


def url(conversation: Conversation, rich: RichMessage, page: str = "") -> str:
    """Return an address of a rich message in a conversation."""
    return f"/console/conversations/{conversation.pk}/rich-messages/{rich.pk}/{page}"


def opened(console: Client, conversation: Conversation, rich: RichMessage) -> RichDraft:
    """Return what the preview shows."""
    answer = console.get(url(conversation, rich))
    assert answer.status_code == 200
    draft: RichDraft = answer.context["draft"]
    return draft


def send(console: Client, conversation: Conversation, rich: RichMessage, **fields: str) -> Any:
    """Return the answer to sending it as it was opened."""
    seen = opened(console, conversation, rich).seen
    return console.post(url(conversation, rich, "send/"), {"seen": seen} | fields, headers=HTMX)


def faults(answer: Any) -> list[str]:
    """Return every sentence of a refusal."""
    assert (answer.status_code, answer["HX-Reswap"]) == (409, "none")
    draft = answer.context["draft"]
    at_fields = [field.fault for field in draft.fields if field.fault]
    return [each for each in [answer.context["refusal"], *draft.reasons, *at_fields] if each]


@pytest.mark.parametrize("slug", KINDS)
@pytest.mark.accepts("A6-3")
def test_only_five_kinds_show_a_control_to_edit(console: Client, conversation: Conversation, slug: str) -> None:
    rich = RichMessageFactory(kind=slug, content=complete(slug), is_configurable=True)

    page = console.get(url(conversation, rich)).content.decode()

    assert ('name="change.' in page) == KINDS[slug].is_configurable
    assert "device-message" in page


def test_a_message_that_may_not_be_configured_shows_no_control(console: Client, conversation: Conversation) -> None:
    rich = RichMessageFactory(is_configurable=False)

    assert opened(console, conversation, rich).fields == []


def test_fields_carry_the_names_of_the_designer_and_the_number_of_their_entry(
    console: Client, conversation: Conversation
) -> None:
    content = {"title": "Which?", "sections": [{"title": "Now", "options": [{"title": "Brakes"}, {"title": "Gears"}]}]}
    rich = RichMessageFactory(kind="list_picker", content=content, is_configurable=True)

    places = [field.place for field in opened(console, conversation, rich).fields]

    assert [(each.name, each.label, each.number, each.text) for each in places] == [
        ("title", "Message title", "", "Which?"),
        ("subtitle", "Message subtitle", "", ""),
        ("sections.0.title", "Section title", "1", "Now"),
        ("sections.0.options.0.title", "Option title", "1.1", "Brakes"),
        ("sections.0.options.0.subtitle", "Option subtitle", "1.1", ""),
        ("sections.0.options.1.title", "Option title", "1.2", "Gears"),
        ("sections.0.options.1.subtitle", "Option subtitle", "1.2", ""),
        ("response", "Response message", "", ""),
    ]


def test_dates_times_and_numbers_are_typed_as_such(console: Client, conversation: Conversation) -> None:
    rich = RichMessageFactory(kind="time_picker", content=complete("time_picker"), is_configurable=True)

    how = {field.place.name: field.place.input for field in opened(console, conversation, rich).fields}

    assert (how["duration"], how["days.0.date"], how["days.0.times.0"], how["title"]) == (
        "number",
        "date",
        "time",
        "text",
    )


def test_what_is_typed_is_drawn_and_checked_at_once(
    console: Client, conversation: Conversation, rich: RichMessage
) -> None:
    answer = console.post(
        url(conversation, rich, "check/"), {"change.options.0": "Wednesday", "change.options.1": ""}, headers=HTMX
    )

    draft = answer.context["draft"]
    assert answer.status_code == 200
    assert "Wednesday" in answer.content.decode()
    assert {field.place.name: field.fault for field in draft.fields if field.fault} == {"options.1": "Fill this in."}
    assert not draft.may_be_sent


@pytest.mark.accepts("A6-2")
def test_a_changed_list_picker_is_sent_changed_and_opens_unchanged(console: Client, conversation: Conversation) -> None:
    content = {"title": "Which?", "subtitle": "Tap", "sections": [{"title": "A", "options": [{"title": "B"}]}]}
    rich = RichMessageFactory(kind="list_picker", content=content, is_configurable=True)
    before = opened(console, conversation, rich)

    answer = send(console, conversation, rich, **{"change.title": "Only today", "change.subtitle": ""})

    message = Message.objects.get(direction="out")
    assert answer.status_code == 204
    assert message.payload
    assert message.payload["receivedMessage"]["title"] == "Only today"
    assert opened(console, conversation, rich).fields == before.fields
    rich.refresh_from_db()
    assert rich.content == content


def test_sending_takes_an_open_conversation(
    console: Client, conversation: Conversation, rich: RichMessage, agent: Agent
) -> None:
    assert send(console, conversation, rich).status_code == 204

    conversation.refresh_from_db()
    assert (conversation.agent, conversation.preview) == (agent, "Monday · Tuesday")


def test_the_same_form_twice_sends_once_even_if_the_message_was_changed_between(
    console: Client, conversation: Conversation, rich: RichMessage
) -> None:
    seen = opened(console, conversation, rich).seen
    form = {"seen": seen, "client_key": "k1"}

    first = console.post(url(conversation, rich, "send/"), form, headers=HTMX)
    RichMessage.objects.update(content={"summary": "Other", "options": ["A", "B"]})
    again = console.post(url(conversation, rich, "send/"), form, headers=HTMX)

    assert (first.status_code, again.status_code) == (204, 204)
    assert Message.objects.filter(direction="out").count() == 1


def test_every_preview_brings_a_key_of_its_own(console: Client, conversation: Conversation, rich: RichMessage) -> None:
    keys = {console.get(url(conversation, rich)).context["client_key"] for _ in range(2)}

    assert len(keys) == 2


def test_what_was_changed_meanwhile_is_not_sent_unseen(
    console: Client, conversation: Conversation, rich: RichMessage
) -> None:
    seen = opened(console, conversation, rich).seen
    RichMessage.objects.update(content={"summary": "Other", "options": ["A", "B"]})

    answer = console.post(url(conversation, rich, "send/"), {"seen": seen}, headers=HTMX)

    assert faults(answer) == ["“Days” was changed meanwhile. Go back and open it again."]
    assert not Message.objects.exists()


def test_changes_to_what_may_no_longer_be_changed_are_refused(
    console: Client, conversation: Conversation, rich: RichMessage
) -> None:
    RichMessage.objects.update(is_configurable=False)

    answer = send(console, conversation, rich, **{"change.options.0": "Wednesday"})

    assert faults(answer) == ["“Days” is sent as it is; nothing in it can be changed."]


def test_what_was_withdrawn_meanwhile_says_so(console: Client, conversation: Conversation, rich: RichMessage) -> None:
    RichMessage.objects.update(state=State.DRAFT)

    answer = send(console, conversation, rich)

    assert faults(answer)[-1] == "“Days” was withdrawn: it is no longer active."
    assert answer.content.decode().count("was withdrawn") == 1


@pytest.mark.accepts("R17")
def test_a_device_that_was_changed_meanwhile_is_a_reason(
    console: Client, conversation: Conversation, rich: RichMessage
) -> None:
    Customer.objects.update(capabilities=[])

    assert faults(send(console, conversation, rich)) == ["The customer’s device cannot show this."] * 2


def test_a_colleagues_conversation_says_whose_it_is(
    console: Client, conversation: Conversation, rich: RichMessage, maya: Agent
) -> None:
    Conversation.objects.update(agent=maya, state=ConversationState.ACTIVE)

    assert "Maya Ortiz works on this conversation." in faults(send(console, conversation, rich))


def test_a_picture_that_is_missing_is_a_reason(console: Client, conversation: Conversation) -> None:
    source = PictureSourceFactory(state=SourceState.FAILED, picture=None, reason="There is no picture there.")
    content = {"title": "Which?", "image_url": source.url, "sections": [{"title": "A", "options": [{"title": "B"}]}]}
    rich = RichMessageFactory(kind="list_picker", content=content)

    draft = opened(console, conversation, rich)

    assert (draft.reasons, draft.may_be_sent) == (["There is no picture there."], False)
    assert faults(send(console, conversation, rich)) == ["There is no picture there."]


def test_kept_pictures_are_shown(console: Client, conversation: Conversation) -> None:
    source = PictureSourceFactory()
    content = {"title": "Which?", "image_url": source.url, "sections": [{"title": "A", "options": [{"title": "B"}]}]}
    rich = RichMessageFactory(kind="list_picker", content=content)

    page = console.get(url(conversation, rich)).content.decode()

    assert re.findall(r'<img src="([^"]+)"', page) == [f"/pictures/{source.picture.digest}.png"]


def test_what_is_tampered_with_is_refused(console: Client, conversation: Conversation, rich: RichMessage) -> None:
    answer = send(console, conversation, rich, **{"change.kind": "x"})

    assert faults(answer) == ["“kind” cannot be changed for a single sending."]


def test_a_time_that_has_passed_is_told_and_may_be_sent(console: Client, conversation: Conversation) -> None:
    days = [{"date": "2020-01-01", "times": ["09:00"]}, {"date": "2031-01-01", "times": ["09:00"]}]
    content = complete("time_picker") | {"image_url": "", "days": days}
    rich = RichMessageFactory(kind="time_picker", content=content, is_configurable=True)

    page = console.get(url(conversation, rich))

    assert '<p class="error warned"' in page.content.decode()
    assert page.context["draft"].may_be_sent
