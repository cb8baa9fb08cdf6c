"""One box finds what any id stands for, or says that nothing has it."""

from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from conversations.models import Conversation, Message
from tests.factories.conversations import (
    ConversationFactory,
    CustomerFactory,
    InboundReceiptFactory,
    MessageFactory,
    OutboundFactory,
)
from tests.portal.visitors import Visitor


def page(kind: str, pk: int) -> str:
    """The address of a delivery or a message."""
    return reverse(f"admin:ledger_{kind}", args=[pk])


def found(answer: Any) -> tuple[list[str], list[int], list[int]]:
    """What a page of results says: sentences, deliveries, messages."""
    result = answer.context["found"]
    return result.sentences, [line.pk for line in result.receipts], [line.pk for line in result.messages]


def received(conversation: Conversation | None = None, **fields: Any) -> Any:
    """A delivery with its message."""
    conversation = conversation or ConversationFactory.create()
    receipt = InboundReceiptFactory.create(
        account=conversation.instance.account,
        customer_id=conversation.customer.customer_id,
        state="done",
        processed_at=timezone.now(),
    )
    return MessageFactory.create(conversation=conversation, receipt=receipt, apple_id=receipt.apple_id, **fields)


def test_apples_id_leads_to_the_delivery(supervisor: Visitor) -> None:
    message = received()

    answer = supervisor.opens("ledger_find", q=f"  {str(message.apple_id).upper()} ")

    assert answer["Location"] == page("receipt", message.receipt.pk)


def test_the_id_of_ours_at_apple_leads_to_the_message(supervisor: Visitor) -> None:
    message = OutboundFactory.create()

    assert supervisor.opens("ledger_find", q=message.apple_id)["Location"] == page("message", message.pk)


@pytest.mark.parametrize("words", ["message {}", "Message {}", "message #{}"])
def test_a_message_is_found_by_its_number(supervisor: Visitor, words: str) -> None:
    message = OutboundFactory.create()

    assert supervisor.opens("ledger_find", q=words.format(message.pk))["Location"] == page("message", message.pk)


def test_a_customers_message_leads_to_its_delivery(supervisor: Visitor) -> None:
    message = received()

    answer = supervisor.opens("ledger_find", q=f"message {message.pk}")

    assert answer["Location"] == page("receipt", message.receipt.pk)


@pytest.mark.parametrize("word", ["delivery", "receipt"])
def test_a_delivery_is_found_by_its_number(supervisor: Visitor, word: str) -> None:
    receipt = InboundReceiptFactory.create()

    assert supervisor.opens("ledger_find", q=f"{word} {receipt.pk}")["Location"] == page("receipt", receipt.pk)


def test_a_bare_number_may_be_several_things(supervisor: Visitor) -> None:
    receipt = InboundReceiptFactory.create(pk=4242)
    message = OutboundFactory.create(pk=4242)

    answer = supervisor.opens("ledger_find", q="4242")

    assert found(answer) == (["Message 4242.", "Delivery 4242."], [receipt.pk], [message.pk])


def test_a_conversation_shows_both_directions(supervisor: Visitor) -> None:
    message = received()
    answer_to_it = OutboundFactory.create(conversation=message.conversation)
    OutboundFactory.create()

    answer = supervisor.opens("ledger_find", q=f"conversation {message.conversation.pk}")

    who = message.conversation.customer.label
    assert found(answer) == (
        [f"Conversation {message.conversation.pk} with {who}."],
        [message.receipt.pk],
        [answer_to_it.pk],
    )
    both = answer.context["found"].narrow
    lists = [supervisor.client.get(f"{reverse(f'admin:ledger_{way}')}?{both}") for way in ("inbound", "outbound")]
    assert [[line.pk for line in each.context["lines"]] for each in lists] == [[message.receipt.pk], [answer_to_it.pk]]


def test_a_customer_is_found_by_the_opaque_id(supervisor: Visitor) -> None:
    message = received()
    answer_to_it = OutboundFactory.create(conversation=message.conversation)
    customer = message.conversation.customer
    InboundReceiptFactory.create()

    answer = supervisor.opens("ledger_find", q=customer.customer_id)

    assert found(answer) == ([f"{customer.label}, a customer."], [message.receipt.pk], [answer_to_it.pk])
    both = answer.context["found"].narrow
    lists = [supervisor.client.get(f"{reverse(f'admin:ledger_{way}')}?{both}") for way in ("inbound", "outbound")]
    assert [[line.pk for line in each.context["lines"]] for each in lists] == [[message.receipt.pk], [answer_to_it.pk]]


@pytest.mark.parametrize("form", ["{}", "urn:biz:{}", "URN:BIZ:{}"])
def test_an_account_is_found_by_its_id_at_apple(supervisor: Visitor, form: str) -> None:
    message = received()
    answer_to_it = OutboundFactory.create(conversation=message.conversation)
    account = message.receipt.account
    received(), OutboundFactory.create()

    answer = supervisor.opens("ledger_find", q=form.format(account.business_id))

    assert found(answer) == ([f"{account.name}, an account of ours."], [message.receipt.pk], [answer_to_it.pk])
    both = answer.context["found"].narrow
    lists = [supervisor.client.get(f"{reverse(f'admin:ledger_{way}')}?{both}") for way in ("inbound", "outbound")]
    assert [[line.pk for line in each.context["lines"]] for each in lists] == [[message.receipt.pk], [answer_to_it.pk]]


@pytest.mark.parametrize("request_id", ["6F1D0A1E-3f0b-4C56-9d0e-2f1f4b0c7d11", "order-7", "x" * 900])
def test_a_request_is_found_with_its_answers(supervisor: Visitor, request_id: str) -> None:
    holding = {"kind": "interactive", "payload": {"bid": "b", "data": {"requestIdentifier": request_id}}}
    prompt = OutboundFactory.create(**holding)
    reply = received(conversation=prompt.conversation, **holding)
    received(kind="interactive", payload={"bid": "b", "data": {"requestIdentifier": "another"}})

    answer = supervisor.opens("ledger_find", q=request_id.lower())

    assert found(answer) == (["The request identifier of an interactive message."], [reply.receipt.pk], [prompt.pk])


def test_an_answer_alone_leads_to_its_delivery(supervisor: Visitor) -> None:
    reply = received(kind="interactive", payload={"data": {"requestIdentifier": "order-7"}})

    assert supervisor.opens("ledger_find", q="order-7")["Location"] == page("receipt", reply.receipt.pk)


def test_a_request_is_looked_up_in_its_index(db: None) -> None:
    conversation = ConversationFactory.create()
    for number in range(300):
        payload = {"data": {"requestIdentifier": f"order-{number}"}}
        MessageFactory.create(conversation=conversation, kind="interactive", payload=payload)
    with connection.cursor() as cursor:
        # Without what it knows of the rows, PostgreSQL chooses as it happens to.
        cursor.execute("ANALYZE conversations_message")

    assert "message_request" in Message.objects.of_request("order-7").explain()


def test_a_visitor_is_found_by_the_name_that_agents_see(supervisor: Visitor) -> None:
    customer = CustomerFactory.create()

    sentences, _receipts, _messages = found(supervisor.opens("ledger_find", q=customer.label))

    assert sentences == [f"{customer.label}, a customer."]


def test_a_customer_of_whom_nothing_was_applied_is_found_too(supervisor: Visitor) -> None:
    receipts = InboundReceiptFactory.create_batch(2, customer_id="urn:mbid:new==", account=received().receipt.account)

    sentences, found_receipts, _messages = found(supervisor.opens("ledger_find", q="urn:mbid:new=="))

    assert sentences == ["A customer of whom nothing has been applied yet."]
    assert found_receipts == [receipts[1].pk, receipts[0].pk]


@pytest.mark.parametrize(
    "text",
    ["nobody", "8b0f1a2e-6f1d-4d56-9d0e-2f1f4b0c7d11", "9" * 19, "9" * 40, "message 77", "x" * 2000, "a\0b", "²"],
)
def test_what_no_row_has_is_said_so(supervisor: Visitor, text: str) -> None:
    answer = supervisor.opens("ledger_find", q=text)

    assert answer.status_code == 200
    assert "Nothing has the id" in answer.content.decode()


def test_an_empty_search_goes_home(supervisor: Visitor) -> None:
    assert supervisor.opens("ledger_find", q=" ")["Location"] == reverse("admin:ledger_attention")
