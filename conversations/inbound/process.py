"""Empties the inbox: many deliveries in one transaction, each customer's in the order in which they came.

The oldest waiting receipt of a customer is the key to all of theirs: whoever holds its row lock holds the lane, up to
the first receipt that another worker holds. (One may become visible after another with a higher number.)
"""

import datetime

import structlog
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.utils import timezone

from conversations.inbound.apply import Batch
from conversations.models import InboundReceipt, ReceiptState
from omnichannel import amb
from omnichannel.common import clock
from omnichannel.common.steps import Step, reached

# The one class of operational errors that a delivery itself can cause, and would cause again.
LIMIT_EXCEEDED = "54"

log = structlog.get_logger(__name__)


def process_due(limit: int) -> int:
    """Apply up to so many waiting deliveries, and return how many that were.

    Raises what passes by itself, such as a deadlock or a lost connection: they wait as they are, and parking is for
    what would fail again.
    """
    try:
        return _process_together(limit)
    except Exception as fault:  # noqa: BLE001  one bad delivery must not hold up the others, so each gets its own try
        _raise_if_passing(fault)
    # Each in its own transaction: whoever locks one customer's rows after another's may meet somebody coming back.
    count = 0
    while count < limit and _process_oldest():
        count += 1
    return count


@transaction.atomic
def _process_together(limit: int) -> int:
    receipts = _claim(limit)
    if receipts:
        reached(Step.RECEIPTS_CLAIMED)
        # A savepoint, for callers with a transaction of their own.
        with transaction.atomic():
            Batch(receipts).apply()
        reached(Step.RECEIPTS_APPLIED)
    return len(receipts)


@transaction.atomic
def _process_oldest() -> int:
    receipts = _claim(limit=1)
    for receipt in receipts:
        _apply_or_park(receipt)
    return len(receipts)


def _claim(limit: int) -> list[InboundReceipt]:
    now = clock.now()
    heads = list(
        InboundReceipt.objects.heads(now).only("account", "customer_id").select_for_update(skip_locked=True)[:limit]
    )
    if not heads:
        return []
    lanes = Q()
    for head in heads:
        lanes |= Q(account=head.account_id, customer_id=head.customer_id)
    waiting = InboundReceipt.objects.filter(state=ReceiptState.WAITING)
    places = list(waiting.filter(lanes).order_by("pk").values_list("pk", "account_id", "customer_id")[:limit])
    mine = waiting.select_for_update(skip_locked=True).in_bulk([place[0] for place in places])
    return _ready(places, mine, now)


def _ready(
    places: list[tuple[int, int, str]], mine: dict[int, InboundReceipt], now: datetime.datetime
) -> list[InboundReceipt]:
    """Leave out what is not due yet or not ours, and what came after it from the same customer."""
    held, ready = set(), []
    for pk, *lane in places:
        receipt = mine.get(pk)
        if receipt is None or receipt.due_at > now or tuple(lane) in held:
            held.add(tuple(lane))
        else:
            ready.append(receipt)
    return ready


def _apply_or_park(receipt: InboundReceipt) -> None:
    try:
        with transaction.atomic():
            Batch([receipt]).apply()
    except Exception as fault:  # noqa: BLE001  whatever it is, the delivery is kept with its reason and can be applied again
        _raise_if_passing(fault)
        reason = str(fault) if isinstance(fault, amb.DecodeError) else f"Could not be applied ({type(fault).__name__})."
        _park(receipt, reason)
        log.warning("receipt_parked", receipt=receipt.pk, fault=type(fault).__name__)


def _raise_if_passing(fault: Exception) -> None:
    if isinstance(fault, InterfaceError | OperationalError):
        state = getattr(fault.__cause__, "sqlstate", None) or ""
        if not state.startswith(LIMIT_EXCEEDED):
            raise fault


def _park(receipt: InboundReceipt, reason: str) -> None:
    InboundReceipt.objects.filter(pk=receipt.pk).update(
        state=ReceiptState.PARKED, outcome=reason[:400], processed_at=timezone.now()
    )
