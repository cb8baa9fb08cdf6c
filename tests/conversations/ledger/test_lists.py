"""The lists of the ledger: who may read them, what they say, what narrows them, and what they cost."""

import datetime
import json
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from conversations.ledger import accounts
from conversations.models import InboundReceipt, Message
from tests.factories.channels_app import AccountFactory, ChannelInstanceFactory
from tests.factories.conversations import (
    ConversationFactory,
    CustomerFactory,
    InboundReceiptFactory,
    MessageFactory,
    OutboundFactory,
)
from tests.portal.visitors import Visitor

PAGES = ("ledger_attention", "ledger_inbound", "ledger_outbound")


def shown(answer: Any) -> list[int]:
    """The ids on a page, from top to bottom."""
    return [line.pk for line in answer.context["lines"]]


def parked(**fields: Any) -> InboundReceipt:
    """A delivery that nothing could be made of."""
    receipt: InboundReceipt = InboundReceiptFactory.create(
        state="parked", outcome="No channel instance uses this account.", processed_at=timezone.now(), **fields
    )
    return receipt


def failed(**fields: Any) -> Message:
    """A message that Apple refused."""
    message: Message = OutboundFactory.create(
        delivery="failed", failure_status=400, failure_reason="Bad request", sent_at=None, attempts=1, **fields
    )
    return message


@pytest.mark.parametrize("name", [*PAGES, "ledger_find"])
def test_an_agent_is_refused(agent: Visitor, name: str) -> None:
    assert agent.opens(name, q="1").status_code == 403


@pytest.mark.parametrize("name", PAGES)
def test_supervisors_and_administrators_read_every_page(supervisor: Visitor, administrator: Visitor, name: str) -> None:
    assert [person.opens(name).status_code for person in (supervisor, administrator)] == [200, 200]


def test_a_line_says_what_came_of_a_delivery(supervisor: Visitor) -> None:
    message = MessageFactory.create(receipt=InboundReceiptFactory.create(state="done", processed_at=timezone.now()))
    receipt = message.receipt
    customer = CustomerFactory.create(account=receipt.account, customer_id=receipt.customer_id)

    line = supervisor.opens("ledger_inbound").context["lines"][0]

    assert (line.pk, line.at, line.account, line.customer) == (
        receipt.pk,
        receipt.received_at,
        receipt.account.name,
        customer.label,
    )
    assert (line.kind, line.state, line.mood, line.reason) == ("Text", "Applied", "good", "")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("typing_start", "Typing"),
        ("typing_end", "Typing ended"),
        ("close", "Conversation deleted"),
        ("x", "Unsupported message"),
    ],
)
def test_a_delivery_without_a_message_says_what_it_was(supervisor: Visitor, kind: str, words: str) -> None:
    body = {"v": 1, "id": "8b0f1a2e-6f1d-4d56-9d0e-2f1f4b0c7d11", "type": kind, "sourceId": "a", "destinationId": "b"}
    InboundReceiptFactory.create(body=json.dumps(body).encode())

    assert supervisor.opens("ledger_inbound").context["lines"][0].kind == words


def test_a_large_body_without_a_message_is_left_alone(supervisor: Visitor) -> None:
    InboundReceiptFactory.create(body=b"{" + b" " * 5000 + b"}")

    assert supervisor.opens("ledger_inbound").context["lines"][0].kind == "–"


def test_a_line_says_how_sending_goes(supervisor: Visitor) -> None:
    message = failed()

    line = supervisor.opens("ledger_outbound").context["lines"][0]

    assert (line.pk, line.kind, line.state, line.mood) == (message.pk, "Text", "Not sent", "bad")
    assert (line.attempts, line.reason, line.customer) == (1, "Bad request", message.conversation.customer.label)


def test_what_customers_and_notes_say_is_not_in_the_list_of_what_goes_out(supervisor: Visitor) -> None:
    MessageFactory.create()
    MessageFactory.create(direction="note")

    assert shown(supervisor.opens("ledger_outbound")) == []


def test_no_page_shows_a_word_that_anybody_wrote(supervisor: Visitor) -> None:
    secret = "Mein Rad eiert"
    receipt = parked(body=json.dumps({"type": "text", "body": secret}).encode())
    message = failed(body=secret)
    MessageFactory.create(body=secret, receipt=InboundReceiptFactory.create(state="done", processed_at=timezone.now()))

    pages = [supervisor.opens(name) for name in PAGES]
    pages += [supervisor.opens("ledger_receipt", receipt.pk), supervisor.opens("ledger_message", message.pk)]

    assert [page.status_code for page in pages] == [200] * 5
    assert not [page for page in pages if secret in page.content.decode()]


def test_deliveries_are_narrowed_by_account_state_and_period(supervisor: Visitor) -> None:
    old = parked(received_at=timezone.now() - datetime.timedelta(days=3))
    new = InboundReceiptFactory.create()

    assert shown(supervisor.opens("ledger_inbound")) == [new.pk, old.pk]
    assert shown(supervisor.opens("ledger_inbound", account=old.account.pk)) == [old.pk]
    assert shown(supervisor.opens("ledger_inbound", state="parked")) == [old.pk]
    assert shown(supervisor.opens("ledger_inbound", period="day")) == [new.pk]
    assert shown(supervisor.opens("ledger_inbound", period="week")) == [new.pk, old.pk]
    assert shown(supervisor.opens("ledger_inbound", state="waiting", account=old.account.pk)) == []


def test_messages_are_narrowed_by_account_state_and_period(supervisor: Visitor) -> None:
    old = failed(created_at=timezone.now() - datetime.timedelta(days=3))
    new = OutboundFactory.create()

    assert shown(supervisor.opens("ledger_outbound")) == [new.pk, old.pk]
    account = old.conversation.instance.account.pk
    assert shown(supervisor.opens("ledger_outbound", account=account)) == [old.pk]
    assert shown(supervisor.opens("ledger_outbound", state="failed")) == [old.pk]
    assert shown(supervisor.opens("ledger_outbound", state="sent")) == [new.pk]
    assert shown(supervisor.opens("ledger_outbound", period="hour")) == [new.pk]
    assert shown(supervisor.opens("ledger_outbound", period="month")) == [new.pk, old.pk]


@pytest.mark.parametrize("few", [1, 5_000], ids=["a long walk", "a table that is small"])
def test_one_account_is_read_in_order_page_by_page_both_ways(
    supervisor: Visitor, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(accounts, "FEW", few)
    mine, other = ChannelInstanceFactory.create(), ChannelInstanceFactory.create()
    talks = [ConversationFactory.create(instance=instance) for instance in (mine, mine, other)]
    sent = [OutboundFactory.create(conversation=talks[number % 3]) for number in range(90)]
    came = [InboundReceiptFactory.create(account=talks[number % 3].instance.account) for number in range(90)]
    expected = {
        "ledger_outbound": [row.pk for row in reversed(sent) if row.conversation.instance == mine],
        "ledger_inbound": [row.pk for row in reversed(came) if row.account == mine.account],
    }

    for name, ids in expected.items():
        first = supervisor.opens(name, account=mine.account.pk)
        second = supervisor.client.get(first.request["PATH_INFO"] + first.context["page"].older)
        back = supervisor.client.get(first.request["PATH_INFO"] + second.context["page"].newer)

        assert shown(first) + shown(second) == ids
        assert shown(back) == shown(first)


def test_a_silent_account_is_reached_by_its_conversations_and_not_through_those_of_others(
    db: None, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(accounts, "FEW", 2)
    silent, busy = ChannelInstanceFactory.create(), ConversationFactory.create()
    mine = [OutboundFactory.create(conversation=ConversationFactory.create(instance=silent)) for _ in range(3)]
    OutboundFactory.create_batch(100, conversation=busy)

    # A short walk in vain, a second look at how much it has, and then all it has.
    with django_assert_num_queries(7):
        found = accounts.first_messages(silent.account)(Message.objects.filter(direction="out"), "-pk", 2)

    assert found == mine[:0:-1]


def test_the_newest_deliveries_of_an_account_are_read_from_their_index(db: None) -> None:
    busy, quiet = AccountFactory.create_batch(2)
    InboundReceiptFactory.create_batch(400, account=busy)
    InboundReceiptFactory.create_batch(3, account=quiet)
    with connection.cursor() as cursor:
        # Without what it knows of the rows, PostgreSQL chooses as it happens to.
        cursor.execute("ANALYZE conversations_inboundreceipt; SET LOCAL enable_bitmapscan = off")

    plan = InboundReceipt.objects.filter(account=quiet).order_by("-pk")[:50].explain()

    assert "receipt_account" in plan
    assert "Sort" not in plan


@pytest.mark.parametrize(
    "query",
    [
        {"account": "x"},
        {"account": 9**9},
        {"state": "nonsense"},
        {"period": "ever"},
        {"customer": "9" * 30},
        {"before": "-1"},
    ],
)
@pytest.mark.parametrize("name", ["ledger_inbound", "ledger_outbound"])
def test_an_address_that_makes_no_sense_shows_everything(supervisor: Visitor, name: str, query: Any) -> None:
    InboundReceiptFactory.create()
    OutboundFactory.create()

    answer = supervisor.opens(name, **query)

    assert (answer.status_code, len(shown(answer))) == (200, 1)


def test_lists_are_paged_by_key_with_their_filters_kept(supervisor: Visitor) -> None:
    rows = [parked().pk for _ in range(60)]
    InboundReceiptFactory.create()

    first = supervisor.opens("ledger_inbound", state="parked")
    second = supervisor.client.get(first.request["PATH_INFO"] + first.context["page"].older)
    back = supervisor.client.get(first.request["PATH_INFO"] + second.context["page"].newer)

    assert shown(first) + shown(second) == rows[::-1]
    assert shown(back) == shown(first)
    assert "state=parked" in second.context["page"].newer


@pytest.mark.parametrize("name", PAGES)
def test_a_page_costs_the_same_however_much_it_shows(
    supervisor: Visitor, name: str, django_assert_max_num_queries: Any
) -> None:
    for _ in range(30):
        parked()
        failed()
        MessageFactory.create(receipt=InboundReceiptFactory.create())

    with django_assert_max_num_queries(18):
        supervisor.opens(name)


def test_the_header_says_what_waits_and_what_needs_somebody(supervisor: Visitor) -> None:
    waiting = InboundReceiptFactory.create(received_at=timezone.now() - datetime.timedelta(minutes=9))
    queued = OutboundFactory.create(delivery="queued", sent_at=None)
    parked()
    failed()
    OutboundFactory.create(delivery="unknown", sent_at=None)

    pulse = supervisor.opens("ledger_inbound").context["pulse"]

    assert (pulse.waiting_since, pulse.unsent_since) == (waiting.received_at, queued.created_at)
    assert (pulse.parked, pulse.failed, pulse.unknown) == (1, 1, 1)


def test_a_count_ends_at_a_thousand(supervisor: Visitor) -> None:
    account = ChannelInstanceFactory.create().account
    rows = InboundReceiptFactory.build_batch(
        1005, account=account, state="parked", outcome="Because.", processed_at=timezone.now()
    )
    InboundReceipt.objects.bulk_create(rows)

    answer = supervisor.opens("ledger_attention")

    assert answer.context["pulse"].parked == 1001
    assert "1,000+" in answer.content.decode()


def test_what_needs_somebody_is_what_can_still_be_mended(supervisor: Visitor) -> None:
    stuck, uncertain = failed(), OutboundFactory.create(delivery="unknown", sent_at=None)
    failed(
        conversation=ConversationFactory.create(state="closed", closed_at=timezone.now(), close_reason="customer_left")
    )
    put_aside = parked()
    late = InboundReceiptFactory.create(received_at=timezone.now() - datetime.timedelta(minutes=5))
    InboundReceiptFactory.create()
    slow = OutboundFactory.create(
        delivery="queued", sent_at=None, created_at=timezone.now() - datetime.timedelta(minutes=5)
    )
    OutboundFactory.create(delivery="queued", sent_at=None)

    context = supervisor.opens("ledger_attention").context

    assert [line.pk for line in context["unsettled"]] == [uncertain.pk, stuck.pk]
    assert [line.pk for line in context["parked"]] == [put_aside.pk]
    assert [line.pk for line in context["late_receipts"]] == [late.pk]
    assert [line.pk for line in context["late_messages"]] == [slow.pk]


def test_when_all_is_well_the_page_says_so(supervisor: Visitor) -> None:
    assert "Nothing needs you" in supervisor.opens("ledger_attention").content.decode()
