"""Customers who come through an entry point reach the queue that the workstream's rules name."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from channels_app.models import ChannelInstance
from conversations.models import Conversation
from tests.factories.rules import RouteRuleFactory
from tests.factories.workstreams import QueueFactory
from tests.portal.visitors import visitor
from tests.portal_of import Portal, open_portal
from tests.simulator.apple import FakeApple, apple
from workstreams.models import Queue, Workstream
from workstreams.roles import Role

__all__ = ["apple"]
API = "/simulator/api"


@pytest.fixture
def portal(apple: FakeApple, one_thread: None) -> Portal:
    """The portal of the simulated business."""
    return open_portal(apple)


@pytest.fixture
def workstream(portal: Portal) -> Workstream:
    """Its workstream."""
    return ChannelInstance.objects.get().workstream


def comes(portal: Portal, **entry: str) -> Conversation:
    """Let a customer open a link of the business on a phone of their own, and write."""

    def post(path: str, body: dict[str, Any]) -> Any:
        return Client().post(f"{API}/{path}", json.dumps(body), content_type="application/json").json()

    phone = post("phones", {"business_id": portal.apple.business_id} | entry)["id"]
    post(f"phones/{quote(phone, safe='')}/messages", {"text": "Hello"})
    portal.receive()
    return Conversation.objects.get(customer__customer_id=phone)


def rule(workstream: Workstream, queue: str, attribute: str, operator: str, *values: str) -> Queue:
    """Add a rule with one condition, and return its queue."""
    condition = {"attribute": attribute, "operator": operator, "values": list(values)}
    made: Queue = QueueFactory.create(name=queue)
    RouteRuleFactory.create(workstream=workstream, queue=made, conditions=[condition])
    return made


@pytest.mark.accepts("A2.10-3")
def test_without_a_rule_the_fallback_queue_gets_it_and_the_page_on_routing_says_so(
    portal: Portal, workstream: Workstream
) -> None:
    supervisor = visitor(Role.SUPERVISOR)

    conversation = comes(portal, intent="billing")
    tried = {"try": "on", "intent": "billing"}
    page = supervisor.opens("workstreams_workstream_rules", workstream.pk, **tried).content.decode()

    assert conversation.queue == workstream.fallback_queue
    assert f"It would wait in <b>{workstream.fallback_queue}</b>." in page
    assert "No rule matched, so the fallback queue takes it" in page


@pytest.mark.accepts("A2.11-1")
def test_a_customer_with_the_intent_billing_reaches_billing(portal: Portal, workstream: Workstream) -> None:
    billing = rule(workstream, "Billing", "intent", "equals", "billing")

    assert comes(portal, intent="billing").queue == billing
    assert comes(portal, intent="Billing").queue == billing
    assert comes(portal, intent="order").queue == workstream.fallback_queue
    assert comes(portal).queue == workstream.fallback_queue


@pytest.mark.accepts("A2.11-2")
def test_a_group_that_contains_data_matches_only_conversations_with_a_group(
    portal: Portal, workstream: Workstream
) -> None:
    grouped = rule(workstream, "Grouped", "group", "set")

    assert comes(portal, group="tokyo").queue == grouped
    assert comes(portal, intent="billing").queue == workstream.fallback_queue


@pytest.mark.accepts("R15")
def test_intent_and_group_reach_the_right_queue(portal: Portal, workstream: Workstream) -> None:
    billing = rule(workstream, "Billing", "intent", "equals", "billing")
    tokyo = rule(workstream, "Tokyo", "group", "equals", "tokyo")
    german = rule(workstream, "German", "locale", "begins", "de")

    conversations = [
        comes(portal, intent="billing", group="tokyo"),
        comes(portal, intent="order", group="tokyo"),
        comes(portal, locale="de_CH"),
        comes(portal, locale="en_US", intent="order"),
    ]

    assert [each.queue for each in conversations] == [billing, tokyo, german, workstream.fallback_queue]
    assert [(each.intent, each.group) for each in conversations[:2]] == [("billing", "tokyo"), ("order", "tokyo")]


def test_a_batch_reads_the_rules_once_for_any_number_of_conversations(portal: Portal, workstream: Workstream) -> None:
    rule(workstream, "Billing", "intent", "equals", "billing")
    for number in range(5):
        portal.apple.phone(f"urn:mbid:customer-{number}").write("Hello")

    with CaptureQueriesContext(connection) as captured:
        portal.receive()

    asked = [query for query in captured if 'FROM "workstreams_routerule"' in query["sql"]]
    assert (Conversation.objects.count(), len(asked)) == (5, 1)


def test_a_conversation_that_goes_on_needs_no_rules(portal: Portal, workstream: Workstream) -> None:
    phone = portal.apple.phone()
    phone.write("Hello")
    portal.receive()
    phone.write("Still there?")

    with CaptureQueriesContext(connection) as captured:
        portal.receive()

    assert not [query for query in captured if 'FROM "workstreams_routerule"' in query["sql"]]
