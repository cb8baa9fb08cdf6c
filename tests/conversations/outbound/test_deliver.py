"""From the queued row to the phone, with all that Apple can do wrong on the way."""

import datetime
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError
from django.utils import timezone

from conversations.models import Conversation, Customer, Delivery, Message
from conversations.outbound import deliver
from conversations.outbound.send import resend, send_text
from conversations.outbound.tasks import send_typing
from conversations.outbound.transmit import Outcome
from conversations.outbound.wire import outgoing
from conversations.refusals import CannotSend
from omnichannel import amb
from simulator.fault_kinds import FaultKind
from simulator.models import PhoneMessage, Violation
from simulator.services.faults import arm
from tests.factories.conversations import OutboundFactory
from tests.portal_of import Portal
from tests.simulator.apple import FakePhone


def queued(conversation: Conversation, portal: Portal, body: str = "We open at nine.") -> Message:
    """A message that waits to be sent."""
    return send_text(conversation, body, by=portal.agent)


def state(message: Message) -> tuple[str | None, int | None, str]:
    """What an agent is told of a message."""
    message.refresh_from_db()
    return message.delivery, message.failure_status, message.failure_reason


@pytest.mark.accepts("R1")
def test_a_reply_reaches_the_phone(portal: Portal, phone: FakePhone, conversation: Conversation) -> None:
    message = queued(conversation, portal, "Wir öffnen um neun. 🚲")

    portal.send()

    assert phone.texts == ["Wir öffnen um neun. 🚲"]
    assert state(message) == ("sent", None, "")


@pytest.mark.accepts("B14")
def test_messages_go_one_by_one_in_their_order(portal: Portal, phone: FakePhone, conversation: Conversation) -> None:
    for number in range(20):
        queued(conversation, portal, str(number))

    portal.send()

    assert phone.texts == [str(number) for number in range(20)]
    assert not Violation.objects.exists()


@pytest.mark.accepts("B14")
def test_two_messages_of_a_conversation_are_never_in_flight_together(
    portal: Portal, conversation: Conversation
) -> None:
    first, second = queued(conversation, portal), queued(conversation, portal)
    Message.objects.filter(pk=first.pk).update(delivery="sending")

    with pytest.raises(IntegrityError, match="one_message_in_flight_per_conversation"):
        Message.objects.filter(pk=second.pk).update(delivery="sending")


@pytest.mark.parametrize(
    ("kind", "status"),
    [(FaultKind.GATEWAY_500, 500), (FaultKind.GATEWAY_503, 503), (FaultKind.GATEWAY_429, 429)],
)
def test_a_busy_apple_is_tried_again_with_the_same_id(
    portal: Portal, phone: FakePhone, conversation: Conversation, kind: FaultKind, status: int
) -> None:
    message, later = queued(conversation, portal), queued(conversation, portal, "And close at six.")
    arm(kind, phone=phone.row, times=1)

    portal.send()
    assert state(message)[:2] == ("queued", status)
    assert phone.texts == []
    assert message.due_at
    assert message.due_at > timezone.now()
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=2), tick=True):
        portal.send()

    assert phone.texts == ["We open at nine.", "And close at six."]
    assert (message.attempts, state(later)[0]) == (1, "sent")
    assert str(PhoneMessage.objects.get(body="We open at nine.").apple_id) == str(message.apple_id)


def test_retries_end_with_the_reason(portal: Portal, phone: FakePhone, conversation: Conversation) -> None:
    message = queued(conversation, portal)
    arm(FaultKind.GATEWAY_500, phone=phone.row)

    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=11), tick=True):
        portal.send()

    assert state(message)[:2] == ("failed", 500)
    assert message.failure_reason


def test_a_refused_message_fails_at_once_with_apples_reason(
    portal: Portal, phone: FakePhone, conversation: Conversation
) -> None:
    message, later = queued(conversation, portal), queued(conversation, portal, "Next")
    arm(FaultKind.GATEWAY_400, phone=phone.row, times=1)

    portal.send()

    assert state(message)[:2] == ("failed", 400)
    assert state(later)[0] == "sent"


def test_an_unknown_outcome_is_shown_and_not_sent_again_by_itself(
    portal: Portal, phone: FakePhone, conversation: Conversation
) -> None:
    message = queued(conversation, portal)
    arm(FaultKind.GATEWAY_TIMEOUT, phone=phone.row, times=1)

    portal.send()
    portal.send()

    assert state(message)[:2] == ("unknown", None)
    assert message.failure_reason


def test_sending_again_keeps_the_id_so_the_phone_shows_it_once(
    portal: Portal, phone: FakePhone, conversation: Conversation
) -> None:
    message = queued(conversation, portal)
    arm(FaultKind.GATEWAY_TIMEOUT, phone=phone.row, times=1)
    portal.send()
    message.refresh_from_db()

    resend(message, by=portal.agent)
    portal.send()

    assert state(message) == ("sent", None, "")
    assert phone.texts == ["We open at nine."]


def test_a_message_on_its_way_cannot_be_sent_again(portal: Portal, conversation: Conversation) -> None:
    message = queued(conversation, portal)

    with pytest.raises(CannotSend, match="on its way"):
        resend(message, by=portal.agent)


def test_what_a_dead_worker_held_becomes_an_unknown_outcome(portal: Portal, conversation: Conversation) -> None:
    message = queued(conversation, portal)
    _claim(message, timezone.now() - datetime.timedelta(minutes=5))

    assert deliver.release_abandoned() == 1

    assert state(message) == ("unknown", None, "The system stopped while sending.")


def test_what_a_living_worker_holds_is_left_alone(portal: Portal, conversation: Conversation) -> None:
    message = queued(conversation, portal)
    _claim(message, timezone.now())

    assert deliver.release_abandoned() == 0

    assert state(message)[0] == "sending"


def test_a_refused_token_is_replaced_once(portal: Portal, phone: FakePhone, conversation: Conversation) -> None:
    message = queued(conversation, portal)
    arm(FaultKind.GATEWAY_403, phone=phone.row, times=1)

    portal.send()

    assert state(message)[0] == "sent"


def test_a_token_refused_twice_fails_the_message(portal: Portal, phone: FakePhone, conversation: Conversation) -> None:
    message = queued(conversation, portal)
    arm(FaultKind.GATEWAY_403, phone=phone.row, times=2)

    portal.send()

    assert state(message)[:2] == ("failed", 403)


@pytest.mark.accepts("R4")
def test_a_customer_whom_apple_no_longer_knows_is_written_to_no_more(
    portal: Portal, phone: FakePhone, conversation: Conversation
) -> None:
    message = queued(conversation, portal)
    arm(FaultKind.GATEWAY_404, phone=phone.row, times=1)

    portal.send()

    assert state(message)[:2] == ("failed", 404)
    assert Customer.objects.get().left_at is not None
    with pytest.raises(CannotSend):
        queued(conversation, portal)


@pytest.mark.accepts("R4")
def test_what_waits_behind_a_message_that_apple_could_not_deliver_is_not_sent(
    portal: Portal, phone: FakePhone, conversation: Conversation
) -> None:
    _first, second, third = (queued(conversation, portal, body) for body in ("one", "two", "three"))
    arm(FaultKind.GATEWAY_404, phone=phone.row, times=1)

    portal.send()

    assert phone.texts == []
    assert [state(each)[0] for each in (second, third)] == ["failed", "failed"]
    assert second.failure_reason.startswith("The customer deleted this conversation.")


def test_what_stands_behind_many_who_left_is_sent_by_the_same_drain(
    portal: Portal, phone: FakePhone, conversation: Conversation, settings: Any
) -> None:
    settings.SEND_THREADS = 1
    now = timezone.now()
    OutboundFactory.create_batch(
        3,
        conversation__customer__left_at=now,
        delivery="queued",
        sent_at=None,
        give_up_at=now + datetime.timedelta(minutes=10),
    )
    queued(conversation, portal)

    portal.send()

    assert phone.texts == ["We open at nine."]


@pytest.mark.accepts("R4")
def test_a_message_that_was_on_its_way_when_the_customer_left_is_not_tried_again(
    portal: Portal, phone: FakePhone, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = queued(conversation, portal)
    arm(FaultKind.GATEWAY_503, phone=phone.row, times=1)
    record = deliver._record

    def leave_and_record(results: Any) -> None:
        phone.close()
        portal.receive()
        record(results)

    monkeypatch.setattr(deliver, "_record", leave_and_record)
    portal.send()
    monkeypatch.setattr(deliver, "_record", record)
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=2), tick=True):
        portal.send()

    assert phone.texts == []
    assert state(message)[0] == "failed"
    assert message.attempts == 1


def test_however_long_apple_asks_to_wait_the_last_try_comes_in_time(portal: Portal, conversation: Conversation) -> None:
    message, last_at = queued(conversation, portal), timezone.now() + datetime.timedelta(minutes=10)
    _claim(message, timezone.now())
    message.refresh_from_db()
    patient = Outcome(Delivery.QUEUED, status=429, reason="Busy.", retry_after=999_999_999)

    deliver._record([(outgoing(message), patient)])

    message.refresh_from_db()
    assert message.due_at == message.give_up_at
    assert message.due_at
    assert message.due_at <= last_at + datetime.timedelta(minutes=1)


def test_the_outcome_of_a_message_that_was_erased_is_dropped(portal: Portal, conversation: Conversation) -> None:
    erased, other = queued(conversation, portal), queued(conversation, portal)
    _claim(erased, timezone.now())
    erased.refresh_from_db()
    job = outgoing(erased)
    Message.objects.filter(pk=erased.pk).delete()
    _claim(other, timezone.now())
    other.refresh_from_db()
    sent = Outcome(Delivery.SENT)

    deliver._record([(job, sent), (outgoing(other), sent)])

    assert state(other)[0] == "sent"


@pytest.mark.accepts("R14", "B4")
def test_a_customer_who_left_is_not_told_of_typing(phone: FakePhone, conversation: Conversation) -> None:
    Customer.objects.update(left_at=timezone.now())

    send_typing(conversation.pk, True)

    assert not phone.is_told_of_typing


@pytest.mark.accepts("R2", "B6")
def test_files_reach_the_phone_and_each_has_its_placeholder(
    portal: Portal, phone: FakePhone, conversation: Conversation
) -> None:
    files = [SimpleUploadedFile("a.txt", b"first"), SimpleUploadedFile("b.txt", b"second")]
    send_text(conversation, "Two files", by=portal.agent, attachments=files)

    portal.send()

    shown = phone.shown[-1]
    assert shown.body == "Two files" + amb.PLACEHOLDER * 2
    assert [file.name for file in shown.attachments.all()] == ["a.txt", "b.txt"]


def test_a_file_is_uploaded_once_however_often_its_message_is_tried(
    portal: Portal, phone: FakePhone, conversation: Conversation
) -> None:
    message = send_text(conversation, "", by=portal.agent, attachments=[SimpleUploadedFile("a.txt", b"first")])
    arm(FaultKind.GATEWAY_TIMEOUT, phone=phone.row, times=1)
    portal.send()
    before = message.attachments.get().url
    message.refresh_from_db()

    resend(message, by=portal.agent)
    portal.send()

    assert before
    assert message.attachments.get().url == before


@pytest.mark.accepts("R14", "B4")
@pytest.mark.parametrize("is_typing", [True, False])
def test_the_phone_shows_that_an_agent_types(phone: FakePhone, conversation: Conversation, is_typing: bool) -> None:
    send_typing(conversation.pk, True)
    send_typing(conversation.pk, is_typing)

    assert phone.is_told_of_typing == is_typing


def _claim(message: Message, at: datetime.datetime) -> None:
    Message.objects.filter(pk=message.pk).update(delivery="sending", claimed_at=at, attempts=1)
