"""No message stays queued or sending beyond the bound, and whoever looks is told of one that does."""

import datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from conversations.models import Attempt, Conversation, Message
from conversations.outbound import checks, deliver, overdue
from conversations.outbound.overdue import count_overdue
from conversations.outbound.send import resend, send_text
from conversations.outbound.tasks import sweep
from tests.factories.conversations import ConversationFactory, OutboundFactory
from tests.portal_of import Portal
from tests.simulator.apple import FakePhone

pytestmark = pytest.mark.django_db


def waiting(delivery: str = "queued", *, minutes: float, **columns: Any) -> Message:
    """A message that was queued so many minutes ago and is not settled."""
    queued_at = timezone.now() - datetime.timedelta(minutes=minutes)
    message: Message = OutboundFactory.create(
        delivery=delivery,
        sent_at=None,
        created_at=queued_at,
        due_at=queued_at,
        give_up_at=queued_at + datetime.timedelta(minutes=10),
        claimed_at=timezone.now() if delivery == "sending" else None,
        **columns,
    )
    return message


def state(message: Message) -> tuple[str | None, str]:
    """What an agent is told."""
    message.refresh_from_db()
    return message.delivery, message.failure_reason


def test_what_is_queued_for_too_long_fails_with_the_reason_even_behind_others() -> None:
    ahead = waiting(minutes=31)
    behind = waiting(minutes=30, conversation=ahead.conversation)
    recent = waiting(minutes=28, conversation=ahead.conversation)

    assert deliver.settle_overdue() == 2

    reason = "It waited for too long without being sent. Send it again if it still matters."
    assert [state(message) for message in (ahead, behind, recent)] == [
        ("failed", reason), ("failed", reason), ("queued", ""),
    ]  # fmt: skip


def test_after_a_long_standstill_it_goes_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver, "SETTLED_AT_ONCE", 2)
    messages = [waiting(minutes=40) for _ in range(5)]

    assert deliver.settle_overdue() == 5

    assert {state(message)[0] for message in messages} == {"failed"}


def test_what_a_worker_keeps_alive_for_too_long_is_of_unknown_outcome_and_noted() -> None:
    message = waiting("sending", minutes=30, attempts=3)

    assert deliver.settle_overdue() == 1

    assert state(message) == ("unknown", "Apple's answer has not come to an end for too long.")
    attempt = Attempt.objects.get(message=message)
    assert (attempt.number, attempt.outcome, attempt.reason) == (3, "unknown", message.failure_reason)


def test_what_waited_for_too_long_is_not_sent_by_a_drain_that_comes_before_the_sweep(
    portal: Portal, phone: FakePhone, conversation: Conversation
) -> None:
    late = waiting(minutes=60 * 24, conversation=conversation)
    send_text(conversation, "We open at nine.", by=portal.agent)

    portal.send()
    assert phone.texts == []

    sweep()
    portal.send()
    assert phone.texts == ["We open at nine."]
    assert state(late)[0] == "failed"


def test_a_message_that_failed_at_the_bound_can_be_sent_again_and_waits_anew() -> None:
    message = waiting(minutes=60)
    deliver.settle_overdue()

    resend(message, by=None)

    assert deliver.settle_overdue() == 0
    assert state(message)[0] == "queued"


def test_the_sweep_keeps_everything_within_the_bound() -> None:
    waiting(minutes=31)
    waiting("sending", minutes=31, conversation=ConversationFactory.create())
    waiting(minutes=5)
    assert count_overdue() == 2

    sweep()

    assert count_overdue() == 0
    assert Message.objects.filter(delivery="queued").count() == 1


def test_a_count_ends_where_more_would_say_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overdue, "COUNTED", 2)
    for _ in range(3):
        waiting(minutes=31)

    assert count_overdue() == 2


def test_the_bound_is_a_setting(settings: Any) -> None:
    settings.SETTLE_WITHIN_SECONDS = 3600
    waiting(minutes=31)

    assert count_overdue() == 0


def test_the_check_of_the_database_names_what_waits_beyond_the_bound() -> None:
    waiting(minutes=31)

    with pytest.raises(CommandError, match=r"1 messages wait for longer than SETTLE_WITHIN_SECONDS\.\n\tHINT: Start"):
        call_command("check", databases=["default"])


def test_the_check_is_content_without_asking_where_no_database_is_named() -> None:
    waiting(minutes=31)

    assert checks.check_overdue() == []
    assert checks.check_overdue(databases=["other"]) == []


def test_an_update_is_not_held_up_by_what_waits() -> None:
    waiting(minutes=31)
    newest = MigrationLoader(connection).graph.leaf_nodes("conversations")[0]
    MigrationRecorder(connection).record_unapplied(*newest)

    assert checks.check_overdue(databases=["default"]) == []
