"""What phones send reaches the provider's webhook as Apple delivers it."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import jwt
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from omnichannel import amb
from simulator import deliver, tasks, webhook
from simulator.fault_kinds import FaultKind
from simulator.models import Delivery, Phone, PhoneMessage, Provider
from simulator.models.delivery import DeliveryQuerySet
from simulator.services import faults, phones, references
from simulator.services.setup import set_up
from tests.simulator.apple import IDENTITIES, FakeApple, FakePhone
from tests.simulator.provider import Webhook, serving

DATA: dict[str, Any] = {
    "bid": amb.BUSINESS_BID,
    "sessionIdentifier": "s",
    "data": {
        "version": "1.0",
        "requestIdentifier": "r",
        "quick-reply": {"items": [], "selectedIndex": 0},
        "replyMessage": {"title": "Monday"},
    },
}
LARGE = DATA | {"data": DATA["data"] | {"images": [{"identifier": "i", "data": "x" * 11_000}]}}


@pytest.fixture
def hook(apple: FakeApple) -> Iterator[Webhook]:
    with serving() as served:
        Provider.objects.update(webhook_url=served.url)
        yield served


def states(phone: FakePhone) -> list[str]:
    return [message.state for message in phone.shown]


def fall_due() -> None:
    """Let everything that waits for a time wait no longer."""
    Delivery.objects.filter(state="waiting").update(due_at=timezone.now())


def test_a_text_arrives_after_typing_with_headers_and_token(apple: FakeApple, hook: Webhook) -> None:
    phone = apple.phone()
    Phone.objects.update(intent="repair", group="workshop", capabilities=["LIST", "TIME"])
    message = phone.write("Mein Hinterrad eiert 🚲")

    deliver.deliver_due()

    assert hook.types == ["typing_start", "text"]
    call = hook.calls[1]
    assert call.path == "/hook/message"
    assert call.content == {
        "v": 1,
        "id": str(message.apple_id),
        "type": "text",
        "sourceId": phone.row.opaque_id,
        "destinationId": apple.business_id,
        "locale": "de_DE",
        "intent": "repair",
        "group": "workshop",
        "body": "Mein Hinterrad eiert 🚲",
    }
    assert {name: call.headers[name] for name in ("id", "source-id", "destination-id", "capability-list")} == {
        "id": str(message.apple_id),
        "source-id": phone.row.opaque_id,
        "destination-id": apple.business_id,
        "capability-list": "LIST,TIME",
    }
    assert (call.headers["content-encoding"], call.raw[:2]) == ("gzip", b"\x1f\x8b")
    amb.verify_from_apple(call.headers["authorization"], apple.credentials)
    claims = jwt.decode(call.headers["authorization"].removeprefix("Bearer "), options={"verify_signature": False})
    assert claims["aud"] == IDENTITIES["msp_id"]
    assert states(phone) == ["delivered"]


def test_the_header_names_are_in_lower_case(apple: FakeApple, hook: Webhook) -> None:
    apple.phone().write("Hello")

    deliver.deliver_due()

    own = {"authorization", "id", "source-id", "destination-id", "capability-list", "content-encoding", "device-agent"}
    assert own <= set(hook.calls[0].names)


def test_messages_of_one_phone_arrive_in_order_and_one_at_a_time(apple: FakeApple, hook: Webhook) -> None:
    phone = apple.phone()
    for number in range(10):
        phone.write(str(number))

    deliver.deliver_due()

    assert hook.bodies == [str(number) for number in range(10)]
    assert hook.most_at_once == 1


@pytest.mark.parametrize("status", [400, 401, 404, 500, 302])
def test_a_refused_message_is_not_delivered_and_can_be_tried_again(
    apple: FakeApple, hook: Webhook, status: int
) -> None:
    phone = apple.phone()
    message = phone.write("Hello")
    hook.statuses = [200, status]
    deliver.deliver_due()
    refused = phone.shown[0]

    phones.try_again(refused)
    deliver.deliver_due()

    assert (refused.state, refused.reason) == (
        "not delivered",
        f"The webhook answered {status}. No, thank you." if status >= 400 else f"The webhook answered {status}.",
    )
    assert [call.content["id"] for call in hook.calls[1:]] == [str(message.apple_id)] * 2
    assert (states(phone), phone.shown[0].reason) == (["delivered"], "")


def test_a_reason_that_no_database_takes_is_kept_without_its_odd_characters(apple: FakeApple, hook: Webhook) -> None:
    phone = apple.phone()
    phone.write("Hello")
    hook.statuses, hook.refusal = [200, 500], b"Broken\0 here"

    deliver.deliver_due()

    assert [message.reason for message in phone.shown] == ["The webhook answered 500. Broken here"]


def test_a_provider_needs_a_secret_that_signs(db: None) -> None:
    with pytest.raises(ValueError, match="The API secret is not valid Base64"):
        set_up(msp_id=IDENTITIES["msp_id"], secret="no Base64", webhook_url="http://127.0.0.1", businesses={})


def test_a_delivered_message_cannot_be_tried_again(apple: FakeApple, hook: Webhook) -> None:
    phone = apple.phone()
    phone.write("Hello")
    deliver.deliver_due()

    with pytest.raises(phones.CannotWrite):
        phones.try_again(phone.shown[0])


def test_a_webhook_that_cannot_be_reached_means_not_delivered(apple: FakeApple) -> None:
    Provider.objects.update(webhook_url="http://127.0.0.1:9")
    phone = apple.phone()
    phone.write("Hello")

    deliver.deliver_due()

    assert (states(phone), phone.shown[0].reason) == (["not delivered"], "The webhook cannot be reached.")


def test_a_webhook_that_does_not_answer_in_time_means_not_delivered(
    apple: FakeApple, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "TIMEOUT_SECONDS", 0.2)
    hook.hold.clear()
    phone = apple.phone()
    phone.write("Hello")

    deliver.deliver_due()

    assert (states(phone), phone.shown[0].reason) == (["not delivered"], "No answer within 0.2 seconds.")


def test_retries_follow_the_switch(apple: FakeApple, hook: Webhook) -> None:
    phone = apple.phone()
    faults.arm(FaultKind.WEBHOOK_RETRIES, value=2)
    message = phone.write("Hello")
    hook.statuses = [200, 500, 500, 200]

    for _ in range(4):
        deliver.deliver_due()
        fall_due()

    assert [call.content["id"] for call in hook.calls[1:]] == [str(message.apple_id)] * 3
    assert states(phone) == ["delivered"]


def test_retries_end(apple: FakeApple, hook: Webhook) -> None:
    phone = apple.phone()
    faults.arm(FaultKind.WEBHOOK_RETRIES, value=1)
    phone.write("Hello")
    hook.statuses = [200, 500, 500, 500]

    for _ in range(4):
        deliver.deliver_due()
        fall_due()

    assert len(hook.calls) == 3
    assert states(phone) == ["not delivered"]


def test_clearing_a_text_ends_typing(apple: FakeApple, hook: Webhook) -> None:
    phone = Phone.objects.get(pk=apple.phone().row.pk)
    for is_typing in (True, True, False, False):
        phones.set_typing(phone, is_typing=is_typing)

    deliver.deliver_due()

    assert hook.types == ["typing_start", "typing_end"]
    assert set(hook.calls[0].content) == {"v", "id", "type", "sourceId", "destinationId", "locale"}


def test_a_typed_text_announces_itself_once(apple: FakeApple, hook: Webhook) -> None:
    phone = apple.phone()
    phones.set_typing(Phone.objects.get(pk=phone.row.pk), is_typing=True)
    phone.write("One")
    phone.write("Two")

    deliver.deliver_due()

    assert hook.types == ["typing_start", "text", "typing_start", "text"]


def test_a_close_arrives_each_time_and_empties_the_phone(apple: FakeApple, hook: Webhook) -> None:
    phone = apple.phone()
    phone.write("Hello")
    phone.close()
    phone.close()

    deliver.deliver_due()

    assert hook.types == ["typing_start", "text", "close", "close"]
    assert (phone.shown, Phone.objects.get().is_closed) == ([], True)


def test_a_file_arrives_encrypted_with_its_hex_in_upper_case(apple: FakeApple, hook: Webhook) -> None:
    apple.phone().write("Look", files=(phones.Draft("a.txt", "text/plain", [b"plain ", b"words"], 11),))

    deliver.deliver_due()

    content = hook.calls[1].content
    entry = content["attachments"][0]
    assert (content["body"], entry["name"], entry["mimeType"], entry["size"]) == (
        "Look\ufffc",
        "a.txt",
        "text/plain",
        11,
    )
    assert (entry["key"], entry["signature"]) == (entry["key"].upper(), entry["signature"].upper())
    pointer = amb.Attachment.model_validate(entry)
    assert apple.gateway().download(apple.business_id, pointer, limit=100) == b"plain words"


def test_a_file_alone_is_no_typed_text(apple: FakeApple, hook: Webhook) -> None:
    apple.phone().write("", files=(phones.Draft("a.txt", "text/plain", [b"x"], 1),))

    deliver.deliver_due()

    assert [(call.content["type"], call.content["body"]) for call in hook.calls] == [("text", "\ufffc")]


def test_a_small_reply_travels_inside_the_message(apple: FakeApple, hook: Webhook) -> None:
    apple.phone().answer(DATA)

    deliver.deliver_due()

    assert hook.calls[0].content["interactiveData"] == DATA
    assert "interactiveDataRef" not in hook.calls[0].content


def test_a_large_reply_travels_as_a_reference_in_lower_case(apple: FakeApple, hook: Webhook) -> None:
    apple.phone().answer(LARGE)

    deliver.deliver_due()

    content = hook.calls[0].content
    reference = content["interactiveDataRef"]
    assert "interactiveData" not in content
    assert (reference["key"], reference["signature"]) == (reference["key"].lower(), reference["signature"].lower())
    assert (reference["title"], reference["bid"]) == ("Monday", amb.BUSINESS_BID)
    fetched = apple.gateway().fetch_reference(apple.business_id, amb.DataReference.model_validate(reference))
    assert fetched.request_identifier == "r"


def test_a_reply_counts_as_large_above_ten_kilobytes() -> None:
    frame = len(json.dumps({"d": ""}, separators=(",", ":")))

    assert not references.is_large({"d": "x" * (10_240 - frame)})
    assert references.is_large({"d": "x" * (10_241 - frame)})


def test_many_phones_are_served_side_by_side(transactional_db: None, apple: FakeApple, hook: Webhook) -> None:
    for _ in range(6):
        phones.write(phones.start(apple.business), "Hello")

    calls = deliver.deliver_due()

    assert (calls, len(hook.calls)) == (12, 12)
    assert set(PhoneMessage.objects.values_list("state", flat=True)) == {"delivered"}


def test_racing_workers_deliver_each_message_once_and_in_order(
    transactional_db: None, apple: FakeApple, hook: Webhook
) -> None:
    phone = apple.phone()
    for number in range(10):
        phone.write(str(number))

    def work() -> int:
        try:
            return sum(deliver.deliver_due() for _ in range(20))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        calls = sum(job.result() for job in [pool.submit(work) for _ in range(4)])
    deliver.deliver_due()

    assert calls <= 20
    assert hook.bodies == [str(number) for number in range(10)]
    assert hook.most_at_once == 1


def test_a_phone_never_has_two_deliveries_under_way(apple: FakeApple) -> None:
    apple.phone().write("One")
    first, second = Delivery.objects.order_by("pk")
    now = timezone.now()
    Delivery.objects.filter(pk=first.pk).update(state="sending", claimed_at=now)

    with pytest.raises(IntegrityError, match="one_delivery_a_phone_under_way"), transaction.atomic():
        Delivery.objects.filter(pk=second.pk).update(state="sending", claimed_at=now)


def test_a_worker_that_comes_second_leaves_the_phone_alone(
    apple: FakeApple, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    apple.phone().write("One")
    first, second = Delivery.objects.order_by("pk")
    Delivery.objects.filter(pk=first.pk).update(state="sending", claimed_at=timezone.now())
    # As if the first had not been claimed yet when this worker looked.
    monkeypatch.setattr(DeliveryQuerySet, "due", lambda rows, now: rows.filter(pk=second.pk))

    assert (deliver.deliver_phone(second.phone_id), hook.calls) == (0, [])


def test_a_phone_with_a_delivery_under_way_waits(apple: FakeApple, hook: Webhook) -> None:
    phone = apple.phone()
    phone.write("One")
    first = Delivery.objects.order_by("pk").first()
    assert first is not None
    Delivery.objects.filter(pk=first.pk).update(state="sending", claimed_at=timezone.now())

    assert (deliver.deliver_due(), hook.calls) == (0, [])


def test_what_a_dead_worker_held_is_delivered(apple: FakeApple, hook: Webhook) -> None:
    apple.phone().write("One")
    first = Delivery.objects.order_by("pk").first()
    assert first is not None
    long_ago = timezone.now() - timedelta(minutes=5)
    Delivery.objects.filter(pk=first.pk).update(state="sending", claimed_at=long_ago)

    tasks.sweep()
    tasks.drain()

    assert hook.types == ["typing_start", "text"]


def test_a_worker_whose_delivery_was_given_to_another_says_nothing(
    apple: FakeApple, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = apple.phone()
    message = phone.write("One")
    delivery = message.deliveries.get()

    def slow(*_: Any) -> webhook.Outcome:
        Delivery.objects.filter(pk=delivery.pk).update(claimed_at=timezone.now() + timedelta(minutes=1))
        return webhook.Outcome(500)

    Delivery.objects.exclude(pk=delivery.pk).delete()
    monkeypatch.setattr(webhook, "deliver", slow)
    deliver.deliver_phone(phone.row.pk)

    assert (states(phone), Delivery.objects.get().state) == (["sending"], "sending")


def test_a_fresh_delivery_is_not_taken_from_its_worker(apple: FakeApple) -> None:
    apple.phone().write("One")
    Delivery.objects.filter(pk=Delivery.objects.order_by("pk")[0].pk).update(state="sending", claimed_at=timezone.now())

    tasks.sweep()

    assert Delivery.objects.filter(state="sending").count() == 1


@pytest.mark.parametrize(
    ("kind", "check"),
    [
        (
            FaultKind.NO_GZIP_HEADER,
            lambda call: (call.raw[:2], "content-encoding" in call.headers) == (b"\x1f\x8b", False),
        ),
        (FaultKind.PLAIN_JSON, lambda call: (call.raw[:1], "content-encoding" in call.headers) == (b"{", False)),
        (FaultKind.UNKNOWN_TYPE, lambda call: call.content["type"] == "hologram"),
        (FaultKind.MISSING_LOCALE, lambda call: "locale" not in call.content),
    ],
)
def test_a_fault_changes_the_delivery(apple: FakeApple, hook: Webhook, kind: FaultKind, check: Any) -> None:
    faults.arm(kind, phone=apple.phone().row)
    apple.phone().write("Hello")
    other = phones.start(apple.business)
    phones.write(other, "Hello")

    for phone in Phone.objects.order_by("pk"):
        deliver.deliver_phone(phone.pk)

    assert check(hook.calls[1])
    assert not check(hook.calls[3])


@pytest.mark.parametrize("kind", [FaultKind.WRONG_SECRET, FaultKind.STALE_TOKEN, FaultKind.AUDIENCE_LIST])
def test_a_fault_changes_the_token(apple: FakeApple, hook: Webhook, kind: FaultKind) -> None:
    faults.arm(kind)
    apple.phone().write("", files=(phones.Draft("a.txt", "text/plain", [b"x"], 1),))

    deliver.deliver_due()

    token = hook.calls[0].headers["authorization"]
    claims = jwt.decode(token.removeprefix("Bearer "), options={"verify_signature": False})
    if kind == FaultKind.WRONG_SECRET:
        with pytest.raises(amb.TokenError):
            amb.verify_from_apple(token, apple.credentials)
    else:
        amb.verify_from_apple(token, apple.credentials)
    assert isinstance(claims["aud"], list) == (kind == FaultKind.AUDIENCE_LIST)
    assert (claims["iat"] < hook.calls[0].at - 3600) == (kind == FaultKind.STALE_TOKEN)


def test_a_duplicate_has_the_same_id_and_comes_later(apple: FakeApple, hook: Webhook) -> None:
    faults.arm(FaultKind.DUPLICATE, times=1)
    phone = apple.phone()
    phone.write("Hello")
    phone.write("Again")
    deliver.deliver_due()
    before = len(hook.calls)
    fall_due()
    hook.statuses = [500]

    deliver.deliver_due()

    ids = [call.content["id"] for call in hook.calls if call.content["type"] == "text"]
    assert (before, len(hook.calls), ids[0] == ids[2], ids[0] == ids[1]) == (4, 5, True, False)
    assert states(phone) == ["delivered", "delivered"]


def test_a_reply_can_arrive_twice_under_two_ids(apple: FakeApple, hook: Webhook) -> None:
    faults.arm(FaultKind.DUPLICATE_INTERACTIVE, times=1)
    apple.phone().answer(DATA)
    deliver.deliver_due()
    fall_due()

    deliver.deliver_due()

    first, second = (call.content for call in hook.calls)
    assert first["id"] != second["id"]
    assert first["interactiveData"] == second["interactiveData"]


def test_a_late_message_is_overtaken(apple: FakeApple, hook: Webhook) -> None:
    faults.arm(FaultKind.OUT_OF_ORDER, times=1)
    phone = apple.phone()
    phone.write("First")
    phone.write("Second")
    deliver.deliver_due()
    fall_due()

    deliver.deliver_due()

    assert hook.bodies == ["Second", "First"]


def test_a_reply_of_an_unknown_kind(apple: FakeApple, hook: Webhook) -> None:
    faults.arm(FaultKind.UNKNOWN_MARKER, times=1)
    apple.phone().answer(DATA)

    deliver.deliver_due()

    inner = hook.calls[0].content["interactiveData"]["data"]
    assert set(inner) == {"version", "requestIdentifier", "hologram", "replyMessage"}


def test_a_large_reply_in_both_forms(apple: FakeApple, hook: Webhook) -> None:
    faults.arm(FaultKind.BOTH_FORMS, business=apple.business)
    apple.phone().answer(LARGE)

    deliver.deliver_due()

    assert {"interactiveData", "interactiveDataRef"} <= set(hook.calls[0].content)
