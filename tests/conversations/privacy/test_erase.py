"""Erasing a customer leaves nothing of them, whoever is killed and whoever comes at the same time."""

import threading
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from conversations.inbound import fetch
from conversations.inbound.apply import Batch
from conversations.inbound.process import process_due
from conversations.inbound.replay import CannotReplay, apply_again
from conversations.models import (
    Attachment,
    Conversation,
    Customer,
    Delivery,
    Erasure,
    Fetch,
    InboundReceipt,
    Message,
    Reference,
)
from conversations.outbound.send import send_text
from conversations.privacy import erase, export, files
from conversations.privacy.erase import CannotErase
from conversations.refusals import ConversationClosed
from omnichannel.audit.models import Action, AuditEvent
from tests.conversations.inbound.deliveries import Apple
from tests.conversations.privacy.conftest import MARK, Told, everywhere, stored_files
from tests.factories.channels_app import ChannelInstanceFactory, say_nothing_by_itself
from tests.factories.conversations import (
    AttachmentFactory,
    ConversationFactory,
    InboundReceiptFactory,
    MessageFactory,
    OutboundFactory,
)
from tests.factories.workstreams import AgentFactory, UserFactory
from tests.journeys.running import eventually

pytestmark = pytest.mark.django_db


def erased(customer: Customer) -> Erasure:
    """Erase a customer with their files."""
    erasure = erase.erase(customer, by=None)
    files.delete_doomed()
    return erasure


def test_nothing_of_the_customer_is_left_anywhere(tell: Told) -> None:
    conversation = tell()
    opaque_id = conversation.customer.customer_id
    tell(customer=Customer.objects.get(pk=conversation.customer_id), closed=True)
    export.request_export(conversation.customer, by=None)
    export.write_next()

    erased(conversation.customer)

    assert everywhere() == []
    assert everywhere(opaque_id) == []
    assert stored_files() == []


def test_other_customers_keep_everything(tell: Told) -> None:
    conversation, other = tell(), tell()
    before = list(other.messages.order_by("pk").values())

    erased(conversation.customer)

    assert list(other.messages.order_by("pk").values()) == before
    assert len(stored_files()) == 4
    assert InboundReceipt.objects.filter(customer_id=other.customer.customer_id).count() == 2


def test_the_report_counts_what_went_and_stays_in_the_audit_log(tell: Told) -> None:
    conversation, person = tell(), UserFactory.create(username="ada")

    erasure = erase.erase(conversation.customer, by=person)

    expected = {
        "conversations": 1,
        "messages": 4,
        "attachments": 2,
        "files": 4,
        "references": 1,
        "attempts": 1,
        "receipts": 2,
        "customers": 1,
    }
    assert {kind: count for kind, count in erasure.removed.items() if count} == expected
    event = AuditEvent.objects.get(action=Action.CUSTOMER_ERASED)
    assert {kind: count for kind, count in event.details.items() if count} == expected
    assert (event.actor_name, event.subject) == (str(person), f"customer {conversation.customer_id}")
    assert AuditEvent.objects.filter(action=Action.CUSTOMER_ERASURE_BEGUN, actor_id=person.pk).exists()


def test_it_refuses_while_a_message_is_being_sent_and_changes_nothing(tell: Told) -> None:
    conversation = tell()
    OutboundFactory.create(conversation=conversation, delivery=Delivery.SENDING)
    OutboundFactory.create(conversation=conversation, delivery=Delivery.QUEUED)
    before = list(Message.objects.order_by("pk").values())

    with pytest.raises(CannotErase, match="is being sent"):
        erase.begin(conversation.customer, by=None)

    assert list(Message.objects.order_by("pk").values()) == before
    assert not Erasure.objects.exists()
    assert Conversation.objects.get(pk=conversation.pk).is_open


def test_what_is_queued_is_withdrawn(tell: Told) -> None:
    conversation = tell()
    OutboundFactory.create(conversation=conversation, delivery=Delivery.QUEUED)

    erase.begin(conversation.customer, by=None)

    assert not Message.objects.filter(delivery=Delivery.QUEUED).exists()


def test_a_customer_is_marked_once(tell: Told) -> None:
    conversation = tell()
    erase.begin(conversation.customer, by=None)

    with pytest.raises(CannotErase, match="already"):
        erase.begin(conversation.customer, by=None)


def test_nobody_writes_to_a_marked_customer_or_exports_them(tell: Told) -> None:
    conversation = tell()
    erase.begin(conversation.customer, by=None)

    with pytest.raises(ConversationClosed, match="being erased"):
        send_text(conversation, "Hello?", by=AgentFactory.create())
    with pytest.raises(export.CannotExport):
        export.request_export(conversation.customer, by=None)


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_it_can_be_killed_after_any_batch_and_goes_on(tell: Told, monkeypatch: pytest.MonkeyPatch, batch: int) -> None:
    monkeypatch.setattr(erase, "BATCH", batch)
    conversation = tell()
    erasure = erase.begin(conversation.customer, by=None)
    whole = erase._delete_batch
    rounds = 0

    while erase.unfinished():
        rounds += 1
        assert rounds < 50
        calls = iter([True])

        def once(pk: int, calls: Any = calls) -> bool:
            return next(calls, False) and whole(pk)

        with monkeypatch.context() as patched:
            patched.setattr(erase, "_delete_batch", once)
            erase.finish(erasure)

    files.delete_doomed()
    erasure.refresh_from_db()
    assert rounds > 3
    assert (erasure.removed["messages"], erasure.removed["receipts"]) == (4, 2)
    assert everywhere() == []
    assert stored_files() == []


def test_a_batch_that_dies_is_undone_with_its_count(tell: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = tell()
    erasure = erase.begin(conversation.customer, by=None)

    def killed(*_args: Any, **_kwargs: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Erasure, "save", killed)
        with pytest.raises(KeyboardInterrupt):
            erase.finish(erasure)
    assert conversation.messages.count() == 4
    assert Erasure.objects.get(pk=erasure.pk).removed.get("messages", 0) == 0

    erase.finish(erasure)
    assert Erasure.objects.get(pk=erasure.pk).removed["messages"] == 4


def test_deliveries_that_wait_go_unread(tell: Told) -> None:
    conversation = tell()
    Apple(conversation.instance.account).deliver(body=MARK, customer=conversation.customer.customer_id)

    erased(conversation.customer)
    process_due(limit=100)

    assert everywhere() == []
    assert not Conversation.objects.exists()


def test_what_was_parked_cannot_be_applied_once_the_mark_is_set(tell: Told) -> None:
    conversation = tell()
    Apple(conversation.instance.account).deliver(body=MARK, customer=conversation.customer.customer_id)
    parked = InboundReceipt.objects.latest("pk")
    parked.state, parked.outcome, parked.processed_at = "parked", "Because.", timezone.now()
    parked.save()
    erasure = erase.begin(conversation.customer, by=None)

    with pytest.raises(CannotReplay):
        apply_again(parked)

    erase.finish(erasure)
    files.delete_doomed()
    assert everywhere() == []


def test_whoever_writes_after_the_mark_is_a_new_customer(tell: Told) -> None:
    say_nothing_by_itself()
    conversation = tell()
    opaque_id = conversation.customer.customer_id
    erasure = erase.begin(conversation.customer, by=None)
    Apple(conversation.instance.account).deliver(body="I am back", customer=opaque_id)
    process_due(limit=100)

    erase.finish(erasure)

    again = Customer.objects.get(customer_id=opaque_id)
    assert again.pk != conversation.customer_id
    assert [message.body for message in Message.objects.all()] == ["I am back"]
    assert InboundReceipt.objects.get().message.body == "I am back"


def test_a_file_that_is_being_fetched_does_not_come_back(tell: Told) -> None:
    conversation = tell()
    row = AttachmentFactory.create(message=conversation.messages.first(), state=Fetch.WAITING, attempts=1)
    reference = Reference.objects.get()
    Reference.objects.filter(pk=reference.pk).update(state=Fetch.WAITING)
    erased(conversation.customer)

    fetch._write(row, fetch.Brought(file=ContentFile(MARK.encode()), media_type="text/plain"))
    fetch._write(reference, fetch.Brought(reason=MARK))

    assert not Attachment.objects.exists()
    assert stored_files() == []
    assert everywhere() == []


def test_the_command_asks_reports_and_goes_on_where_it_was_killed(tell: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = tell()
    number = str(conversation.customer_id)
    monkeypatch.setattr("builtins.input", lambda _prompt: "No")
    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command("erase_customer", number, stdout=StringIO())
    assert Message.objects.exists()

    erase.begin(conversation.customer, by=None)
    report = StringIO()
    call_command("erase_customer", number, stdout=report)

    assert f"Customer {number} was erased" in report.getvalue()
    assert "Messages and notes: 4" in report.getvalue()
    assert everywhere() == []
    assert stored_files() == []


def test_the_command_names_what_it_does_not_find() -> None:
    with pytest.raises(CommandError, match="no customer with this number"):
        call_command("erase_customer", "urn:mbid:nobody", "--yes")


def test_one_opaque_id_at_two_businesses_asks_for_the_number(tell: Told) -> None:
    one, other = tell(), tell(instance=ChannelInstanceFactory.create())
    Customer.objects.filter(pk__in=[one.customer_id, other.customer_id]).update(customer_id="urn:mbid:same")

    with pytest.raises(CommandError, match="Give the customer"):
        call_command("erase_customer", "urn:mbid:same", "--yes")


class Aside:
    """Work in a thread with a connection of its own."""

    def __init__(self, job: Callable[[], Any]) -> None:
        self.result: Any = None
        self._job = job
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.result = self._job()
        except Exception as fault:  # noqa: BLE001  the test looks at it
            self.result = fault
        finally:
            connection.close()

    def join(self) -> Any:
        """Return what became of it."""
        self._thread.join(30)
        assert not self._thread.is_alive()
        return self.result


def wait_for_a_lock() -> None:
    """Return once another connection waits for a lock."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"

    def count() -> int:
        with connection.cursor() as cursor:
            # Within a transaction the server shows what it saw first.
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(waiting)
            return int(cursor.fetchone()[0])

    eventually(count)


@pytest.mark.django_db(transaction=True)
def test_a_delivery_that_is_being_applied_is_erased_with_the_rest() -> None:
    instance = ChannelInstanceFactory.create()
    webhook = Apple(instance.account)
    webhook.deliver(body="First", customer="urn:mbid:racing")
    process_due(limit=10)
    Conversation.objects.update(state="closed", close_reason="api", closed_at=timezone.now())
    webhook.deliver(body=MARK, customer="urn:mbid:racing")
    customer = Customer.objects.get()

    with transaction.atomic():
        # Applied and not yet committed: the mark waits for it, and finds the conversation that it opened.
        receipts = list(InboundReceipt.objects.filter(state="waiting").select_for_update())
        Batch(receipts).apply()
        aside = Aside(lambda: erase.erase(customer, by=None))
        wait_for_a_lock()

    assert isinstance(aside.join(), Erasure)
    assert everywhere() == []
    assert not Customer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_delivery_that_comes_while_the_mark_is_set_opens_a_new_customer() -> None:
    say_nothing_by_itself()
    instance = ChannelInstanceFactory.create()
    webhook = Apple(instance.account)
    webhook.deliver(body=MARK, customer="urn:mbid:racing")
    process_due(limit=10)
    customer = Customer.objects.get()

    with transaction.atomic():
        erasure = erase.begin(customer, by=None)
        webhook_aside = Aside(lambda: webhook.deliver(body="I am back", customer="urn:mbid:racing"))
        webhook_aside.join()
        aside = Aside(lambda: process_due(limit=10))
        wait_for_a_lock()
    assert aside.join() == 1
    erase.finish(erasure)

    assert [message.body for message in Message.objects.all()] == ["I am back"]
    assert Customer.objects.get(customer_id="urn:mbid:racing").pk != customer.pk
    assert everywhere() == []
    assert not InboundReceipt.objects.filter(state="parked").exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_finish_the_same_erasure_count_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erase, "BATCH", 1)
    instance = ChannelInstanceFactory.create()
    customer = MessageFactory.create(conversation__instance=instance).conversation.customer
    for _ in range(20):
        MessageFactory.create(conversation=customer.conversations.get())
        InboundReceiptFactory.create(
            account=instance.account, customer_id=customer.customer_id, state="done", processed_at=timezone.now()
        )
    erasure = erase.begin(customer, by=None)

    workers = [Aside(lambda: erase.finish(erasure)) for _ in range(2)]

    assert [worker.join() for worker in workers] == [None, None]
    erasure.refresh_from_db()
    assert (erasure.removed["messages"], erasure.removed["receipts"], erasure.removed["customers"]) == (21, 20, 1)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_writes_a_file_down_and_one_that_erases_never_wait_for_each_other() -> None:
    message = MessageFactory.create()
    row = AttachmentFactory.create(message=message, state=Fetch.WAITING, attempts=1)
    brought = fetch.Brought(file=ContentFile(MARK.encode()), media_type="text/plain")
    customer = message.conversation.customer

    for_fetch = Attachment.objects.select_related("message__conversation").get(pk=row.pk)
    workers = [Aside(lambda: fetch._write(for_fetch, brought)), Aside(lambda: erase.erase(customer, by=None))]
    results = [worker.join() for worker in workers]
    files.delete_doomed()

    assert [type(result) for result in results] == [type(None), Erasure]
    assert stored_files() == []
    assert not Attachment.objects.exists()


def test_a_conversation_that_opens_while_the_mark_waits_is_closed_by_a_second_try(
    tell: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = tell(closed=True)
    close, tries = erase._close, []

    def wrote_after(customer: Customer) -> None:
        close(customer)
        tries.append(customer)
        if len(tries) == 1:
            ConversationFactory.create(customer=customer, instance=conversation.instance)

    monkeypatch.setattr(erase, "_close", wrote_after)

    erasure = erase.erase(conversation.customer, by=None)

    assert len(tries) == 2
    assert erasure.finished_at
