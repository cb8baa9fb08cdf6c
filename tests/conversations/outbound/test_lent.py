"""Large messages go once whole, and then by reference, for as long as Apple takes it."""

import datetime
import io
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from PIL import Image

from conversations.models import Conversation, Customer, LentData, Message
from conversations.outbound.lent import forget_old_references
from conversations.outbound.send_rich import send_rich
from omnichannel import amb
from richmessages.models import RichMessage
from simulator.fault_kinds import FaultKind
from simulator.models import Business, StoredFile
from simulator.services import phones, references
from simulator.services.faults import arm
from simulator.services.setup import set_up
from tests.factories.richmessages import PictureSourceFactory, RichMessageFactory
from tests.portal_of import Portal
from tests.simulator.apple import FakePhone


@pytest.fixture
def conversation(portal: Portal, phone: FakePhone) -> Conversation:
    """A conversation whose device shows lists."""
    Customer.objects.update(capabilities=["LIST", "QUICK"], locale="en_GB")
    return portal.conversation(phone)


@pytest.fixture
def large() -> RichMessage:
    """A list whose picture does not fit inside a message."""
    out = io.BytesIO()
    Image.effect_noise((120, 120), 90).save(out, "PNG")
    source = PictureSourceFactory(picture__png=out.getvalue())
    sections = [{"title": "Repairs", "options": [{"title": "Brakes", "image_url": source.url}]}]
    return RichMessageFactory(kind="list_picker", content={"title": "Which?", "sections": sections})


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What every call to Apple carried: "data" or "reference"."""
    seen: list[str] = []
    send = amb.Gateway.send

    def watched(self: amb.Gateway, message: Any, **about: Any) -> Any:
        seen.append("reference" if getattr(message, "interactive_data_ref", None) else "data")
        return send(self, message, **about)

    monkeypatch.setattr(amb.Gateway, "send", watched)
    return seen


def sends(portal: Portal, conversation: Conversation, rich: RichMessage) -> Message:
    """Send a rich message and return its row."""
    conversation.refresh_from_db()
    message = send_rich(conversation, rich, by=portal.agent)
    portal.send()
    message.refresh_from_db()
    return message


def pictures(phone: FakePhone) -> list[int]:
    """How many pictures each list on the phone has."""
    payloads: list[Any] = [message.payload for message in phone.shown if message.type == "interactive"]
    return [len(payload["data"]["images"]) for payload in payloads]


@pytest.mark.accepts("E21")
def test_the_same_large_message_goes_by_reference(
    portal: Portal, phone: FakePhone, conversation: Conversation, large: RichMessage, sent: list[str]
) -> None:
    first, second = (sends(portal, conversation, large) for _ in range(2))

    assert (first.delivery, second.delivery) == ("sent", "sent")
    assert sent == ["data", "reference"]
    assert pictures(phone) == [1, 1]
    assert first.payload == second.payload


def test_a_small_message_always_goes_whole_under_an_identifier_of_its_own(
    portal: Portal, conversation: Conversation, sent: list[str]
) -> None:
    rich = RichMessageFactory()

    first, second = (sends(portal, conversation, rich) for _ in range(2))

    assert sent == ["data", "data"]
    assert first.payload
    assert first.payload != second.payload
    assert not LentData.objects.exists()


def test_another_content_is_another_message(
    portal: Portal, conversation: Conversation, large: RichMessage, sent: list[str]
) -> None:
    first = sends(portal, conversation, large)
    large.content["title"] = "What now?"
    large.save()
    second = sends(portal, conversation, large)

    assert sent == ["data", "data"]
    assert first.payload
    assert second.payload
    assert first.payload["data"]["requestIdentifier"] != second.payload["data"]["requestIdentifier"]


def test_an_answer_means_the_newest_of_the_same_messages(
    portal: Portal, phone: FakePhone, conversation: Conversation, large: RichMessage
) -> None:
    first, second = (sends(portal, conversation, large) for _ in range(2))
    assert first.payload

    asked = conversation.messages.of_request(first.payload["data"]["requestIdentifier"])

    assert list(asked.order_by("pk")) == [first, second]


@pytest.mark.accepts("E21")
def test_a_large_answer_to_it_comes_by_reference_and_finds_it(
    portal: Portal, phone: FakePhone, conversation: Conversation, large: RichMessage
) -> None:
    prompt = sends(portal, conversation, large)
    phones.choose(phone.row, phone.shown[-1], ["0.0"])

    portal.receive()

    answer = Message.objects.filter(direction="in").latest("pk")
    assert (answer.kind, answer.body) == ("interactive", "Brakes")
    assert answer.payload
    assert prompt.payload
    assert answer.payload["data"]["requestIdentifier"] == prompt.payload["data"]["requestIdentifier"]
    assert "images" not in answer.payload["data"]


def _altered(lent: LentData, _portal: Portal) -> None:
    lent.reference["owner"] += "x"
    lent.save()


def _foreign(lent: LentData, portal: Portal) -> None:
    other = "0e1f1c1a-7f7d-4a54-9f5f-3a4a6c1e2b3d"
    credentials = portal.apple.credentials
    set_up(
        msp_id=credentials.msp_id,
        secret=credentials.secret,
        webhook_url=portal.apple.business.provider.webhook_url,
        businesses={other: "Somebody else"},
    )
    lent.reference = references.lend(Business.objects.get(business_id=other), {"bid": "x", "data": {}})
    lent.save()


def _expired(lent: LentData, _portal: Portal) -> None:
    StoredFile.objects.filter(url=lent.reference["url"]).delete()


@pytest.mark.accepts("E21")
@pytest.mark.parametrize("spoil", [_altered, _foreign, _expired])
def test_a_reference_that_apple_does_not_take_is_forgotten_and_the_message_goes_whole(
    portal: Portal, phone: FakePhone, conversation: Conversation, large: RichMessage, sent: list[str], spoil: Any
) -> None:
    sends(portal, conversation, large)
    spoil(LentData.objects.get(), portal)
    spoiled = LentData.objects.get().reference

    message = sends(portal, conversation, large)

    assert message.delivery == "sent"
    assert sent == ["data", "reference", "data"]
    assert pictures(phone) == [1, 1]
    assert LentData.objects.get().reference != spoiled


@pytest.mark.parametrize(
    ("fault", "delivery", "calls"),
    [
        (FaultKind.GATEWAY_503, "queued", ["data", "reference"]),
        (FaultKind.GATEWAY_TIMEOUT, "unknown", ["data", "reference"]),
    ],
)
def test_what_is_not_known_to_be_refused_is_never_sent_twice(
    portal: Portal,
    phone: FakePhone,
    conversation: Conversation,
    large: RichMessage,
    sent: list[str],
    fault: FaultKind,
    delivery: str,
    calls: list[str],
) -> None:
    sends(portal, conversation, large)
    arm(fault, phone=phone.row, times=1)

    message = sends(portal, conversation, large)

    assert message.delivery == delivery
    assert sent == calls
    assert LentData.objects.count() == 1


def test_a_customer_who_left_is_not_written_to_again(
    portal: Portal, phone: FakePhone, conversation: Conversation, large: RichMessage, sent: list[str]
) -> None:
    sends(portal, conversation, large)
    phone.close()

    message = sends(portal, conversation, large)

    assert message.delivery == "failed"
    assert sent == ["data", "reference"]


def test_an_old_reference_is_not_used(
    portal: Portal, conversation: Conversation, large: RichMessage, sent: list[str]
) -> None:
    sends(portal, conversation, large)

    with time_machine.travel(timezone.now() + datetime.timedelta(hours=2)):
        sends(portal, conversation, large)
        assert sent == ["data", "data"]
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=4)):
        forget_old_references()
    assert not LentData.objects.exists()
