"""Rich messages and their answers in the transcript, each as one entry that says what was sent and what was chosen."""

import copy
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from channels_app.models import ChannelInstance
from conversations.console import transcript
from conversations.console.transcript import Entry
from conversations.models import Conversation, Customer, Kind, Message, words
from conversations.outbound.send_rich import send_rich
from omnichannel import amb
from omnichannel.common.time_zone import COOKIE
from richmessages.kinds.kind import Answer, AnswerLine
from richmessages.models import RichMessage
from tests.conversations.console.conftest import SignIn, person
from tests.factories.conversations import ConversationFactory, MessageFactory, OutboundFactory
from tests.factories.richmessages import RichMessageFactory
from tests.portal_of import Portal
from tests.richmessages.content import golden
from tests.simulator.apple import FakePhone
from workstreams.roles import Role

LIST = {
    "title": "Which size?",
    "sections": [{"title": "Sizes", "allow_multi_select": True, "options": [{"title": "54 cm"}, {"title": "56 cm"}]}],
}


def prompt(conversation: Conversation, slug: str, request: str = "request") -> Message:
    """Return a rich message that was sent."""
    payload = golden(slug, "wire")
    if "data" in payload:
        payload["data"]["requestIdentifier"] = request
    kind = Kind.INTERACTIVE if "data" in payload else Kind.RICH_LINK
    sent: Message = OutboundFactory.create(conversation=conversation, kind=kind, payload=payload, body=f"A {slug}")
    return sent


def answer(conversation: Conversation, slug: str, request: str = "request", **dynamic: object) -> Message:
    """Return a customer's answer."""
    payload = copy.deepcopy(golden(slug, "answer"))
    payload["data"]["requestIdentifier"] = request
    payload["data"].get("dynamic", {}).update(dynamic)
    body = amb.answer_title(amb.InteractiveData.model_validate(payload))
    made: Message = MessageFactory.create(conversation=conversation, kind=Kind.INTERACTIVE, payload=payload, body=body)
    return made


def entries(conversation: Conversation) -> list[Entry]:
    """Return the transcript."""
    return transcript.latest(conversation).entries


def page(console: Client, conversation: Conversation) -> str:
    """Return the page of a conversation."""
    return console.get(f"/console/conversations/{conversation.pk}/").content.decode()


@pytest.fixture
def conversation(instance: ChannelInstance) -> Conversation:
    """A conversation that waits in Tom's queue."""
    made: Conversation = ConversationFactory.create(instance=instance)
    return made


@pytest.mark.parametrize(
    "slug", ["list_picker", "suggested_reply", "time_picker", "form", "website_link", "custom_json"]
)
def test_what_was_sent_is_drawn_as_the_device_draws_it(console: Client, conversation: Conversation, slug: str) -> None:
    sent = prompt(conversation, slug) if slug != "custom_json" else None
    if sent is None:
        sent = OutboundFactory.create(
            conversation=conversation, kind=Kind.INTERACTIVE, payload=golden(slug, "wire"), body="A game"
        )

    shown = page(console, conversation)

    assert 'class="device-message' in shown
    assert "requestIdentifier" not in shown
    assert f'id="m-{sent.pk}"' in shown


def test_an_answer_says_what_was_chosen_and_leads_to_its_question(console: Client, conversation: Conversation) -> None:
    asked = prompt(conversation, "suggested_reply", "one")
    prompt(conversation, "suggested_reply", "two")
    answer(conversation, "suggested_reply", "ONE")

    [last] = entries(conversation)[2:]

    assert last.prompt == asked
    assert last.answer == Answer(golden("suggested_reply", "read")["title"])
    assert f'href="#m-{asked.pk}"' in page(console, conversation)


def test_one_question_may_have_several_answers(conversation: Conversation) -> None:
    asked = prompt(conversation, "list_picker")
    answer(conversation, "list_picker")
    answer(conversation, "list_picker")

    assert [entry.prompt for entry in entries(conversation)] == [None, asked, asked]


def test_an_answer_to_an_earlier_conversation_names_its_question_without_a_link(
    console: Client, conversation: Conversation
) -> None:
    before = ConversationFactory.create(
        instance=conversation.instance,
        customer=conversation.customer,
        state="closed",
        close_reason="agent",
        closed_at=timezone.now(),
    )
    asked = prompt(before, "list_picker")
    answer(conversation, "list_picker")

    shown = page(console, conversation)

    assert "Answer to “A list_picker”" in shown
    assert f"#m-{asked.pk}" not in shown


def test_another_customers_question_is_not_taken_for_it(conversation: Conversation) -> None:
    prompt(ConversationFactory.create(), "list_picker")
    answer(conversation, "list_picker")

    assert [entry.prompt for entry in entries(conversation)] == [None]


def test_lists_say_in_the_readers_language_that_a_form_was_submitted(
    console: Client, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    Conversation.objects.filter(pk=conversation.pk).update(preview=amb.FORM_SUBMITTED)
    monkeypatch.setattr(words, "_", {"Form submitted": "Formular ausgefüllt"}.get)

    assert "Formular ausgefüllt" in console.get("/console/list/?view=open").content.decode()


@pytest.mark.accepts("A5.12-3")
def test_a_form_answer_shows_values_by_question(console: Client, conversation: Conversation) -> None:
    prompt(conversation, "form")
    answer(conversation, "form")

    shown = page(console, conversation)

    read = entries(conversation)[-1].answer
    assert read
    assert AnswerLine("What kind of bike is it?", ("ebike",)) in read.lines
    assert '<dt dir="auto">What kind of bike is it?</dt>' in shown
    assert '<dd dir="auto">ebike</dd>' in shown
    assert "E-bike</dd>" not in shown


@pytest.mark.accepts("A5.12-3")
def test_of_a_hidden_form_agents_see_only_that_it_was_submitted(console: Client, conversation: Conversation) -> None:
    answer(conversation, "form", private=True)

    shown = page(console, conversation)

    assert "Form submitted" in shown
    assert "123456" not in shown
    assert "What kind of bike" not in shown


def test_a_booked_time_is_in_the_agents_zone_and_as_the_customer_saw_it(
    console: Client, conversation: Conversation
) -> None:
    answer(conversation, "time_picker")
    console.cookies[COOKIE] = "America/New_York"

    shown = page(console, conversation)

    assert "6 July 2026, 04:00 EDT" in shown
    assert "As the customer saw it" in shown
    assert "6 July 2026, 09:00 UTC+01:00" in shown


def test_an_erased_message_and_an_erased_answer_show_nothing(console: Client, conversation: Conversation) -> None:
    for message in (prompt(conversation, "list_picker"), answer(conversation, "list_picker")):
        Message.objects.filter(pk=message.pk).update(body="", payload=None, erased_at=timezone.now())

    shown = page(console, conversation)

    assert 'class="device-message' not in shown
    assert "Answer to" not in shown
    assert shown.count("Removed after") == 2


def test_a_rich_message_tells_its_kind_beside_its_state(console: Client, conversation: Conversation) -> None:
    OutboundFactory.create(
        conversation=conversation,
        kind=Kind.INTERACTIVE,
        payload=golden("list_picker", "wire"),
        body="Which?",
        rich_message=RichMessageFactory(kind="list_picker"),
    )

    assert '<span class="rich-kind">List picker</span>' in page(console, conversation)


class Selection:
    """What a phone sends back for a list."""

    def __init__(self, asked: Any, *chosen: str) -> None:
        self._asked, self._chosen = asked, chosen

    def payload(self, session: str) -> dict[str, Any]:
        """Return the interactive data of the answer."""
        section = copy.deepcopy(self._asked["data"]["listPicker"]["sections"][0])
        section["items"] = [item for item in section["items"] if item["title"] in self._chosen]
        return {
            "bid": amb.BUSINESS_BID,
            "sessionIdentifier": session,
            "data": {
                "requestIdentifier": self._asked["data"]["requestIdentifier"],
                "listPicker": {"sections": [section]},
                "replyMessage": {"title": "Selected"},
            },
        }


@pytest.fixture
def rich(db: None) -> RichMessage:
    """A list of sizes."""
    made: RichMessage = RichMessageFactory.create(kind="list_picker", content=LIST)
    return made


@pytest.mark.accepts("A5.12-5", "A6-4")
def test_sent_message_and_answer_stand_in_order_as_one_entry_each_also_after_a_reload(
    portal: Portal, phone: FakePhone, rich: RichMessage, sign_in: SignIn
) -> None:
    Customer.objects.update(capabilities=["LIST"], locale="en_US")
    conversation = portal.conversation(phone)
    send_rich(conversation, rich, by=portal.agent)
    portal.send()
    chosen = Selection(phone.shown[-1].payload, "54 cm", "56 cm").payload("5C0B1D9E-7A1F-4C0B-8E54-9F7B3A2C1D00")
    # Apple was seen to deliver one tap twice, under two ids.
    phone.answer(chosen)
    phone.answer(chosen)
    portal.receive()
    console = sign_in(person("Ida", Role.SUPERVISOR))

    first, reloaded = page(console, conversation), page(console, conversation)

    shown = [each for each in entries(conversation) if each.message.kind == Kind.INTERACTIVE]
    assert [each.message.direction for each in shown] == ["out", "in"]
    assert shown[1].answer == Answer("54 cm, 56 cm")
    assert shown[1].prompt == shown[0].message
    conversation.refresh_from_db()
    assert (conversation.preview, conversation.unread) == ("54 cm, 56 cm", 1)
    for each in (first, reloaded):
        assert each.index('class="device-message') < each.index("Answer to “Which size?”") < each.index("54 cm, 56 cm")


def test_a_large_answer_is_previewed_once_it_is_here(portal: Portal, phone: FakePhone, rich: RichMessage) -> None:
    Customer.objects.update(capabilities=["LIST"], locale="en_US")
    conversation = portal.conversation(phone)
    send_rich(conversation, rich, by=portal.agent)
    portal.send()
    large = Selection(phone.shown[-1].payload, "54 cm").payload("5C0B1D9E-7A1F-4C0B-8E54-9F7B3A2C1D01")
    large["data"]["images"] = [{"identifier": "x", "data": "A" * 400_000}]

    phone.answer(large)
    portal.receive()

    conversation.refresh_from_db()
    assert conversation.preview == "54 cm"


@pytest.mark.parametrize("names_its_question", [True, False])
def test_a_device_that_leaves_out_that_a_form_is_private_gives_nothing_away(
    portal: Portal, phone: FakePhone, *, names_its_question: bool
) -> None:
    conversation = portal.conversation(phone)
    asked = prompt(conversation, "form")
    assert asked.payload
    asked.payload["data"]["dynamic"]["data"]["private"] = True
    asked.save()
    given = golden("form", "answer")
    if not names_its_question:
        del given["data"]["requestIdentifier"]

    phone.answer(given)
    portal.receive()

    message = conversation.messages.get(direction="in", kind=Kind.INTERACTIVE)
    conversation.refresh_from_db()
    assert (message.body, conversation.preview) == ("Form submitted", "Form submitted")
    assert entries(conversation)[-1].answer == Answer("Form submitted", is_hidden=True)


@pytest.mark.parametrize(("body", "is_told"), [("http://shop.example/", True), ("See http://shop.example/", False)])
def test_an_address_that_went_as_text_says_so(
    console: Client, conversation: Conversation, body: str, is_told: bool
) -> None:
    OutboundFactory.create(conversation=conversation, body=body)

    assert ("not a public https address" in page(console, conversation)) == is_told
