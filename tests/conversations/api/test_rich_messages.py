"""Rich messages by REST: listed, read, sent with changes, and their answers read."""

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from channels_app.models import ChannelInstance
from conversations.models import Conversation, Customer, Kind, Message
from conversations.models import State as ConversationState
from richmessages.models import RichMessage, SourceState, State
from tests.conversations.api.conftest import Caller
from tests.factories.conversations import MessageFactory
from tests.factories.richmessages import PictureSourceFactory, RichMessageFactory
from tests.factories.workstreams import AgentFactory, UserFactory
from tests.richmessages.content import golden
from workstreams.models import Agent

LIST = "/api/v1/rich-messages/"


@pytest.fixture
def rich(conversation: Conversation) -> RichMessage:
    """A suggested reply that may be changed, and a device that shows it."""
    Customer.objects.update(capabilities=["QUICK"], locale="en_GB")
    ChannelInstance.objects.update(language="en-US")
    made: RichMessage = RichMessageFactory.create(name="Days", is_configurable=True, tags=["opening"])
    return made


def send(client: APIClient, conversation: Conversation, body: Any, key: str = "") -> Any:
    """Return the answer to sending one."""
    return client.post(
        f"/api/v1/conversations/{conversation.pk}/rich-messages/",
        body,
        format="json",
        headers={"Idempotency-Key": key} if key else {},
    )


def names(client: APIClient, **query: str) -> list[str]:
    """Return the names in a list."""
    answer = client.get(LIST, query)
    assert answer.status_code == 200, answer.content
    return [each["name"] for each in answer.json()["results"]]


def test_one_is_read_with_what_may_be_changed(program: APIClient, rich: RichMessage) -> None:
    shown = program.get(f"{LIST}{rich.pk}/").json()

    assert (shown["kind"], shown["locale"], shown["state"]) == ("suggested_reply", "en-US", "active")
    assert shown["tags"] == ["suggested reply", "opening"]
    assert shown["changeable"] == ["summary", "options.0", "options.1"]
    assert shown["content"] == rich.content


def test_the_list_is_narrowed_by_kind_language_tag_and_state(program: APIClient, rich: RichMessage) -> None:
    RichMessageFactory(name="Tage", locale="de-DE")
    RichMessageFactory(name="Sizes", kind="list_picker", tags=["opening"])
    RichMessageFactory(name="Draft", state=State.DRAFT)

    assert names(program) == ["Draft", "Sizes", "Tage", "Days"]
    assert names(program, kind="list_picker") == ["Sizes"]
    assert names(program, locale="de-DE") == ["Tage"]
    assert names(program, tag="opening") == ["Sizes", "Days"]
    assert names(program, tag="list picker") == ["Sizes"]
    assert names(program, state="draft") == ["Draft"]


@pytest.mark.parametrize(("name", "value"), [("kind", "cards"), ("locale", "xx"), ("state", "gone"), ("colour", "red")])
def test_what_cannot_be_narrowed_by_is_refused(program: APIClient, name: str, value: str) -> None:
    answer = program.get(LIST, {name: value})

    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == [name]


def test_pages_hold_still_while_messages_are_added(program: APIClient, rich: RichMessage) -> None:
    RichMessageFactory(name="Second")
    first = program.get(LIST, {"page_size": 1}).json()
    RichMessageFactory(name="Third")

    following = program.get(first["next"]).json()

    assert [each["name"] for each in (*first["results"], *following["results"])] == ["Second", "Days"]


def test_a_list_takes_the_same_queries_for_any_length(
    program: APIClient, rich: RichMessage, django_assert_max_num_queries: Any
) -> None:
    RichMessageFactory.create_batch(10)

    with django_assert_max_num_queries(6):
        assert len(names(program)) == 11


def test_agents_see_what_can_be_sent_and_strangers_nothing(
    agents_program: APIClient, call: Caller, rich: RichMessage
) -> None:
    draft = RichMessageFactory(state=State.DRAFT)

    assert names(agents_program) == ["Days"]
    assert agents_program.get(f"{LIST}{draft.pk}/").status_code == 404
    assert names(call(UserFactory())) == []


def test_what_does_not_exist_is_not_found(program: APIClient) -> None:
    assert program.get(f"{LIST}4711/").status_code == 404


def test_one_is_sent_with_a_change_that_is_used_once(
    agents_program: APIClient, agent: Agent, conversation: Conversation, rich: RichMessage
) -> None:
    answer = send(agents_program, conversation, {"rich_message": rich.pk, "changes": {"options.0": "Wednesday"}})

    message = Message.objects.get(pk=answer.json()["id"])
    rich.refresh_from_db()
    assert answer.status_code == 201
    assert answer.headers["Location"].endswith(f"/api/v1/messages/{message.pk}/")
    assert message.payload
    shown = answer.json()
    assert (shown["kind"], shown["text"], shown["rich_message"]) == ("interactive", "Wednesday · Tuesday", rich.pk)
    assert shown["request_identifier"] == message.payload["data"]["requestIdentifier"]
    assert shown["answer"] is None
    assert message.author == agent
    assert rich.content["options"] == ["Monday", "Tuesday"]


def test_the_same_key_sends_once_and_other_changes_are_refused(
    program: APIClient, conversation: Conversation, rich: RichMessage
) -> None:
    body = {"rich_message": rich.pk, "changes": {"summary": "A", "options.0": "B"}}
    same = {"changes": {"options.0": "B", "summary": "A"}, "rich_message": rich.pk}

    first = send(program, conversation, body, "k1")
    RichMessage.objects.update(state=State.DRAFT)
    again = send(program, conversation, same, "k1")
    other = send(program, conversation, {"rich_message": rich.pk}, "k1")

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert again.json()["id"] == first.json()["id"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert conversation.messages.filter(direction="out").count() == 1


def test_faults_of_changes_are_named_by_their_field(
    program: APIClient, conversation: Conversation, rich: RichMessage
) -> None:
    changes = {"options.0": "", "options.1": "x" * 201}

    answer = send(program, conversation, {"rich_message": rich.pk, "changes": changes})

    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert [(each["field"], each["detail"]) for each in answer.json()["errors"]] == [
        ("changes.options.0", "Fill this in."),
        ("changes.options.1", "At most 200 characters."),
    ]
    assert not conversation.messages.exists()


@pytest.mark.parametrize("name", ["kind", "options.7", "options", "summary.x", ""])
def test_what_may_not_be_changed_is_named(
    program: APIClient, conversation: Conversation, rich: RichMessage, name: str
) -> None:
    answer = send(program, conversation, {"rich_message": rich.pk, "changes": {name: "x"}})

    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == [f"changes.{name}".strip(".")]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "rich_message"),
        ({"rich_message": 4711}, "rich_message"),
        ({"rich_message": "first"}, "rich_message"),
        ({"rich_message": 1, "changes": {"summary": ["x"]}}, "changes.summary"),
        ({"rich_message": 1, "changes": "x"}, "changes"),
        ({"rich_message": 1, "overrides": {}}, "overrides"),
    ],
)
def test_a_body_that_is_not_understood_is_refused(
    program: APIClient, conversation: Conversation, body: Any, field: str
) -> None:
    answer = send(program, conversation, body)

    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("fields", "named"), [('"changes": {"\\ud800": "x"}', "changes.?"), ('"changes": {}, "\\ud800": 1', "?")]
)
def test_a_name_that_is_no_text_is_refused_like_any_other(
    program: APIClient, conversation: Conversation, rich: RichMessage, fields: str, named: str
) -> None:
    answer = program.post(
        f"/api/v1/conversations/{conversation.pk}/rich-messages/",
        f'{{"rich_message": {rich.pk}, {fields}}}',
        content_type="application/json",
    )

    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == [named]


def test_what_may_not_be_configured_at_all_is_refused(
    program: APIClient, conversation: Conversation, rich: RichMessage
) -> None:
    RichMessage.objects.update(is_configurable=False)

    answer = send(program, conversation, {"rich_message": rich.pk, "changes": {"summary": "x"}})

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:omnichannel:problem:cannot-send")
    assert "sent as it is" in answer.json()["detail"]


def test_a_picture_that_is_missing_is_named_by_its_field(
    program: APIClient, conversation: Conversation, rich: RichMessage
) -> None:
    Customer.objects.update(capabilities=["LIST"])
    source = PictureSourceFactory(state=SourceState.FAILED, picture=None, reason="There is no picture there.")
    content = {"title": "A", "image_url": source.url, "sections": [{"title": "B", "options": [{"title": "C"}]}]}
    list_picker = RichMessageFactory(kind="list_picker", content=content)

    answer = send(program, conversation, {"rich_message": list_picker.pk})

    assert answer.status_code == 409
    assert answer.json()["errors"] == [
        {"field": "image_url", "detail": "There is no picture there.", "code": "invalid"}
    ]


def test_a_draft_is_not_sent(program: APIClient, conversation: Conversation, rich: RichMessage) -> None:
    RichMessage.objects.update(state=State.DRAFT)

    answer = send(program, conversation, {"rich_message": rich.pk})

    assert (answer.status_code, "was withdrawn" in answer.json()["detail"]) == (409, True)


@pytest.mark.accepts("R17")
def test_a_device_that_cannot_show_it_gets_words_from_programs_and_agents_get_a_reason(
    program: APIClient, agents_program: APIClient, conversation: Conversation, rich: RichMessage
) -> None:
    Customer.objects.update(capabilities=[])

    refused = send(agents_program, conversation, {"rich_message": rich.pk})
    sent = send(program, conversation, {"rich_message": rich.pk})

    assert (refused.status_code, refused.json()["detail"]) == (409, "The customer’s device cannot show this.")
    assert (sent.status_code, sent.json()["kind"], sent.json()["text"]) == (201, "text", "Monday\nTuesday")


def test_a_colleagues_conversation_says_whose_it_is(
    agents_program: APIClient, conversation: Conversation, rich: RichMessage
) -> None:
    colleague = AgentFactory(name="Maya")
    Conversation.objects.update(agent=colleague, state=ConversationState.ACTIVE)

    answer = send(agents_program, conversation, {"rich_message": rich.pk})

    assert (answer.status_code, answer.json()["agent"]) == (409, {"id": colleague.pk, "name": "Maya"})


@pytest.mark.accepts("A5.12-3")
def test_an_answer_is_read_as_question_and_value(program: APIClient, conversation: Conversation) -> None:
    message = MessageFactory(
        conversation=conversation, kind=Kind.INTERACTIVE, payload=golden("form", "answer"), body="ebike"
    )

    shown = program.get(f"/api/v1/messages/{message.pk}/").json()

    assert shown["request_identifier"] == "request"
    assert shown["answer"]["is_hidden"] is False
    assert shown["answer"]["lines"][0] == {"question": "What kind of bike is it?", "answers": ["ebike"]}


@pytest.mark.accepts("A5.12-3")
def test_a_hidden_answer_gives_nothing_away(program: APIClient, conversation: Conversation) -> None:
    payload = golden("form", "answer")
    payload["data"]["dynamic"]["private"] = True
    message = MessageFactory(conversation=conversation, kind=Kind.INTERACTIVE, payload=payload, body="Form submitted")

    shown = program.get(f"/api/v1/messages/{message.pk}/").json()

    assert shown["answer"] == {"title": "Form submitted", "lines": [], "is_hidden": True}
    assert "123456" not in json.dumps(shown)


def test_times_are_in_utc(program: APIClient, conversation: Conversation) -> None:
    message = MessageFactory(
        conversation=conversation, kind=Kind.INTERACTIVE, payload=golden("time_picker", "answer"), body=""
    )

    shown = program.get(f"/api/v1/messages/{message.pk}/").json()

    assert shown["answer"]["title"] == "6 July 2026, 08:00 UTC"
