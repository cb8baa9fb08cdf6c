"""Content goes when its months are over, all of it and nothing else; a run can be stopped anywhere."""

import datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from channels_app.models import Account
from conversations.console import transcript
from conversations.models import Attachment, Conversation, Delivery, DoomedFile, Fetch, InboundReceipt, Message
from conversations.outbound.send import resend
from conversations.privacy import files, retention
from conversations.privacy.months import months_before, whole_months
from conversations.privacy.rows import Removed
from conversations.refusals import CannotSend
from omnichannel.audit.models import Action, AuditEvent
from tests.conversations.privacy.conftest import MARK, Told, everywhere, stored_files
from tests.demo.conftest import demo
from tests.factories.channels_app import ChannelInstanceFactory
from tests.factories.conversations import InboundReceiptFactory, MessageFactory, OutboundFactory

__all__ = ["demo"]

pytestmark = pytest.mark.django_db
UTC = datetime.UTC


def old(months: int = 14) -> datetime.datetime:
    """Return a moment so many months ago."""
    return months_before(timezone.now(), months)


def at(text: str) -> datetime.datetime:
    """Return a moment in UTC."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "months", "expected"),
    [
        ("2026-11-22T10:30", 13, "2025-10-22T10:30"),
        ("2026-03-31T23:59", 1, "2026-02-28T23:59"),
        ("2024-03-31T00:00", 1, "2024-02-29T00:00"),
        ("2026-01-15T08:00", 1, "2025-12-15T08:00"),
        ("2026-12-31T12:00", 12, "2025-12-31T12:00"),
        ("2025-02-28T12:00", 12, "2024-02-28T12:00"),
        ("2026-10-31T12:00", 120, "2016-10-31T12:00"),
    ],
)
def test_months_are_calendar_months(moment: str, months: int, expected: str) -> None:
    assert months_before(at(moment), months) == at(expected)


def test_months_are_counted_in_utc_whatever_the_clock_says() -> None:
    in_tokyo = datetime.datetime(2026, 3, 1, 8, tzinfo=datetime.timezone(datetime.timedelta(hours=9)))

    assert months_before(in_tokyo, 1) == at("2026-01-28T23:00")


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2025-10-22T10:30", "2026-11-22T10:30", 13),
        ("2025-10-22T10:30", "2026-11-22T10:29", 12),
        ("2026-01-31T12:00", "2026-02-28T12:00", 0),
        ("2026-01-28T12:00", "2026-02-28T12:00", 1),
    ],
)
def test_whole_months_are_those_that_have_passed(since: str, until: str, expected: int) -> None:
    assert whole_months(at(since), at(until)) == expected


def test_what_is_older_says_nothing_anywhere_any_more(tell: Told) -> None:
    tell(old())

    assert retention.remove_expired()
    files.delete_doomed()

    assert everywhere() == []
    assert stored_files() == []
    assert not DoomedFile.objects.exists()


def test_when_who_which_kind_and_how_large_stay_known(tell: Told) -> None:
    conversation = tell(old())
    before = list(
        conversation.messages.order_by("pk").values("pk", "apple_id", "created_at", "author", "delivery", "kind")
    )
    sizes = list(Attachment.objects.order_by("pk").values("mime_type", "size"))

    retention.remove_expired()

    after = conversation.messages.order_by("pk").values("pk", "apple_id", "created_at", "author", "delivery", "kind")
    assert list(after) == before
    assert list(Attachment.objects.order_by("pk").values("mime_type", "size")) == sizes
    assert set(Attachment.objects.values_list("state", flat=True)) == {Fetch.REMOVED}
    assert conversation.messages.filter(kind="event", body="taken", erased_at=None).count() == 1


def test_what_is_younger_stays_as_it_is(tell: Told) -> None:
    conversation = tell(old(12))
    before = list(conversation.messages.order_by("pk").values())

    assert retention.remove_expired()

    assert list(conversation.messages.order_by("pk").values()) == before
    assert len(stored_files()) == 4
    assert not AuditEvent.objects.exists()


def test_every_account_keeps_its_own_months(tell: Told) -> None:
    short, long = tell(old(2)), tell(old(2), instance=ChannelInstanceFactory.create(account__retention_months=120))
    Account.objects.filter(pk=short.instance.account_id).update(retention_months=1)

    retention.remove_expired()

    assert short.messages.filter(erased_at=None).count() == 1
    assert long.messages.filter(erased_at=None).count() == 4
    assert long.instance.account.receipts.count() == 2


def test_the_list_shows_nothing_of_a_conversation_that_lost_its_last_word(tell: Told) -> None:
    gone, kept = tell(old()), tell(old())
    MessageFactory.create(conversation=kept, body="Still here")

    retention.remove_expired()

    gone.refresh_from_db()
    kept.refresh_from_db()
    assert (gone.preview, gone.intent, gone.group, gone.context) == ("", "", "", {})
    assert kept.preview == MARK


@pytest.mark.parametrize("delivery", [Delivery.QUEUED, Delivery.SENDING])
def test_what_goes_to_the_customer_now_is_left_alone(tell: Told, delivery: Delivery) -> None:
    conversation = tell(old())
    message = OutboundFactory.create(conversation=conversation, created_at=old(), delivery=delivery, body="On its way")

    retention.remove_expired()

    message.refresh_from_db()
    assert (message.body, message.erased_at) == ("On its way", None)


def test_a_delivery_that_waits_goes_once_it_is_applied(tell: Told) -> None:
    conversation = tell(timezone.now())
    waiting = InboundReceiptFactory.create(account=conversation.instance.account, received_at=old())
    retention.remove_expired()
    assert InboundReceipt.objects.filter(pk=waiting.pk).exists()

    InboundReceipt.objects.filter(pk=waiting.pk).update(state="done", processed_at=timezone.now())
    retention.remove_expired()

    assert not InboundReceipt.objects.filter(pk=waiting.pk).exists()
    assert InboundReceipt.objects.count() == 2


def test_a_message_without_words_cannot_be_sent_again(tell: Told) -> None:
    conversation = tell(old())
    message = conversation.messages.get(delivery=Delivery.FAILED)
    retention.remove_expired()

    with pytest.raises(CannotSend, match="were removed"):
        resend(message, by=None)

    message.refresh_from_db()
    assert not message.may_be_resent


def test_a_run_that_was_stopped_is_taken_up_by_the_next(tell: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    conversation = tell(old())
    for number in range(7):
        MessageFactory.create(conversation=conversation, body=f"{MARK} {number}", created_at=old())

    turns = 1
    while not retention.remove_expired(seconds=0):
        turns += 1
        assert turns < 50

    files.delete_doomed()
    assert turns > 5
    assert not Message.objects.filter(erased_at=None).exclude(kind="event").exists()
    assert everywhere() == []


def test_a_batch_that_dies_leaves_everything_as_it_was(tell: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(old())
    before = (list(Message.objects.order_by("pk").values()), list(Attachment.objects.order_by("pk").values()))

    def killed(_messages: list[int]) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(retention, "_clear_conversations", killed)
        with pytest.raises(KeyboardInterrupt):
            retention.remove_expired()
    assert (list(Message.objects.order_by("pk").values()), list(Attachment.objects.order_by("pk").values())) == before
    assert not DoomedFile.objects.exists()

    retention.remove_expired()
    files.delete_doomed()
    assert everywhere() == []


def test_the_audit_log_says_how_much_went(tell: Told) -> None:
    conversation = tell(old())

    retention.remove_expired()

    event = AuditEvent.objects.get(action=Action.CONTENT_REMOVED)
    assert event.subject == f"account {conversation.instance.account_id}"
    assert event.details == {"messages": 3, "files": 4, "receipts": 2}


def test_what_a_run_took_before_it_died_is_told_by_the_next(tell: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation = tell(old())

    def killed(_account: Account, _removed: Removed) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(retention, "BATCH", 2)
    for _run in range(2):
        with pytest.raises(KeyboardInterrupt):
            retention.remove_expired(told=killed)
    retention.remove_expired()
    retention.remove_expired()

    events = AuditEvent.objects.filter(action=Action.CONTENT_REMOVED).order_by("number")
    assert {event.subject for event in events} == {f"account {conversation.instance.account_id}"}
    assert [event.details.get("messages", 0) for event in events] == [2, 1, 0]
    assert sum((Removed(event.details) for event in events), Removed()) == {"messages": 3, "files": 4, "receipts": 2}


def test_the_transcript_says_after_how_many_months(tell: Told) -> None:
    conversation = tell(old(13) - datetime.timedelta(hours=3))
    retention.remove_expired()

    entries = transcript.latest(Conversation.objects.get(pk=conversation.pk)).entries

    assert [entry.removed_after for entry in entries] == [13, 13, 0]


def test_the_command_counts_first_and_removes_when_asked(tell: Told) -> None:
    tell(old())
    counted, removed = StringIO(), StringIO()

    call_command("remove_expired", dry_run=True, stdout=counted)
    assert Message.objects.filter(erased_at__isnull=False).count() == 0
    call_command("remove_expired", stdout=removed)

    assert "3 messages and 2 deliveries would be removed" in counted.getvalue()
    assert "3 messages and 2 deliveries removed" in removed.getvalue()
    assert "Files deleted: 4" in removed.getvalue()
    assert everywhere() == []


@pytest.mark.usefixtures("demo")
def test_the_story_of_the_demo_is_young_enough_to_stay() -> None:
    assert [retention.count_expired(account).total() for account in Account.objects.all()] == [0, 0]
