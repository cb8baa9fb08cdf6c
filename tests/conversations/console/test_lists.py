"""The lists: mine, open, closed today, search."""

import datetime

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from channels_app.models import ChannelInstance
from conversations.console.worklist import View, Worklist
from conversations.models import CloseReason, Conversation, State
from tests.conversations.console.conftest import SignIn, person
from tests.factories.channels_app import ChannelInstanceFactory
from tests.factories.conversations import ConversationFactory
from tests.factories.workstreams import QueueFactory
from workstreams.models import Agent
from workstreams.roles import Role


def listed(client: Client, query: str) -> list[int]:
    """Return the conversations of a list, in order."""
    answer = client.get(f"/console/list/?{query}")
    return [each.pk for each in answer.context["worklist"].rows]


def closed(instance: ChannelInstance, agent: Agent, at: datetime.datetime) -> Conversation:
    """A conversation that ended with an agent."""
    conversation: Conversation = ConversationFactory.create(
        instance=instance, agent=agent, state=State.CLOSED, close_reason=CloseReason.AGENT, closed_at=at
    )
    return conversation


@pytest.mark.accepts("A7.1-1")
def test_an_agent_in_two_queues_sees_the_open_items_of_both_and_none_of_a_third(
    instance: ChannelInstance, sign_in: SignIn
) -> None:
    second, third = (ChannelInstanceFactory.create() for _ in range(2))
    one, two, _three = (ConversationFactory.create(instance=each) for each in (instance, second, third))
    queues = (instance.workstream.fallback_queue, second.workstream.fallback_queue)
    console = sign_in(person("Ida", Role.AGENT, *queues))

    assert listed(console, "view=open") == [one.pk, two.pk]


@pytest.mark.accepts("A7.1-1")
def test_assign_to_me_moves_the_row(console: Client, instance: ChannelInstance) -> None:
    waiting = ConversationFactory.create(instance=instance)

    answer = console.post(f"/console/conversations/{waiting.pk}/take/", headers={"HX-Request": "true"})

    assert (answer.status_code, listed(console, "view=mine"), listed(console, "view=open")) == (204, [waiting.pk], [])


@pytest.mark.accepts("A7.1-1")
def test_yesterdays_closed_item_is_gone(console: Client, instance: ChannelInstance, agent: Agent, maya: Agent) -> None:
    with time_machine.travel("2026-05-04T09:00:00Z", tick=False):
        now = timezone.now()
        mine = closed(instance, agent, now - datetime.timedelta(hours=8))
        closed(instance, agent, now - datetime.timedelta(hours=10))
        closed(instance, maya, now)

        assert listed(console, "view=closed") == [mine.pk]


def test_today_begins_at_the_viewers_midnight(console: Client, instance: ChannelInstance, agent: Agent) -> None:
    console.cookies["time_zone"] = "America/New_York"
    with time_machine.travel("2026-05-04T01:00:00Z", tick=False):
        evening = closed(instance, agent, timezone.now() - datetime.timedelta(hours=3))

        assert listed(console, "view=closed") == [evening.pk]


def test_the_longest_wait_comes_first_and_the_newest_message_elsewhere(
    console: Client, instance: ChannelInstance, agent: Agent
) -> None:
    now = timezone.now()
    hours = [datetime.timedelta(hours=each) for each in (1, 3, 2)]
    waiting = [ConversationFactory.create(instance=instance, opened_at=now - each) for each in hours]
    mine = [
        ConversationFactory.create(instance=instance, agent=agent, state=State.ACTIVE, last_message_at=now - each)
        for each in hours
    ]

    assert listed(console, "view=open") == [waiting[1].pk, waiting[2].pk, waiting[0].pk]
    assert listed(console, "view=mine") == [mine[0].pk, mine[2].pk, mine[1].pk]


def test_search_finds_a_visitor_a_customer_and_the_beginning_of_a_line(
    console: Client, instance: ChannelInstance
) -> None:
    found = ConversationFactory.create(instance=instance, preview="100% sure_about it")
    ConversationFactory.create(instance=instance, preview="Something else")
    customer = found.customer

    for query in (f"Visitor {customer.pk}", f"#{customer.pk}", customer.customer_id, "100% SURE_"):
        assert listed(console, f"view=mine&q={query.replace('%', '%25').replace('#', '%23')}") == [found.pk], query


def test_search_never_shows_another_queue(instance: ChannelInstance, sign_in: SignIn) -> None:
    hidden = ConversationFactory.create(instance=instance, preview="Secret")
    console = sign_in(person("Ida", Role.AGENT, QueueFactory.create()))

    assert listed(console, "q=Secret") == []
    assert listed(console, f"q=Visitor+{hidden.customer_id}") == []


@pytest.mark.parametrize("query", ["view=nothing", "show=-1", "show=x", "q=%00", "q=%ED%A0%BD", f"current={10**30}"])
def test_a_strange_address_shows_the_usual_list(console: Client, query: str) -> None:
    assert console.get(f"/console/list/?{query}").status_code == 200


def test_the_team_is_listed_for_supervisors_only(instance: ChannelInstance, agent: Agent, maya: Agent) -> None:
    theirs = ConversationFactory.create(instance=instance, agent=maya, state=State.ACTIVE)
    supervisor = person("Sue Park", Role.SUPERVISOR)

    assert [each.pk for each in Worklist(supervisor, View.TEAM).rows] == [theirs.pk]
    assert [tab.view for tab in Worklist(agent).tabs] == [View.MINE, View.OPEN, View.CLOSED]


def test_a_long_list_goes_on_when_asked(console: Client, instance: ChannelInstance) -> None:
    ConversationFactory.create_batch(53, instance=instance)

    first = console.get("/console/list/?view=open").context["worklist"]

    assert (len(first.rows), first.has_more, first.next_show) == (50, True, 100)
    assert len(listed(console, "view=open&show=100")) == 53


def test_unread_messages_are_counted_up_to_ten_and_then_told_with_a_plus(
    console: Client, instance: ChannelInstance, agent: Agent
) -> None:
    for count in (9, 10):
        ConversationFactory.create(instance=instance, agent=agent, state=State.ACTIVE, unread=count)

    page = console.get("/console/list/").content.decode()

    assert 'data-unread="19"' in page
    assert "10+" in page


def test_who_types_is_told_above_the_last_words_which_come_back(console: Client, instance: ChannelInstance) -> None:
    soon = timezone.now() + datetime.timedelta(minutes=1)
    ConversationFactory.create(instance=instance, preview="Do you rent tandems?", typing_until=soon)

    page = console.get("/console/list/?view=open").content.decode()

    assert page.index("typing…") < page.index("Do you rent tandems?")


def test_an_empty_list_says_what_belongs_there(console: Client) -> None:
    assert "Nobody is waiting" in console.get("/console/?view=open").content.decode()
