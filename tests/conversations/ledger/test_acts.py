"""What is tried again from the ledger: by whom, with what result, and that the audit log has it."""

import datetime
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from conversations.models import Attempt, Conversation, Delivery, InboundReceipt, Message
from conversations.outbound.send import send_text
from omnichannel.audit.models import AuditEvent
from simulator.fault_kinds import FaultKind
from simulator.services.faults import arm
from tests.factories.channels_app import ChannelInstanceFactory
from tests.factories.conversations import (
    AttachmentFactory,
    AttemptFactory,
    ConversationFactory,
    InboundReceiptFactory,
    MessageFactory,
    OutboundFactory,
)
from tests.portal.visitors import Visitor
from tests.portal_of import Portal
from tests.simulator.apple import FakePhone


def told(answer: Any) -> list[str]:
    """What the person is told after an act."""
    return [str(message) for message in get_messages(answer.wsgi_request)]


def audited() -> list[tuple[str, str, str]]:
    """Who did what to what, oldest first."""
    return list(AuditEvent.objects.order_by("number").values_list("actor_name", "action", "subject"))


def unsent(delivery: str = "failed", **fields: Any) -> Message:
    """A message that did not get through."""
    reason = "Bad request" if delivery == "failed" else "The connection broke."
    message: Message = OutboundFactory.create(
        delivery=delivery, failure_reason=reason, sent_at=None, attempts=2, **fields
    )
    return message


def parked(**fields: Any) -> InboundReceipt:
    """A delivery that nothing could be made of."""
    receipt: InboundReceipt = InboundReceiptFactory.create(
        state="parked", outcome="No channel instance uses this account.", processed_at=timezone.now(), **fields
    )
    return receipt


def closed() -> Conversation:
    """A conversation to which nothing can be added."""
    conversation: Conversation = ConversationFactory.create(
        state="closed", closed_at=timezone.now(), close_reason="agent"
    )
    return conversation


def test_a_failed_message_is_sent_again_and_arrives(
    supervisor: Visitor, portal: Portal, phone: FakePhone, conversation: Conversation
) -> None:
    arm(FaultKind.GATEWAY_400, phone=phone.row, times=1)
    message = send_text(conversation, "We open at nine.", by=portal.agent)
    portal.send()
    message.refresh_from_db()
    assert message.delivery == "failed"

    answer = supervisor.sends("ledger_resend", message.pk)
    portal.send()

    assert told(answer) == ["It is queued and goes out in a moment, under the same id."]
    assert phone.texts == ["We open at nine."]
    assert audited() == [("Sam Okafor", "message_resent", f"message {message.pk}")]
    details = AuditEvent.objects.get().details
    assert details == {"conversation": conversation.pk, "attempts": 1, "was": "failed"}
    page = supervisor.opens("ledger_message", message.pk)
    assert [(one.attempt.number, one.attempt.outcome) for one in page.context["detail"].tries] == [
        (2, "sent"),
        (1, "failed"),
    ]


def test_what_may_have_arrived_is_sent_again_only_by_somebody_who_knows(supervisor: Visitor) -> None:
    message = unsent("unknown")

    careless = supervisor.sends("ledger_resend", message.pk)
    message.refresh_from_db()
    assert (told(careless), message.delivery) == (["Confirm that it may arrive twice, then send it again."], "unknown")
    assert audited() == []

    supervisor.sends("ledger_resend", message.pk, may_arrive_twice="on")

    message.refresh_from_db()
    assert message.delivery == "queued"
    assert audited() == [("Sam Okafor", "message_resent", f"message {message.pk}")]


def test_a_refusal_is_told_where_the_person_is_and_leaves_no_event(supervisor: Visitor) -> None:
    message = unsent(conversation=closed())

    answer = supervisor.sends("ledger_resend", message.pk)

    assert answer["Location"] == reverse("admin:ledger_message", args=[message.pk])
    assert told(answer) == ["This conversation is closed. The customer's next message opens a new one."]
    assert audited() == []


def test_a_message_that_was_sent_is_not_sent_twice(supervisor: Visitor) -> None:
    message = OutboundFactory.create()

    assert told(supervisor.sends("ledger_resend", message.pk)) == ["This message was sent already."]


def test_many_failed_messages_are_sent_again_at_once(administrator: Visitor) -> None:
    failed = [unsent() for _ in range(3)]
    gone = unsent(conversation=closed())
    uncertain = unsent("unknown")
    back = f"{reverse('admin:ledger_outbound')}?state=failed"

    answer = administrator.sends(
        "ledger_resend_chosen", row=[each.pk for each in (*failed, gone, uncertain)], back=back
    )

    assert answer["Location"] == back
    assert told(answer) == [
        "3 messages are queued again.",
        "This conversation is closed. The customer's next message opens a new one.",
        "Nobody knows whether it arrived. Open it to decide.",
    ]
    states = Message.objects.order_by("pk").values_list("delivery", flat=True)
    assert list(states) == ["queued", "queued", "queued", "failed", "unknown"]
    assert audited() == [("Ada Diallo", "message_resent", f"message {each.pk}") for each in failed]


def test_a_second_click_says_what_the_first_was_quicker_with(supervisor: Visitor) -> None:
    failed, erased = [unsent() for _ in range(3)], unsent()
    ticked = [each.pk for each in (*failed, erased)]
    supervisor.sends("ledger_resend", failed[0].pk)
    Message.objects.filter(pk=erased.pk).delete()

    answers = [supervisor.sends("ledger_resend_chosen", row=ticked) for _ in range(2)]

    assert told(answers[0])[-3:] == [
        "2 messages are queued again.",
        "This message is on its way already.",
        "This is no longer kept.",
    ]
    assert told(answers[1])[-2:] == ["This message is on its way already. (3)", "This is no longer kept."]
    assert len(audited()) == 3


def test_a_parked_delivery_is_applied_again(supervisor: Visitor) -> None:
    receipt = parked()

    answer = supervisor.sends("ledger_replay", receipt.pk)

    receipt.refresh_from_db()
    assert (receipt.state, receipt.outcome, receipt.processed_at) == ("waiting", "", None)
    assert told(answer) == ["It is back in the inbox and is applied in a moment."]
    assert audited() == [("Sam Okafor", "receipt_applied_again", f"delivery {receipt.pk}")]


def test_many_parked_deliveries_are_applied_again_at_once(supervisor: Visitor) -> None:
    receipts = [parked() for _ in range(3)]
    done = InboundReceiptFactory.create(state="done", processed_at=timezone.now())

    answer = supervisor.sends("ledger_apply_chosen", row=[each.pk for each in (*receipts, done)])

    assert answer["Location"] == reverse("admin:ledger_inbound")
    assert told(answer) == ["3 deliveries are applied again.", "This delivery is no longer parked."]
    assert InboundReceipt.objects.filter(state="waiting").count() == 3
    assert len(audited()) == 3


def test_an_applied_delivery_is_read_again(supervisor: Visitor, portal: Portal, phone: FakePhone) -> None:
    receipt = InboundReceipt.objects.get(message__isnull=False)
    Message.objects.filter(receipt=receipt).update(kind="unsupported", body="text")

    first = supervisor.sends("ledger_replay", receipt.pk)
    second = supervisor.sends("ledger_replay", receipt.pk)

    assert told(first) == ["The message shows what the delivery says now."]
    assert "Read again. Nothing is different." in told(second)
    assert Message.objects.get().body == "Hello"
    assert [event.details for event in AuditEvent.objects.order_by("number")] == [{"changed": True}, {"changed": False}]


def test_a_delivery_that_waits_is_left_to_the_workers(supervisor: Visitor) -> None:
    receipt = InboundReceiptFactory.create()

    assert told(supervisor.sends("ledger_replay", receipt.pk)) == ["It waits to be applied already."]
    assert audited() == []


def test_nothing_ticked_is_said_so(supervisor: Visitor) -> None:
    answer = supervisor.sends("ledger_apply_chosen", row=["x", "9" * 30], back="https://elsewhere.example/")

    assert answer["Location"] == reverse("admin:ledger_inbound")
    assert told(answer) == ["Tick what is to be tried again first."]


@pytest.mark.parametrize("name", ["ledger_resend_chosen", "ledger_apply_chosen"])
def test_an_agent_may_not_try_anything_again(agent: Visitor, name: str) -> None:
    message, receipt = unsent(), parked()

    answers = [
        agent.sends(name, row=[message.pk]),
        agent.sends("ledger_resend", message.pk),
        agent.sends("ledger_replay", receipt.pk),
        agent.opens("ledger_message", message.pk),
        agent.opens("ledger_receipt", receipt.pk),
    ]

    assert [answer.status_code for answer in answers] == [403] * 5
    message.refresh_from_db()
    assert message.delivery == "failed"


def test_a_link_alone_does_nothing_and_leads_to_the_page_with_the_button(supervisor: Visitor) -> None:
    message = unsent()

    answers = supervisor.opens("ledger_resend", message.pk), supervisor.opens("ledger_resend_chosen")

    pages = reverse("admin:ledger_message", args=[message.pk]), reverse("admin:ledger_outbound")
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, page) for page in pages]
    message.refresh_from_db()
    assert message.delivery == "failed"


def test_a_message_page_tells_every_try_in_words(supervisor: Visitor) -> None:
    message = unsent()
    began = timezone.now()
    for number, (outcome, status) in enumerate([("queued", 503), ("queued", None), ("failed", 400)], start=1):
        AttemptFactory.create(
            message=message,
            number=number,
            outcome=outcome,
            status=status,
            reason="Apple's own line",
            began_at=began,
            ended_at=began + datetime.timedelta(milliseconds=1250),
        )
    AttachmentFactory.create(message=message, name="Rechnung Meier.pdf", mime_type="application/pdf", size=2048)

    answer = supervisor.opens("ledger_message", message.pk)

    page = answer.content.decode()
    assert [one.milliseconds for one in answer.context["detail"].tries] == [1250] * 3
    assert "Apple found the message malformed or refused its content." in page
    assert "Apple&#x27;s gateway was overloaded." in page
    assert "Apple was not reached." in page
    assert "1,250 ms" in page
    assert "application/pdf" in page
    assert "Rechnung" not in page


@pytest.mark.parametrize("outcome", [Delivery.SENT, Delivery.QUEUED, Delivery.FAILED, Delivery.UNKNOWN])
@pytest.mark.parametrize("status", [None, 200, 400, 401, 403, 404, 410, 413, 418, 429, 500, 502, 503])
def test_every_answer_has_words(supervisor: Visitor, outcome: str, status: int | None) -> None:
    attempt: Attempt = AttemptFactory.create(outcome=outcome, status=status)

    tries = supervisor.opens("ledger_message", attempt.message.pk).context["detail"].tries

    assert str(tries[0].answer.meaning)


def test_a_supervisor_goes_on_to_the_conversation_and_an_administrator_does_not(
    supervisor: Visitor, administrator: Visitor
) -> None:
    message = unsent()
    link = reverse("console:conversation", args=[message.conversation.pk])

    pages = [person.opens("ledger_message", message.pk).content.decode() for person in (supervisor, administrator)]

    assert [link in page for page in pages] == [True, False]


def test_a_customers_message_leads_to_its_delivery(supervisor: Visitor) -> None:
    message = MessageFactory.create(receipt=InboundReceiptFactory.create())

    answer = supervisor.opens("ledger_message", message.pk)

    assert answer["Location"] == reverse("admin:ledger_receipt", args=[message.receipt.pk])


def test_a_customers_message_whose_delivery_is_gone_says_so(supervisor: Visitor) -> None:
    page = supervisor.opens("ledger_message", MessageFactory.create().pk).content.decode()

    assert "The delivery it came with is no longer kept." in page


def test_an_erased_message_shows_no_envelope_and_cannot_be_sent(supervisor: Visitor) -> None:
    message = unsent(body="", erased_at=timezone.now())

    page = supervisor.opens("ledger_message", message.pk).content.decode()

    assert "Its content was erased." in page
    assert "Send again" not in page


def test_a_parked_delivery_says_why_and_offers_to_be_applied(supervisor: Visitor) -> None:
    receipt = parked(account=ChannelInstanceFactory.create().account, body=b"no JSON at all")

    page = supervisor.opens("ledger_receipt", receipt.pk).content.decode()

    assert "No channel instance uses this account." in page
    assert "Apply again" in page
    assert "no JSON at all" not in page
    assert "none of it is shown" in page


@pytest.mark.parametrize("name", ["ledger_receipt", "ledger_message"])
def test_what_is_not_there_is_not_found(supervisor: Visitor, name: str) -> None:
    assert supervisor.opens(name, 4711).status_code == 404
