"""What the company says by itself: to whom, when, in which order, and how often."""

from typing import Any
from unittest import mock

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from channels_app.automated.triggers import AGENT_ENDED, OVERFLOW_ENDED, TRIGGERS
from channels_app.automated.wording import Wording
from channels_app.models import AutomatedMessage, ChannelInstance, Survey
from conversations import automated
from conversations.assignment import take
from conversations.context import set_context
from conversations.inbound.apply import Batch
from conversations.inbound.process import process_due
from conversations.inbound.replay import read_again
from conversations.lifecycle import end
from conversations.models import Conversation, Direction, InboundReceipt, Message
from conversations.outbound.send import send_text
from tests.conversations.inbound.deliveries import Apple
from tests.factories.channels_app import AutomatedMessageFactory, ChannelInstanceFactory, say_nothing_by_itself
from tests.factories.workstreams import AgentFactory
from tests.portal_of import Portal
from tests.simulator.apple import FakePhone, InProcess
from tests.website import Names, names
from workstreams.roles import Role

__all__ = ["names"]
GREETING = "Thanks for writing to us. We will answer here."


@pytest.fixture
def portal(portal: Portal) -> Portal:
    """A business that says what it says out of the box."""
    AutomatedMessage.objects.all().delete()
    return portal


@pytest.fixture
def survey(portal: Portal) -> Survey:
    """The survey that the business offers."""
    made = Survey.objects.create(name="How was it?", url="https://ask.example/velo?about={token}")
    ChannelInstance.objects.update(offers_survey=True, survey=made, survey_message="How did {AgentName} do?")
    return made


def drain() -> None:
    """Apply all that waits."""
    while process_due(limit=100):
        pass


def said(conversation: Conversation) -> list[tuple[str, str, bool]]:
    """Direction, words and whether they were said by itself, oldest first."""
    return list(conversation.messages.order_by("pk").values_list("direction", "body", "is_automated"))


def triggers(conversation: Conversation) -> list[str]:
    """What texts to the customer were sent for, oldest first."""
    out = conversation.messages.filter(direction=Direction.OUT, kind="text").order_by("pk")
    return list(out.values_list("trigger", flat=True))


def business() -> Apple:
    """Apple, for another business whose queue an agent serves."""
    instance = ChannelInstanceFactory.create()
    instance.workstream.fallback_queue.agents.add(AgentFactory.create())
    return Apple(instance.account)


def test_a_new_conversation_is_greeted_once(portal: Portal, phone: FakePhone, conversation: Conversation) -> None:
    phone.write("Anybody?")
    portal.receive()
    portal.send()

    assert said(conversation) == [("in", "Hello", False), ("out", GREETING, True), ("in", "Anybody?", False)]
    assert phone.texts == [GREETING]
    assert (conversation.preview, conversation.unread) == ("Hello", 1)


def test_apple_is_told_that_nobody_wrote_it(portal: Portal, phone: FakePhone, conversation: Conversation) -> None:
    send_text(conversation, "Hi, this is Maya.", by=portal.agent)
    heard: list[tuple[str, Any]] = []
    inner = InProcess.send

    def listen(self: InProcess, request: Any, **kwargs: Any) -> Any:
        heard.append((request.headers["auto-reply"], request.headers.get("msp-agent")))
        return inner(self, request, **kwargs)

    with mock.patch.object(InProcess, "send", listen):
        portal.send()

    assert phone.texts == [GREETING, "Maya Lindgren is here.", "Hi, this is Maya."]
    assert [marked for marked, _agent in heard] == ["true", "true", "false"]


def test_a_queue_that_nobody_serves_is_told_of(portal: Portal, phone: FakePhone) -> None:
    portal.conversation(phone).queue.agents.clear()
    end(portal.conversation(phone), by=None)
    phone.write("Hello again")

    portal.receive()

    assert triggers(portal.conversation(phone)) == ["greeting", "agent_not_assigned"]


@pytest.mark.accepts("A2.5-1")
def test_a_channel_text_holds_for_all_and_an_instance_text_for_one(db: None) -> None:
    AutomatedMessageFactory.create(text="Welcome to Kettle & Spoke.")
    shop, workshop = business(), business()

    def greetings(customer: str) -> list[str]:
        for apple in (shop, workshop):
            apple.deliver(body="Hello", customer=customer)
        drain()
        new = Message.objects.filter(conversation__customer__customer_id=customer, trigger="greeting")
        return [new.get(conversation__instance__account=apple.account).body for apple in (shop, workshop)]

    both = greetings("urn:mbid:1")
    instance = ChannelInstance.objects.get(account=workshop.account)
    AutomatedMessageFactory.create(instance=instance, text="The workshop says hello.")

    assert both == ["Welcome to Kettle & Spoke.", "Welcome to Kettle & Spoke."]
    assert greetings("urn:mbid:2") == ["Welcome to Kettle & Spoke.", "The workshop says hello."]


@pytest.mark.accepts("A2.5-2")
def test_a_context_variable_is_replaced_and_a_misspelled_one_vanishes(
    portal: Portal, phone: FakePhone, conversation: Conversation
) -> None:
    AutomatedMessageFactory.create(
        trigger="agent_joined", text="{AgentName}, order {$OrderID$}{$orderid$}, {QueueName}"
    )
    set_context(conversation, {"OrderID": 4711})

    take(conversation, by=portal.agent)
    portal.send()

    assert phone.texts == [GREETING, f"Maya Lindgren, order 4711, {conversation.queue.name}"]


def test_a_text_of_which_nothing_is_left_is_not_sent(portal: Portal, conversation: Conversation) -> None:
    AutomatedMessageFactory.create(trigger="agent_joined", text=" {$OrderID$} ")
    AutomatedMessageFactory.create(trigger="agent_assigned", is_active=False)

    take(conversation, by=portal.agent)

    assert triggers(conversation) == ["greeting"]


def test_a_text_that_variables_make_too_long_is_cut(portal: Portal, conversation: Conversation) -> None:
    AutomatedMessageFactory.create(trigger="agent_joined", text="{$Story$}" * 200)
    set_context(conversation, {"Story": "ü" * 4000})

    take(conversation, by=portal.agent)

    assert len(Message.objects.get(trigger="agent_joined").body.encode()) == automated.TEXT_LIMIT


@pytest.mark.accepts("A2.5-3")
def test_what_is_deactivated_is_not_sent(portal: Portal, phone: FakePhone, conversation: Conversation) -> None:
    end(conversation, by=portal.agent)
    loud = triggers(conversation)
    say_nothing_by_itself()
    portal.conversation(phone).queue.agents.clear()

    phone.write("Hello again")
    portal.receive()
    quiet = portal.conversation(phone)
    take(quiet, by=portal.agent)
    end(quiet, by=portal.agent)

    assert loud == ["greeting", "agent_ended", "session_ended"]
    assert quiet != conversation
    assert [entry for entry in said(quiet) if entry[2]] == []


@pytest.mark.accepts("A2.5-3")
def test_of_what_is_deactivated_the_overflow_alone_reaches_the_phone(
    portal: Portal, phone: FakePhone, conversation: Conversation
) -> None:
    end(conversation, by=None)
    portal.send()
    AutomatedMessageFactory.create(trigger="overflow_ended", text="Our own words", is_active=False)
    AutomatedMessageFactory.create(trigger="agent_ended", text="Our own words", is_active=False)
    wording = Wording([conversation.instance], TRIGGERS)

    # No queue overflows yet: it is sent as whatever ends a conversation will send it.
    automated._queue(list(automated._lines(conversation, (OVERFLOW_ENDED, AGENT_ENDED), wording)))
    portal.send()

    assert phone.texts == [GREETING, "All lines are busy. Please write later."]


def test_whoever_takes_a_conversation_is_announced_once(portal: Portal, conversation: Conversation) -> None:
    take(conversation, by=portal.agent)
    take(conversation, by=portal.agent)
    send_text(conversation, "Hi!", by=portal.agent)

    assert triggers(conversation) == ["greeting", "agent_joined", ""]


def test_the_assignment_is_told_where_the_joining_is_not(portal: Portal, conversation: Conversation) -> None:
    AutomatedMessageFactory.create(trigger="agent_joined", text="", is_active=False)

    take(conversation, by=portal.agent)

    assert said(conversation)[-1] == ("out", "Maya Lindgren will look after you.", True)


@pytest.mark.accepts("A2.6-1")
def test_ending_asks_once_how_it_was_by_a_link_of_its_own(
    portal: Portal, phone: FakePhone, survey: Survey, names: Names
) -> None:
    links = []
    for _time in range(2):
        phone.write("Hello")
        portal.receive()
        conversation = portal.conversation(phone)
        end(conversation, by=portal.agent)
        asked = conversation.messages.get(trigger="survey")
        link = conversation.messages.latest("pk")
        assert asked.body == "How did Maya Lindgren do?"
        assert (link.kind, link.body) == ("rich_link", f"https://ask.example/velo?about={asked.apple_id}")
        links.append(link.body)
    portal.send()

    assert len(set(links)) == 2
    assert [text for text in phone.texts if "ask.example" in text] == links
    assert triggers(conversation)[:4] == ["greeting", "agent_ended", "session_ended", "survey"]


def test_a_program_that_ends_it_asks_too_and_says_nothing_of_an_agent(
    portal: Portal, conversation: Conversation, survey: Survey
) -> None:
    end(conversation, by=None)

    assert triggers(conversation) == ["greeting", "survey"]


def test_no_survey_goes_out_without_its_switch(portal: Portal, conversation: Conversation, survey: Survey) -> None:
    ChannelInstance.objects.update(offers_survey=False)

    end(conversation, by=None)

    assert triggers(conversation) == ["greeting"]


def test_of_a_customer_who_left_the_agent_alone_is_told(
    portal: Portal, phone: FakePhone, conversation: Conversation, survey: Survey
) -> None:
    portal.send()
    AutomatedMessageFactory.create(trigger="customer_disconnected", text="{AgentName}, they are gone.")
    take(conversation, by=portal.agent)

    phone.close()
    portal.receive()
    portal.send()

    assert said(conversation)[-1] == ("note", "Maya Lindgren, they are gone.", True)
    assert triggers(conversation) == ["greeting", "agent_joined"]
    assert not conversation.messages.filter(delivery__in=["queued", "sending"]).exists()


def test_whoever_writes_and_leaves_at_once_is_not_greeted(portal: Portal) -> None:
    phone = portal.apple.phone()
    phone.write("Hello")
    phone.close()

    portal.receive()

    assert triggers(portal.conversation(phone)) == []


def test_somebody_who_left_is_told_nothing_when_the_rest_is_tidied_up(
    portal: Portal, conversation: Conversation, survey: Survey
) -> None:
    conversation.customer.left_at = conversation.opened_at
    conversation.customer.save()

    take(conversation, by=portal.agent)
    end(conversation, by=portal.agent)

    assert triggers(conversation) == ["greeting"]


def test_a_delivery_that_is_read_again_greets_nobody_again(portal: Portal, conversation: Conversation) -> None:
    heard = conversation.messages.get(direction=Direction.IN).receipt
    assert heard

    read_again(heard)

    assert triggers(conversation) == ["greeting"]


def test_a_worker_that_dies_after_the_greeting_has_greeted_nobody(db: None) -> None:
    apple = business()
    apple.deliver(body="Hello")
    greeted = automated.greet

    def die(*args: Any) -> None:
        greeted(*args)
        raise KeyboardInterrupt

    with mock.patch.object(automated, "greet", die), pytest.raises(KeyboardInterrupt):
        process_due(limit=10)
    drain()

    assert Message.objects.filter(trigger="greeting").count() == 1


def queries_for(apple: Apple, customers: int) -> list[str]:
    """Return what the database is asked while so many new customers are taken in together."""
    for number in range(customers):
        apple.deliver(body="Hello", customer=f"urn:mbid:{customers}-{number}")
    with CaptureQueriesContext(connection) as captured:
        Batch(list(InboundReceipt.objects.filter(state="waiting"))).apply()
    return [query["sql"] for query in captured]


def test_greeting_many_costs_as_many_queries_as_greeting_few(db: None) -> None:
    apple = business()

    few, many = queries_for(apple, 2), queries_for(apple, 12)

    # Each conversation is opened by an insert of its own.
    assert len(many) - len(few) == 10


def test_an_open_conversation_asks_for_no_automated_message(db: None) -> None:
    apple = business()
    queries_for(apple, 3)

    again = queries_for(apple, 3)

    assert Conversation.objects.count() == 3
    assert not [query for query in again if "automatedmessage" in query]


def test_the_console_shows_what_was_said_by_itself(portal: Portal, conversation: Conversation) -> None:
    browser = Client()
    browser.force_login(portal.agent.user, backend="django.contrib.auth.backends.ModelBackend")
    portal.agent.user.groups.add(Group.objects.get(name=Role.AGENT.value))

    page = browser.get(f"/console/conversations/{conversation.pk}/").content.decode()

    assert GREETING in page
    assert "Automated" in page


def test_what_is_sent_now_does_not_say_that_it_waits_for_something() -> None:
    sent = [
        "greeting",
        "agent_assigned",
        "agent_not_assigned",
        "agent_ended",
        "agent_joined",
        "customer_disconnected",
        "session_ended",
    ]

    assert [trigger.slug for trigger in TRIGGERS if not trigger.waits_for] == sent
