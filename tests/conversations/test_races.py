"""Several workers at once, on committed rows: order holds, nothing is lost and nothing happens twice."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from conversations.assignment import take
from conversations.inbound.apply import Batch
from conversations.inbound.process import process_due
from conversations.models import Conversation, InboundReceipt, Message
from conversations.outbound.deliver import deliver_all
from conversations.outbound.send import send_text
from conversations.refusals import AlreadyTaken
from omnichannel import amb
from simulator.models import PhoneMessage, Violation
from tests.conversations.inbound.deliveries import Apple
from tests.factories.channels_app import ChannelInstanceFactory
from tests.factories.conversations import ConversationFactory
from tests.factories.workstreams import AgentFactory
from tests.portal_of import open_portal
from tests.simulator.apple import GATEWAY_URL, FakeApple, apple

__all__ = ["apple"]

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(job: Callable[[], Any], times: int) -> list[Any]:
    """Do a job in so many threads that start together; return what each returned or raised."""
    gate = threading.Barrier(times)
    results: list[Any] = []

    def run() -> None:
        gate.wait()
        try:
            results.append(job())
        except Exception as fault:  # noqa: BLE001  the test looks at it
            results.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def senders(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Threads that send, and let go of what the simulator in this process made them open."""
    count = 8
    with ThreadPoolExecutor(count) as pool:
        monkeypatch.setattr("conversations.outbound.deliver._pool", lambda: pool)
        yield
        together = threading.Barrier(count)

        def let_go() -> None:
            together.wait()
            connection.close()

        for release in [pool.submit(let_go) for _ in range(count)]:
            release.result()


def drain() -> None:
    """What the inbound task does."""
    while process_due(limit=10):
        pass


def test_workers_that_drain_together_keep_every_customers_order() -> None:
    webhook = Apple(ChannelInstanceFactory.create().account)
    for number in range(120):
        webhook.deliver(body=str(number), customer=f"urn:mbid:{number % 12}")

    assert at_once(drain, 4) == [None] * 4

    drain()
    assert not InboundReceipt.objects.exclude(state="done").exists()
    assert Conversation.objects.count() == 12
    for conversation in Conversation.objects.all():
        bodies = [int(body) for body in conversation.messages.order_by("pk").values_list("body", flat=True)]
        assert bodies == list(range(bodies[0], 120, 12))
        assert conversation.unread == 10


def test_one_message_delivered_twenty_times_at_once_is_stored_once() -> None:
    webhook = Apple(ChannelInstanceFactory.create().account)
    message_id = "5a0f7d7e-2c1b-4a53-9d2e-0b6b8f3c7a11"

    answers = at_once(lambda: webhook.deliver(body="Hello", id=message_id).status_code, 20)

    assert answers == [200] * 20
    assert InboundReceipt.objects.count() == 1


@pytest.mark.accepts("B14")
def test_workers_that_send_together_never_send_two_messages_of_one_customer_at_once(
    apple: FakeApple, senders: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = amb.Gateway(apple.credentials, GATEWAY_URL, session=apple.session)
    monkeypatch.setattr("conversations.outbound.wire.gateway", lambda *_: gateway)
    portal = open_portal(apple)
    phones = [apple.phone(f"urn:mbid:{number}") for number in range(6)]
    for phone in phones:
        phone.write("Hello")
    portal.receive()
    for number in range(60):
        send_text(portal.conversation(phones[number % 6]), str(number), by=portal.agent)

    assert at_once(deliver_all, 3) != []

    deliver_all()
    assert not Message.objects.filter(direction="out").exclude(delivery="sent").exists()
    assert not Violation.objects.exists()
    assert not PhoneMessage.objects.filter(repeats__gt=0).exists()
    for number, phone in enumerate(phones):
        assert phone.texts == [str(each) for each in range(number, 60, 6)]


def test_of_two_agents_who_take_a_conversation_one_gets_it() -> None:
    conversation = ConversationFactory.create()
    agents = iter([AgentFactory.create(), AgentFactory.create()])

    results = at_once(lambda: take(Conversation.objects.get(pk=conversation.pk), by=next(agents)), 2)

    assert sorted(type(result).__name__ for result in results) == ["AlreadyTaken", "NoneType"]
    assert any(isinstance(result, AlreadyTaken) for result in results)


def test_a_form_sent_twice_at_once_makes_one_message() -> None:
    conversation = ConversationFactory.create()
    agent = AgentFactory.create()

    results = at_once(lambda: send_text(conversation, "Once", by=agent, client_key="k").pk, 4)

    assert len(set(results)) == 1


def test_a_delivery_that_becomes_visible_late_is_not_applied_together_with_one_that_is_being_applied(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = ChannelInstanceFactory.create().account
    webhook, customer = Apple(account), "urn:mbid:1"
    stored, may_commit, applying, may_apply = (threading.Event() for _ in range(4))
    apply = Batch.apply

    def deliver_slowly() -> None:
        with transaction.atomic():
            webhook.deliver(body="first", customer=customer)
            stored.set()
            may_commit.wait()
        connection.close()

    def apply_slowly(batch: Batch) -> None:
        if [receipt.pk for receipt in batch.receipts] == [second.pk]:
            applying.set()
            may_apply.wait()
        apply(batch)

    def drain_slowly() -> None:
        drain()
        connection.close()

    monkeypatch.setattr(Batch, "apply", apply_slowly)
    slow = threading.Thread(target=deliver_slowly)
    slow.start()
    stored.wait()
    webhook.deliver(body="second", customer=customer)
    second = InboundReceipt.objects.get()
    worker = threading.Thread(target=drain_slowly)
    worker.start()
    applying.wait()
    may_commit.set()
    slow.join()
    try:
        with connection.cursor() as cursor:
            # Whoever waits here for the other worker would wait for ever.
            cursor.execute("SET lock_timeout = '10s'")
        process_due(limit=10)
    finally:
        may_apply.set()
        worker.join()
        connection.close()

    assert sorted(Message.objects.values_list("body", flat=True)) == ["first", "second"]
    assert set(InboundReceipt.objects.values_list("state", flat=True)) == {"done"}
