"""From a stored delivery to a conversation that agents see."""

from contextlib import suppress
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from channels_app.models import ChannelInstance
from conversations.inbound.apply import Batch
from conversations.inbound.process import process_due
from conversations.models import Attachment, Conversation, Customer, InboundReceipt, Message, Reference
from tests.amb.samples import CUSTOMER_ID, VECTORS
from tests.conversations.inbound.deliveries import Apple
from tests.factories.channels_app import AccountFactory
from tests.factories.conversations import MessageFactory


def drain() -> None:
    """Apply all that waits."""
    while process_due(limit=100):
        pass


def transcript() -> list[tuple[str, str]]:
    """Direction and text of every entry, oldest first."""
    return list(Message.objects.order_by("pk").values_list("direction", "body"))


@pytest.mark.accepts("R1")
def test_a_first_message_opens_a_conversation_in_the_fallback_queue(webhook: Apple) -> None:
    webhook.deliver(body="修理の予約 🛠️", intent="repair", group="workshop", locale="ja_JP")

    drain()

    conversation = Conversation.objects.get()
    instance = conversation.instance
    assert instance.account == webhook.account
    assert conversation.queue == instance.workstream.fallback_queue
    assert (conversation.state, conversation.intent, conversation.group) == ("open", "repair", "workshop")
    assert (conversation.preview, conversation.unread) == ("修理の予約 🛠️", 1)
    assert (conversation.customer.locale, conversation.customer.capabilities) == ("ja_JP", ["LIST", "TIME"])
    assert transcript() == [("in", "修理の予約 🛠️")]


def test_messages_of_a_customer_keep_apples_order(webhook: Apple) -> None:
    for number in range(30):
        webhook.deliver(body=f"{number}", customer=f"urn:mbid:{number % 3}")

    drain()

    assert Conversation.objects.count() == 3
    for conversation in Conversation.objects.all():
        bodies = list(conversation.messages.order_by("pk").values_list("body", flat=True))
        assert bodies == sorted(bodies, key=int)


@pytest.mark.accepts("R14")
def test_typing_shows_until_the_text_comes(webhook: Apple) -> None:
    webhook.deliver(body="Hello")
    drain()
    webhook.deliver("typing_start")
    drain()
    assert Conversation.objects.get().is_customer_typing

    webhook.deliver(body="Anybody?")
    drain()

    assert not Conversation.objects.get().is_customer_typing


def test_typing_ends_when_the_customer_clears_the_text(webhook: Apple) -> None:
    webhook.deliver(body="Hello")
    webhook.deliver("typing_start")
    webhook.deliver("typing_end")

    drain()

    assert not Conversation.objects.get().is_customer_typing


def test_typing_alone_opens_nothing(webhook: Apple) -> None:
    webhook.deliver("typing_start")

    drain()

    assert not Conversation.objects.exists()


@pytest.mark.accepts("R4")
def test_a_customer_who_leaves_closes_the_conversation_and_returns_in_a_new_one(webhook: Apple) -> None:
    webhook.deliver(body="Hello")
    webhook.deliver("close")
    webhook.deliver("close")
    webhook.deliver("typing_start")
    drain()
    conversation = Conversation.objects.get()
    assert (conversation.state, conversation.close_reason) == ("closed", "customer_left")
    assert Customer.objects.get().left_at is not None
    assert transcript() == [("in", "Hello"), ("note", "customer_left")]

    webhook.deliver(body="I am back")
    drain()

    assert list(Conversation.objects.order_by("pk").values_list("state", flat=True)) == ["closed", "open"]
    assert Customer.objects.get().left_at is None


@pytest.mark.accepts("R4")
def test_what_was_queued_for_a_customer_who_leaves_is_not_sent(webhook: Apple) -> None:
    webhook.deliver(body="Hello")
    drain()
    now = timezone.now()
    queued = MessageFactory.create(
        conversation=Conversation.objects.get(), direction="out", delivery="queued", due_at=now, give_up_at=now
    )

    webhook.deliver("close")
    drain()

    queued.refresh_from_db()
    assert (queued.delivery, queued.failure_reason) == ("failed", "The customer deleted the conversation.")


@pytest.mark.accepts("R3", "B8")
@pytest.mark.parametrize("case", VECTORS["reactions"]["cases"], ids=lambda case: case["body"])
def test_reactions_are_attached_to_what_they_quote(webhook: Apple, case: dict[str, Any]) -> None:
    webhook.deliver(body="Hello")
    drain()
    now = timezone.now()
    ours = MessageFactory.create(
        conversation=Conversation.objects.get(),
        direction="out",
        delivery="sent",
        due_at=now,
        give_up_at=now,
        sent_at=now,
        body=case.get("target_text") or "",
        kind="interactive" if case.get("target_kind") == "interactive" else "text",
    )
    if case.get("target_kind") == "image":
        Attachment.objects.create(message=ours, name="a.png", mime_type="image/png", file="a", state="stored")

    webhook.deliver(body=case["body"])
    drain()

    came = Message.objects.order_by("pk").last()
    assert came
    assert (came.kind, came.reaction_to) == (("reaction", ours) if case["is_reaction"] else ("text", None))


def test_a_reaction_to_nothing_we_know_is_shown_as_text(webhook: Apple) -> None:
    webhook.deliver(body="Liked “Something else”")

    drain()

    assert Message.objects.get().kind == "text"


@pytest.mark.accepts("B7", "B15")
def test_the_same_answer_under_a_new_id_is_recognised(webhook: Apple) -> None:
    answers = VECTORS["duplicate_interactive_deliveries"]["deliveries"]

    for answer in answers:
        message = answer["message"]
        webhook.deliver("interactive", id=message["id"], interactiveData=message["interactiveData"])
    _set_times(answers)
    drain()

    expected = [each["message"]["id"] for each in answers if each["expected"].startswith("process")]
    assert [str(each) for each in Message.objects.order_by("pk").values_list("apple_id", flat=True)] == expected
    assert Message.objects.first().body == "Yes"  # type: ignore[union-attr]
    repeated = InboundReceipt.objects.get(message=None)
    assert repeated.outcome.startswith("The same answer came before")


def _set_times(answers: list[dict[str, Any]]) -> None:
    start = timezone.now() - timezone.timedelta(minutes=5)  # type: ignore[attr-defined]
    for answer in reversed(answers):
        at = start + timezone.timedelta(seconds=answer["at"])  # type: ignore[attr-defined]
        InboundReceipt.objects.filter(apple_id=answer["message"]["id"]).update(received_at=at)


@pytest.mark.accepts("B9")
def test_an_answer_whose_content_is_missing_is_shown_as_such(webhook: Apple) -> None:
    webhook.deliver(
        "interactive",
        interactiveDataRef={"bid": "b", "url": "u", "owner": "o", "key": "00" + "a" * 64, "size": 1, "title": "Brake"},
    )
    InboundReceipt.objects.update(due_at=timezone.now())

    drain()

    message = Message.objects.get()
    assert (message.kind, message.body) == ("interactive", "Brake")
    assert Reference.objects.get().message == message


@pytest.mark.accepts("B13")
def test_an_unknown_type_is_shown_as_unsupported(webhook: Apple) -> None:
    webhook.deliver("hologram")

    drain()

    assert (Message.objects.get().kind, Message.objects.get().body) == ("unsupported", "hologram")


def test_one_bad_delivery_is_parked_and_does_not_hold_up_the_others(
    webhook: Apple, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("the customer's words are in here")

    webhook.deliver(body="before")
    webhook.deliver(body="Liked “before”")
    webhook.deliver(body="after")
    monkeypatch.setattr("conversations.inbound.reading.reaction_target", fail)

    drain()

    assert transcript() == [("in", "before"), ("in", "after")]
    assert InboundReceipt.objects.get(state="parked").outcome == "Could not be applied (RuntimeError)."


@pytest.mark.parametrize(
    ("sqlstate", "expected"),
    [("40P01", "waiting"), ("57P01", "waiting"), (None, "waiting"), ("54000", "parked")],
    ids=["deadlock", "the server stops", "the connection is gone", "a limit that it exceeds each time"],
)
def test_what_passes_by_itself_parks_no_delivery(
    webhook: Apple, monkeypatch: pytest.MonkeyPatch, sqlstate: str | None, expected: str
) -> None:
    class Cause(Exception):
        pass

    def fail(_batch: Batch) -> None:
        Cause.sqlstate = sqlstate  # type: ignore[attr-defined]
        raise OperationalError from Cause()

    webhook.deliver(body="Hello")
    with monkeypatch.context() as patch, suppress(OperationalError):
        patch.setattr(Batch, "apply", fail)
        drain()

    assert InboundReceipt.objects.get().state == expected


def test_a_delivery_that_cannot_be_read_any_more_is_parked(webhook: Apple) -> None:
    webhook.deliver(body="Hello")
    InboundReceipt.objects.update(body=b"garbage")

    drain()

    assert InboundReceipt.objects.get().state == "parked"


def test_characters_that_no_database_takes_are_shown_as_such(webhook: Apple) -> None:
    webhook.deliver(body="a \x00 b", intent="\x00")

    drain()

    assert transcript() == [("in", "a \ufffd b")]


def test_a_delivery_for_an_account_without_an_instance_is_parked(webhook: Apple) -> None:
    idle = Apple(AccountFactory.create())
    idle.deliver(body="Hello")

    drain()

    assert not Conversation.objects.exists()
    assert InboundReceipt.objects.get().outcome == "No channel instance uses this account."


def test_a_file_is_refused_where_customers_may_not_send_any(webhook: Apple) -> None:
    instance = ChannelInstance.objects.get(account=webhook.account)
    instance.customers_may_attach = False
    instance.save()

    webhook.deliver(body="\ufffc", attachments=[_file()])
    drain()

    attachment = Attachment.objects.get()
    assert (attachment.state, attachment.reason) == (
        "refused",
        "Customers may not send files on this channel.",
    )


def test_a_file_waits_to_be_fetched(webhook: Apple) -> None:
    webhook.deliver(body="Look \ufffc", attachments=[_file()])

    drain()

    attachment = Attachment.objects.get()
    assert (attachment.state, attachment.name, attachment.message.body) == ("waiting", "wheel.jpg", "Look")


def test_a_file_whose_signature_cannot_be_read_is_refused_and_the_words_are_shown(webhook: Apple) -> None:
    webhook.deliver(body="Look \ufffc", attachments=[_file() | {"signature": "not hex"}])

    drain()

    attachment = Attachment.objects.get()
    assert (attachment.message.body, attachment.state) == ("Look", "refused")
    assert attachment.reason == "The file came without its address or key."
    assert InboundReceipt.objects.get().state == "done"


def test_processing_costs_no_more_queries_for_more_messages(webhook: Apple, django_assert_max_num_queries: Any) -> None:
    for number in range(50):
        webhook.deliver(body=f"{number}", customer=CUSTOMER_ID)

    with django_assert_max_num_queries(30):
        process_due(limit=100)


def _file() -> dict[str, Any]:
    return {
        "name": "wheel.jpg",
        "mimeType": "image/jpeg",
        "size": 1000,
        "key": "00" + "A" * 64,
        "url": "https://content.example/a",
        "owner": "o",
        "signature": "01" * 21,
    }
