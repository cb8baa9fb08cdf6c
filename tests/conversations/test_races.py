"""Several workers at once, on committed rows: order holds, nothing is lost and nothing happens twice."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import RequestFactory

from conversations.assignment import take
from conversations.inbound import fetch
from conversations.inbound.apply import Batch
from conversations.inbound.process import process_due
from conversations.ledger import acts
from conversations.models import Conversation, InboundReceipt, Message
from conversations.outbound.deliver import deliver_all
from conversations.outbound.send import send_text
from conversations.refusals import AlreadyTaken
from omnichannel import amb
from omnichannel.audit.models import AuditEvent
from simulator.models import PhoneMessage, Violation
from tests.conversations.inbound.deliveries import Apple
from tests.factories.channels_app import ChannelInstanceFactory
from tests.factories.conversations import ConversationFactory, OutboundFactory, ReferenceFactory
from tests.factories.workstreams import AgentFactory, UserFactory
from tests.journeys.running import eventually
from tests.portal_of import open_portal
from tests.simulator.apple import GATEWAY_URL, FakeApple, apple

__all__ = ["apple"]

pytestmark = pytest.mark.django_db(transaction=True)

LARGE_REPLY = {"bid": amb.BUSINESS_BID, "data": {"version": "1.0", "replyMessage": {"title": "Brake tune-up"}}}


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


def someone_waits_for_us() -> bool:
    """Tell whether another transaction waits for a lock of this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT bool_or(pg_backend_pid() = ANY(pg_blocking_pids(pid))) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


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
        said = conversation.messages.filter(direction="in").order_by("pk")
        bodies = [int(body) for body in said.values_list("body", flat=True)]
        assert bodies == list(range(bodies[0], 120, 12))
        assert conversation.unread == 10
        assert conversation.messages.filter(trigger="greeting").count() == 1


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


def test_of_two_who_send_the_same_messages_again_each_is_told_what_became_of_every_one() -> None:
    request = RequestFactory().post("/")
    request.user = UserFactory.create()
    failed = [OutboundFactory.create(delivery="failed", sent_at=None).pk for _ in range(3)]

    results = at_once(lambda: acts.resend_failed(failed, request), 2)

    assert [result.done + sum(result.refusals.values()) for result in results] == [3, 3]
    assert sum(result.done for result in results) == AuditEvent.objects.count() == 3


def test_a_large_reply_that_comes_while_its_delivery_is_read_again_locks_the_conversation_first() -> None:
    reference = ReferenceFactory.create()
    message, data = reference.message, amb.InteractiveData.model_validate(LARGE_REPLY)

    def write() -> None:
        fetch._write(reference, fetch.Brought(data=data))
        connection.close()

    worker = threading.Thread(target=write)
    with transaction.atomic():
        Conversation.objects.locked().get(pk=message.conversation_id)
        worker.start()
        eventually(someone_waits_for_us)
        # Whoever held this while waiting for the conversation would wait for ever.
        Message.objects.select_for_update(nowait=True).get(pk=message.pk)
    worker.join()

    reference.refresh_from_db()
    assert reference.state == "stored"


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

    assert sorted(Message.objects.filter(direction="in").values_list("body", flat=True)) == ["first", "second"]
    assert set(InboundReceipt.objects.values_list("state", flat=True)) == {"done"}
