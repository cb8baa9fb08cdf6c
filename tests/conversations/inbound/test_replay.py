"""A delivery is looked at again: without a second message, without a second effect, whoever asks and how often."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from conversations.inbound.process import process_due
from conversations.inbound.replay import CannotReplay, apply_again, read_again
from conversations.models import Attachment, Conversation, Customer, InboundReceipt, Kind, Message
from tests.amb.samples import CUSTOMER_ID
from tests.conversations.inbound.deliveries import Apple
from tests.conversations.test_races import at_once
from tests.factories.channels_app import AccountFactory, ChannelInstanceFactory, say_nothing_by_itself

LATER = datetime.timedelta(minutes=5)


def drain() -> None:
    """Apply all that waits."""
    while process_due(limit=100):
        pass


def receive(apple: Apple, kind: str = "text", *, later: int = 0, **keys: Any) -> InboundReceipt:
    """Return the stored receipt of a delivery that came so many times five minutes later."""
    apple.deliver(kind, **keys)
    receipt = InboundReceipt.objects.latest("pk")
    receipt.received_at += later * LATER
    receipt.save()
    return receipt


def parked(apple: Apple, kind: str = "text", **keys: Any) -> InboundReceipt:
    """Return a delivery that could not be applied when it came."""
    receipt = receive(apple, kind, **keys)
    receipt.state, receipt.outcome, receipt.processed_at = "parked", "Could not be applied (KeyError).", timezone.now()
    receipt.save()
    return receipt


def test_what_nobody_was_ready_for_is_applied_once_somebody_is(db: None) -> None:
    apple = Apple(AccountFactory.create())
    receipt = receive(apple, body="Hello?")
    drain()
    say_nothing_by_itself()
    ChannelInstanceFactory.create(account=apple.account)

    apply_again(InboundReceipt.objects.get(state="parked"))
    drain()

    message = Message.objects.get()
    receipt.refresh_from_db()
    assert (message.body, message.created_at, message.receipt) == ("Hello?", receipt.received_at, receipt)
    assert (receipt.state, receipt.outcome) == ("done", "")
    assert message.conversation.opened_at == receipt.received_at


def test_a_delivery_is_applied_again_once(webhook: Apple) -> None:
    receipt = parked(webhook, body="Hello?")
    apply_again(receipt)

    with pytest.raises(CannotReplay, match="no longer parked"):
        apply_again(receipt)


def test_what_was_overtaken_does_not_turn_back_the_time(webhook: Apple) -> None:
    late = parked(webhook, body="First", capabilities="QUICK", intent="old")
    newer = receive(webhook, body="Second", capabilities="LIST", later=1)
    drain()

    apply_again(late)
    drain()

    conversation, customer = Conversation.objects.get(), Customer.objects.get()
    assert (conversation.preview, conversation.last_message_at) == ("Second", newer.received_at)
    assert (customer.capabilities, customer.last_seen_at) == (["LIST"], newer.received_at)
    assert list(conversation.messages.order_by("created_at").values_list("body", flat=True)) == ["First", "Second"]
    assert conversation.unread == 2


@pytest.mark.parametrize("kind", ["close", "typing_start", "typing_end"])
def test_what_was_overtaken_neither_closes_nor_types(webhook: Apple, kind: str) -> None:
    late = parked(webhook, kind)
    receive(webhook, body="Still here", later=1)
    drain()

    apply_again(late)
    drain()

    conversation = Conversation.objects.get()
    late.refresh_from_db()
    assert (conversation.state, conversation.is_customer_typing) == ("open", False)
    assert conversation.customer.left_at is None
    assert (late.state, late.outcome) == ("done", "It says nothing any more: the customer wrote later.")


def test_an_old_text_does_not_bring_back_a_customer_who_left(webhook: Apple) -> None:
    late = parked(webhook, body="First")
    receive(webhook, body="Second", later=1)
    close = receive(webhook, "close", later=2)
    drain()

    apply_again(late)
    drain()

    assert Customer.objects.get().left_at == close.received_at


def as_unknown(receipt: InboundReceipt) -> Message:
    """Have the message of a delivery look as an older version would have stored it."""
    Message.objects.filter(receipt=receipt).update(kind=Kind.UNSUPPORTED, body="text", subject="")
    Conversation.objects.update(preview="text", unread=0)
    return Message.objects.get(receipt=receipt)


def test_a_kind_that_was_not_known_is_shown_once_it_is(webhook: Apple) -> None:
    first = receive(webhook, body="Hello", subject="Bike")
    receive(webhook, body="Second", later=1)
    drain()
    message = as_unknown(first)
    before = Conversation.objects.values().get()

    assert read_again(first)

    message.refresh_from_db()
    after = Conversation.objects.values().get()
    assert (message.kind, message.body, message.subject) == ("text", "Hello", "Bike")
    assert message.created_at == first.received_at
    assert after | {"revision": 0} == before | {"revision": 0}
    assert Message.objects.count() == 2


def test_the_list_shows_what_the_newest_message_says(webhook: Apple) -> None:
    receipt = receive(webhook, body="Hello")
    drain()
    as_unknown(receipt)

    read_again(receipt)

    assert Conversation.objects.get().preview == "Hello"


def test_reading_what_is_right_already_changes_nothing(webhook: Apple) -> None:
    receipt = receive(webhook, body="Hello")
    drain()
    before = Message.objects.values().get()

    assert not read_again(receipt)

    assert Message.objects.values().get() == before


def test_a_reaction_is_not_taken_for_one_to_something_later(webhook: Apple) -> None:
    reaction = receive(webhook, body="Liked “Hello”")
    receive(webhook, body="Hello", later=1)
    drain()

    assert not read_again(reaction)

    assert Message.objects.get(receipt=reaction).kind == "text"


def test_a_reaction_keeps_what_it_is_for(webhook: Apple) -> None:
    receive(webhook, body="Hello")
    drain()
    reaction = receive(webhook, body="Liked “Hello”", later=1)
    drain()

    assert not read_again(reaction)

    assert Message.objects.get(receipt=reaction).kind == "reaction"


FILE = {
    "name": "a.png",
    "mimeType": "image/png",
    "size": "10",
    "url": "https://example.com/a",
    "owner": "M",
    "key": "00" + "ab" * 32,
    "signature": "81" + "cd" * 20,
}


def test_a_file_that_the_channel_refused_is_asked_for_when_it_is_allowed(db: None) -> None:
    instance = ChannelInstanceFactory.create(customers_may_attach=False)
    receipt = receive(Apple(instance.account), body="Look", attachments=[FILE])
    drain()
    assert Attachment.objects.get().state == "refused"
    type(instance).objects.update(customers_may_attach=True)

    assert read_again(receipt)

    assert Attachment.objects.values_list("state", "reason", "attempts").get() == ("waiting", "", 0)
    assert not read_again(receipt)


def test_a_file_that_an_older_version_did_not_see_is_asked_for(webhook: Apple) -> None:
    receipt = receive(webhook, body="Look", attachments=[FILE])
    drain()
    Attachment.objects.all().delete()

    assert read_again(receipt)

    assert Attachment.objects.get().state == "waiting"


def test_what_left_no_message_has_nothing_to_show(webhook: Apple) -> None:
    receipt = receive(webhook, "typing_start")
    drain()

    with pytest.raises(CannotReplay, match="left no message"):
        read_again(receipt)


def test_what_was_erased_stays_erased(webhook: Apple) -> None:
    receipt = receive(webhook, body="Hello")
    drain()
    Message.objects.update(body="", erased_at=timezone.now())

    with pytest.raises(CannotReplay, match="erased"):
        read_again(receipt)


def test_what_cannot_be_decoded_says_why(webhook: Apple) -> None:
    receipt = receive(webhook, body="Hello")
    drain()
    InboundReceipt.objects.update(body=b"[")

    with pytest.raises(CannotReplay, match="It cannot be read: The body is not valid JSON"):
        read_again(InboundReceipt.objects.get(pk=receipt.pk))


@pytest.mark.django_db(transaction=True)
def test_people_who_apply_it_again_at_the_same_time_make_one_message() -> None:
    say_nothing_by_itself()
    apple = Apple(ChannelInstanceFactory.create().account)
    receipt = parked(apple, body="Hello?")

    def apply_and_drain() -> None:
        apply_again(receipt)
        drain()

    outcomes = at_once(apply_and_drain, 4)

    drain()  # As the sweep does, for a drain passes over a receipt that somebody else's click holds.
    assert sum(isinstance(outcome, CannotReplay) for outcome in outcomes) == 3
    assert Message.objects.filter(conversation__customer__customer_id=CUSTOMER_ID).count() == 1


@pytest.mark.django_db(transaction=True)
def test_people_who_read_it_again_at_the_same_time_change_it_once() -> None:
    say_nothing_by_itself()
    apple = Apple(ChannelInstanceFactory.create(customers_may_attach=True).account)
    receipt = receive(apple, body="Look", attachments=[FILE])
    drain()
    Attachment.objects.all().delete()
    as_unknown(receipt)

    outcomes = at_once(lambda: read_again(receipt), 4)

    assert sorted(outcomes) == [False, False, False, True]
    assert (Message.objects.count(), Attachment.objects.count()) == (1, 1)
