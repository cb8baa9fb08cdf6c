"""Conversations over REST: what they show, how they are found, how they are closed."""

import datetime
from typing import Any
from unittest.mock import ANY

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from conversations.models import CloseReason, Conversation, Direction, Event, State
from conversations.outbound import tasks
from tests.factories.channels_app import AccountFactory, ChannelInstanceFactory
from tests.factories.conversations import ConversationFactory, CustomerFactory
from tests.factories.workstreams import AgentFactory, QueueFactory
from workstreams.models import Agent

URL = "/api/v1/conversations/"
MOMENT = datetime.datetime(2026, 11, 22, 9, 30, tzinfo=datetime.UTC)


def found(client: APIClient, **query: Any) -> list[int]:
    """Return the ids that a list shows."""
    answer = client.get(URL, query)
    assert answer.status_code == 200, answer.content
    return [each["id"] for each in answer.json()["results"]]


def test_a_conversation_shows_who_takes_part_and_where_it_stands(program: APIClient) -> None:
    agent = AgentFactory.create(name="Mara")
    conversation = ConversationFactory.create(
        customer__locale="en_US",
        customer__capabilities=["LIST"],
        agent=agent,
        state=State.ACTIVE,
        intent="repair",
        group="north",
        preview="Hello",
        unread=2,
        opened_at=MOMENT,
        assigned_at=MOMENT,
        last_message_at=MOMENT,
    )

    answer = program.get(f"{URL}{conversation.pk}/")

    account, workstream = conversation.instance.account, conversation.workstream
    assert answer.json() == {
        "id": conversation.pk,
        "state": "active",
        "close_reason": None,
        "customer": {
            "customer_id": conversation.customer.customer_id,
            "name": conversation.customer.label,
            "locale": "en_US",
            "capabilities": ["LIST"],
            "left_at": None,
        },
        "account": {"id": account.pk, "name": account.name, "business_id": account.business_id},
        "workstream": {"id": workstream.pk, "name": workstream.name},
        "queue": {"id": conversation.queue.pk, "name": conversation.queue.name},
        "agent": {"id": agent.pk, "name": "Mara"},
        "intent": "repair",
        "group": "north",
        "context": {},
        "preview": "Hello",
        "unread": 2,
        "opened_at": "2026-11-22T09:30:00Z",
        "assigned_at": "2026-11-22T09:30:00Z",
        "last_message_at": "2026-11-22T09:30:00Z",
        "closed_at": None,
    }


def test_times_are_utc_whatever_zone_the_caller_prefers(program: APIClient, conversation: Conversation) -> None:
    program.cookies["time_zone"] = "Asia/Tokyo"

    answer = program.get(f"{URL}{conversation.pk}/")

    assert answer.json()["opened_at"].endswith("Z")


def test_the_newest_comes_first(program: APIClient) -> None:
    older, newer = ConversationFactory.create_batch(2)

    assert found(program) == [newer.pk, older.pk]


def test_a_conversation_is_found_by_the_customers_opaque_id(program: APIClient) -> None:
    customer = CustomerFactory.create(customer_id="urn:mbid:AQAAY+/=&?x")
    wanted = ConversationFactory.create(customer=customer)
    ConversationFactory.create()

    assert found(program, customer="urn:mbid:AQAAY+/=&?x") == [wanted.pk]
    assert found(program, customer="urn:mbid:unknown") == []


def test_conversations_are_found_by_state_queue_and_account(program: APIClient) -> None:
    waiting, active, closed = (
        ConversationFactory.create(),
        ConversationFactory.create(state=State.ACTIVE, agent=AgentFactory.create()),
        ConversationFactory.create(state=State.CLOSED, close_reason=CloseReason.API, closed_at=MOMENT),
    )

    assert found(program, state="open") == [waiting.pk]
    assert found(program, state=["active", "closed"]) == [closed.pk, active.pk]
    assert found(program, queue=active.queue_id) == [active.pk]
    assert found(program, account=closed.instance.account_id) == [closed.pk]
    assert found(program, account=closed.instance.account_id, state="open") == []
    assert found(program, queue=10**30) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("state=sleeping", "state"),
        ("queue=first", "queue"),
        ("queue=0", "queue"),
        ("queue=1.5", "queue"),
        ("account=x", "account"),
        ("customer=%00", "customer"),
        ("custmer=urn", "custmer"),
        ("page_size=0", "page_size"),
        ("page_size=201", "page_size"),
        ("page_size=many", "page_size"),
        ("cursor=nonsense", "cursor"),
        ("cursor=cD1hYmM=", "cursor"),
        ("cursor=bz0xMA==", "cursor"),
        ("cursor=%C3%A9", "cursor"),
    ],
)
def test_a_filter_that_cannot_be_meant_is_refused_by_name(program: APIClient, query: str, field: str) -> None:
    answer = program.get(f"{URL}?{query}")

    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == [field]


def test_an_agent_lists_each_conversation_of_theirs_once(
    agents_program: APIClient, agent: Agent, conversation: Conversation
) -> None:
    of_another_queue = ConversationFactory.create(state=State.ACTIVE, agent=agent)
    of_own_queue = ConversationFactory.create(
        instance=ChannelInstanceFactory.create(account=AccountFactory.create()),
        queue=conversation.queue,
        state=State.ACTIVE,
        agent=agent,
    )
    ConversationFactory.create(queue=QueueFactory.create())

    assert found(agents_program) == [of_own_queue.pk, of_another_queue.pk, conversation.pk]


def test_a_list_takes_as_many_queries_for_ten_as_for_one(
    program: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ConversationFactory.create_batch(10, state=State.ACTIVE, agent=AgentFactory.create())

    with django_assert_num_queries(3):  # the token, the roles, the page
        answer = program.get(URL)

    assert len(answer.json()["results"]) == 10


def test_a_program_closes_a_conversation(program: APIClient, conversation: Conversation) -> None:
    answer = program.post(f"{URL}{conversation.pk}/close/")

    conversation.refresh_from_db()
    assert (answer.status_code, answer.json()["state"], answer.json()["close_reason"]) == (200, "closed", "api")
    assert answer.json()["closed_at"] is not None
    assert (conversation.state, conversation.close_reason) == (State.CLOSED, CloseReason.API)
    note = conversation.messages.get()
    assert (note.direction, note.body, note.author) == (Direction.NOTE, Event.ENDED, None)


def test_an_agents_program_closes_it_as_the_agent(agents_program: APIClient, conversation: Conversation) -> None:
    answer = agents_program.post(f"{URL}{conversation.pk}/close/")

    assert (answer.status_code, answer.json()["close_reason"]) == (200, "agent")


def test_closing_twice_is_refused_with_the_reason(program: APIClient, conversation: Conversation) -> None:
    program.post(f"{URL}{conversation.pk}/close/")

    answer = program.post(f"{URL}{conversation.pk}/close/")

    assert answer.status_code == 409
    assert answer.json() == {
        "type": "urn:omnichannel:problem:conversation-closed",
        "title": "The conversation is closed",
        "status": 409,
        "detail": "This conversation is closed. The customer's next message opens a new one.",
        "instance": f"{URL}{conversation.pk}/close/",
    }


def test_a_colleagues_conversation_is_refused_with_the_colleague(
    agents_program: APIClient, conversation: Conversation
) -> None:
    colleague = AgentFactory.create(name="Jo")
    Conversation.objects.update(state=State.ACTIVE, agent=colleague)

    answer = agents_program.post(f"{URL}{conversation.pk}/close/")

    assert answer.json() == {
        "type": "urn:omnichannel:problem:already-taken",
        "title": "A colleague works on the conversation",
        "status": 409,
        "detail": ANY,
        "instance": f"{URL}{conversation.pk}/close/",
        "agent": {"id": colleague.pk, "name": "Jo"},
    }
    conversation.refresh_from_db()
    assert conversation.is_open


@pytest.mark.parametrize("is_typing", [True, False])
def test_typing_is_passed_on(
    program: APIClient,
    conversation: Conversation,
    is_typing: bool,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: object,
) -> None:
    sent: list[tuple[object, ...]] = []
    monkeypatch.setattr(tasks.send_typing, "apply_async", lambda args, **options: sent.append(args))

    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        answer = program.post(f"{URL}{conversation.pk}/typing/", {"is_typing": is_typing}, format="json")

    assert (answer.status_code, answer.content) == (204, b"")
    assert sent == [(conversation.pk, is_typing)]


@pytest.mark.parametrize("body", [{}, {"is_typing": "perhaps"}, {"is_typing": None}])
def test_typing_needs_a_yes_or_no(program: APIClient, conversation: Conversation, body: dict[str, object]) -> None:
    answer = program.post(f"{URL}{conversation.pk}/typing/", body, format="json")

    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == ["is_typing"]


def test_context_variables_are_set_and_the_others_stay(program: APIClient, conversation: Conversation) -> None:
    url = f"{URL}{conversation.pk}/context/"
    program.post(url, {"values": {"OrderID": 4711, "Colour": "red"}}, format="json")

    answer = program.post(url, {"values": {"Colour": "blue"}}, format="json")

    assert (answer.status_code, answer.json()["context"]) == (200, {"OrderID": 4711, "Colour": "blue"})
    conversation.refresh_from_db()
    assert conversation.context == {"OrderID": 4711, "Colour": "blue"}


@pytest.mark.parametrize(
    "body",
    [{}, {"values": 5}, {"values": {"Order ID": 1}}, {"values": {"OrderID": None}}, {"values": {"OrderID": [1]}}],
)
def test_what_is_no_context_variable_is_refused(
    program: APIClient, conversation: Conversation, body: dict[str, object]
) -> None:
    answer = program.post(f"{URL}{conversation.pk}/context/", body, format="json")

    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == ["values"]
    conversation.refresh_from_db()
    assert conversation.context == {}


def test_a_closed_conversation_takes_no_context_variables(program: APIClient, conversation: Conversation) -> None:
    program.post(f"{URL}{conversation.pk}/close/")

    answer = program.post(f"{URL}{conversation.pk}/context/", {"values": {"OrderID": 1}}, format="json")

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:omnichannel:problem:conversation-closed")
