"""A period begins at the right key, however the rows lie."""

import datetime

import pytest
from django.utils import timezone

from conversations.ledger.periods import first_outbound, first_receipt
from conversations.models import InboundReceipt, Message
from tests.factories.conversations import ConversationFactory, InboundReceiptFactory, OutboundFactory

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


def make_messages(*ages: int) -> None:
    """Store messages that are so many days old, in this order."""
    now, conversation = timezone.now(), ConversationFactory.create()
    rows = [OutboundFactory.build(conversation=conversation, created_at=now - age * DAY) for age in ages]
    Message.objects.bulk_create(rows)


@pytest.mark.parametrize("age", [0.5, 1.5, 30.5, 77.5, 98.5, 200])
def test_nothing_of_the_period_is_left_out_and_little_else_is_read(age: float) -> None:
    make_messages(*range(100, 0, -1))
    moment = timezone.now() - age * DAY

    first = first_outbound(moment, span=1)

    wanted = set(Message.objects.filter(created_at__gte=moment).values_list("pk", flat=True))
    read = set(Message.objects.filter(pk__gte=first).values_list("pk", flat=True))
    assert wanted <= read
    assert len(read - wanted) <= 50


def test_a_row_that_came_late_misleads_nobody() -> None:
    make_messages(*range(200, 100, -1), *[5, 90] * 50, *range(100, 0, -1))
    moment = timezone.now() - 10 * DAY

    first = first_outbound(moment, span=1)

    assert not Message.objects.filter(created_at__gte=moment, pk__lt=first).exists()


def test_a_small_table_is_read_whole() -> None:
    make_messages(100, 1)

    assert first_outbound(timezone.now() - 10 * DAY) == 0


def test_an_empty_table_has_no_period() -> None:
    assert (first_outbound(timezone.now(), span=1), first_receipt(timezone.now(), span=1)) == (0, 0)


def test_deliveries_have_periods_too() -> None:
    old = InboundReceiptFactory.create(received_at=timezone.now() - 3 * DAY)
    for _ in range(99):
        InboundReceiptFactory.create(account=old.account, received_at=timezone.now() - 3 * DAY)
    new = InboundReceiptFactory.create()

    first = first_receipt(timezone.now() - DAY, span=1)

    assert old.pk < first <= new.pk
    assert InboundReceipt.objects.filter(pk__gte=first).count() <= 51
