"""What Apple only points at: files and large replies, and what becomes of them when their links are dead."""

import datetime
import io
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from PIL import Image

from conversations.inbound import fetch
from conversations.models import Attachment, Conversation, InboundReceipt, Message, Reference
from omnichannel import amb
from omnichannel.common import clock
from simulator.fault_kinds import FaultKind
from simulator.services.faults import arm
from simulator.services.phones import Draft
from tests.factories.conversations import AttachmentFactory, ReferenceFactory
from tests.portal_of import Portal
from tests.simulator.apple import FakePhone

EICAR_LIKE = b"MZ\x90\x00" + b"\x00" * 100


def png(side: int = 900) -> bytes:
    """A picture larger than its preview."""
    out = io.BytesIO()
    Image.new("RGB", (side, side), "teal").save(out, "PNG")
    return out.getvalue()


def draft(name: str, content: bytes, mime_type: str = "application/octet-stream") -> Draft:
    """A file that the customer picked."""
    return Draft(name, mime_type, [content], len(content))


def large_answer(**selection: Any) -> dict[str, Any]:
    """A reply that is too large to travel inside its message."""
    items = [{"identifier": "svc-brake", "title": "Brake tune-up", "order": 1}] if not selection else [selection]
    return {
        "bid": amb.BUSINESS_BID,
        "sessionIdentifier": "9EA84811-F2CC-4AD8-81F3-6255A0396DA9",
        "data": {
            "version": "1.0",
            "requestIdentifier": "a0c044da-a4ba-4f31-9bfc-648d47567842",
            "listPicker": {"sections": [{"title": "Repairs", "items": items}]},
            "images": [{"identifier": "pic", "data": "A" * 12_000}],
            "replyMessage": {"title": "Brake tune-up"},
        },
    }


@pytest.mark.accepts("R2", "B1", "B2", "B12")
def test_a_picture_from_the_customer_is_stored_decrypted_with_a_preview(
    portal: Portal, phone: FakePhone, conversation: Conversation
) -> None:
    content = png()

    phone.write("Look", files=(draft("wheel.jpg", content, "image/jpeg"),))
    portal.receive()

    attachment = Attachment.objects.get()
    assert (attachment.state, attachment.name, attachment.mime_type) == ("stored", "wheel.jpg", "image/png")
    with attachment.file.open() as file:
        assert file.read() == content
    with attachment.preview.open() as file, Image.open(file) as image:
        assert max(image.size) == 640
    assert attachment.message.body == "Look"


def test_a_host_whose_clock_is_ahead_puts_no_file_off(
    portal: Portal, phone: FakePhone, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", of_the_database)

    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=5), tick=True):
        phone.write("Look", files=(draft("wheel.jpg", png(), "image/jpeg"),))
        portal.receive()

    assert Attachment.objects.get().state == "stored"


def of_the_database() -> datetime.datetime:
    """The clock that a test otherwise takes along when it travels."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime.datetime = cursor.fetchone()[0]
    return moment


@pytest.mark.accepts("A2.7-3")
def test_a_program_from_the_customer_is_refused_and_not_kept(
    portal: Portal, phone: FakePhone, conversation: Conversation
) -> None:
    phone.write("", files=(draft("holiday.jpg", EICAR_LIKE, "image/jpeg"),))

    portal.receive()

    attachment = Attachment.objects.get()
    assert (attachment.state, attachment.file.name) == ("refused", "")
    assert attachment.reason.startswith("This kind of file is not accepted.")


def test_a_file_whose_link_is_dead_is_tried_again(portal: Portal, phone: FakePhone, conversation: Conversation) -> None:
    arm(FaultKind.LINK_EXPIRED, business=portal.apple.business, times=1)
    phone.write("", files=(draft("a.txt", b"hello"),))
    portal.receive()
    waiting = Attachment.objects.get()
    assert (waiting.state, waiting.attempts) == ("waiting", 1)
    assert waiting.reason

    with time_machine.travel(timezone.now() + datetime.timedelta(seconds=10), tick=True):
        portal.receive()

    assert Attachment.objects.get().state == "stored"


def test_a_file_that_never_comes_is_shown_as_missing(
    portal: Portal, phone: FakePhone, conversation: Conversation
) -> None:
    arm(FaultKind.LINK_EXPIRED, business=portal.apple.business)
    phone.write("", files=(draft("a.txt", b"hello"),))
    portal.receive()

    for attempt in range(8):
        with time_machine.travel(timezone.now() + datetime.timedelta(minutes=2 * attempt), tick=True):
            portal.receive()

    attachment = Attachment.objects.get()
    assert (attachment.state, attachment.attempts) == ("failed", 6)
    assert attachment.reason


def test_what_workers_die_of_is_given_up(portal: Portal, phone: FakePhone, conversation: Conversation) -> None:
    attachment = AttachmentFactory.create(message__conversation=conversation, attempts=6)

    portal.receive()

    attachment.refresh_from_db()
    assert (attachment.state, attachment.reason) == ("failed", "Loading it was begun many times and never ended.")


def test_a_reply_whose_receipt_cannot_be_read_holds_up_nothing(
    portal: Portal, phone: FakePhone, conversation: Conversation
) -> None:
    receipt = InboundReceipt.objects.latest("pk")
    InboundReceipt.objects.filter(pk=receipt.pk).update(body=b"garbage")
    reference = ReferenceFactory.create(message=receipt.message)
    phone.write("", files=(draft("a.txt", b"hello"),))

    portal.receive()

    reference.refresh_from_db()
    assert (reference.state, reference.reason) == ("failed", "Its link is no longer kept.")
    assert Attachment.objects.get().state == "stored"


def test_what_was_erased_or_begun_anew_while_it_came_is_left_alone(
    portal: Portal, phone: FakePhone, conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    erased, kept = AttachmentFactory.create_batch(2, message__conversation=conversation)
    again = AttachmentFactory.create(message__conversation=conversation)
    phone.write("", files=(draft("a.txt", b"hello"),))

    def bring(job: fetch.Job) -> fetch.Brought:
        Attachment.objects.filter(pk=erased.pk).delete()
        Attachment.objects.filter(pk=again.pk).update(attempts=2)
        return fetch.Brought(reason="Apple is away.")

    monkeypatch.setattr(fetch, "_bring", bring)

    portal.receive()

    states = dict(Attachment.objects.values_list("pk", "reason"))
    assert (states[kept.pk], states[again.pk]) == ("Apple is away.", "")
    assert erased.pk not in states


@pytest.mark.accepts("B3", "B5", "B9", "B12")
@pytest.mark.parametrize("shape", [None, FaultKind.DECODE_WRAPPED])
def test_a_large_reply_is_fetched_while_apple_waits(
    portal: Portal, phone: FakePhone, conversation: Conversation, shape: FaultKind | None
) -> None:
    if shape:
        arm(shape, business=portal.apple.business)

    phone.answer(large_answer())
    assert set(portal.apple.deliver()) == {200}

    assert InboundReceipt.objects.latest("pk").fetched is not None
    portal.receive()
    message = Message.objects.latest("pk")
    assert (message.kind, message.body) == ("interactive", "Brake tune-up")
    assert message.payload
    assert "images" not in message.payload["data"]
    assert not Reference.objects.exists()


@pytest.mark.accepts("B9")
def test_a_large_reply_whose_link_is_dead_is_shown_as_missing_and_fetched_by_a_worker(
    portal: Portal, phone: FakePhone, conversation: Conversation
) -> None:
    arm(FaultKind.LINK_EXPIRED, business=portal.apple.business, times=2)
    phone.answer(large_answer())
    portal.receive()
    missing = Reference.objects.get()
    assert (missing.state, missing.message.payload) == ("waiting", None)
    assert missing.reason

    with time_machine.travel(timezone.now() + datetime.timedelta(seconds=10), tick=True):
        portal.receive()

    assert Reference.objects.get().state == "stored"
    assert Message.objects.latest("pk").body == "Brake tune-up"


@pytest.mark.accepts("B15")
def test_a_large_reply_that_came_twice_is_shown_once(
    portal: Portal, phone: FakePhone, conversation: Conversation
) -> None:
    arm(FaultKind.LINK_EXPIRED, business=portal.apple.business, times=2)
    phone.answer(large_answer())
    phone.answer(large_answer())
    portal.receive()

    with time_machine.travel(timezone.now() + datetime.timedelta(seconds=10), tick=True):
        portal.receive()

    assert Message.objects.filter(kind="interactive").count() == 1


def test_a_worker_leaves_a_large_reply_to_the_web_process_for_a_while(
    portal: Portal, phone: FakePhone, conversation: Conversation
) -> None:
    phone.answer(large_answer())
    portal.apple.deliver()
    InboundReceipt.objects.filter(fetched__isnull=False).update(
        fetched=None, due_at=timezone.now() + datetime.timedelta(seconds=20)
    )
    phone.write("And one more thing")

    portal.receive()

    assert not Message.objects.filter(body="And one more thing").exists()
    with time_machine.travel(timezone.now() + datetime.timedelta(seconds=21), tick=True):
        portal.receive()
    assert [message.body for message in Message.objects.order_by("-pk")[:2]] == ["And one more thing", "Brake tune-up"]
