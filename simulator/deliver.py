"""Brings what phones sent to the provider's webhook: in order for one phone, side by side for many."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from queue import Empty, SimpleQueue

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from simulator import webhook
from simulator.fault_kinds import FaultKind
from simulator.models import Delivery, DownloadLink, PhoneMessage
from simulator.models.delivery import DeliveryState
from simulator.models.shown import State
from simulator.services import faults, live

LANES = 4
BATCH = 100
# A delivery takes half a minute at most; what has been under way for longer lost its worker.
STUCK_AFTER = timedelta(seconds=webhook.TIMEOUT_SECONDS * 2)
RETRY_AFTER = timedelta(seconds=1)
KEEP_DEAD_LINKS = timedelta(hours=1)


def deliver_due() -> int:
    """Deliver what is due, and return how many calls that took."""
    phones: SimpleQueue[int] = SimpleQueue()
    for phone_id in _due_phones():
        phones.put(phone_id)
    helpers = min(LANES, phones.qsize()) - 1
    if helpers < 1:
        return _work(phones)
    with ThreadPoolExecutor(helpers) as pool:
        others = [pool.submit(_work_aside, phones) for _ in range(helpers)]
        return _work(phones) + sum(other.result() for other in others)


def deliver_phone(phone_id: int) -> int:
    """Deliver what is due of one phone, one call at a time, and return how many that took."""
    calls = 0
    while delivery := _claim(phone_id):
        _deliver(delivery)
        calls += 1
    return calls


def is_anything_due() -> bool:
    """Tell whether a delivery waits."""
    return Delivery.objects.due(timezone.now()).exists()


def release_stuck() -> None:
    """Let deliveries wait again whose worker is gone."""
    stuck = Delivery.objects.filter(state=DeliveryState.SENDING, claimed_at__lt=timezone.now() - STUCK_AFTER)
    stuck.update(state=DeliveryState.WAITING, claimed_at=None)


def forget_dead_links() -> None:
    """Drop download links that died a while ago."""
    DownloadLink.objects.filter(expires_at__lt=timezone.now() - KEEP_DEAD_LINKS).delete()


def _due_phones() -> list[int]:
    due = Delivery.objects.due(timezone.now()).values_list("phone_id", flat=True)[:BATCH]
    return list(dict.fromkeys(due))


def _work(phones: "SimpleQueue[int]") -> int:
    return sum(map(deliver_phone, _taken(phones)))


def _work_aside(phones: "SimpleQueue[int]") -> int:
    try:
        return _work(phones)
    finally:
        connection.close()


def _taken(phones: "SimpleQueue[int]") -> Iterator[int]:
    while True:
        try:
            yield phones.get_nowait()
        except Empty:
            return


def _claim(phone_id: int) -> Delivery | None:
    delivery = Delivery.objects.due(timezone.now()).filter(phone=phone_id).first()
    if delivery is None:
        return None
    waiting = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING)
    try:
        with transaction.atomic():
            claimed = waiting.update(
                state=DeliveryState.SENDING, claimed_at=timezone.now(), attempts=delivery.attempts + 1
            )
    except IntegrityError:
        # Another worker has a delivery of this phone under way, and will look for the next one itself.
        return None
    return (
        Delivery.objects.select_related("phone__business__provider", "message").get(pk=delivery.pk) if claimed else None
    )


def _deliver(delivery: Delivery) -> None:
    business = delivery.phone.business
    armed = faults.armed(business, delivery.phone)
    outcome = webhook.deliver(delivery, business.provider, armed)
    retries = None if outcome.is_good else armed.take(FaultKind.WEBHOOK_RETRIES)
    with transaction.atomic():
        if retries and delivery.attempts <= retries.number:
            _settle(delivery, DeliveryState.WAITING, outcome, due_at=timezone.now() + RETRY_AFTER)
        else:
            _finish(delivery, outcome)
        live.changed(delivery.phone)


def _finish(delivery: Delivery, outcome: webhook.Outcome) -> None:
    state = DeliveryState.DELIVERED if outcome.is_good else DeliveryState.NOT_DELIVERED
    is_ours = _settle(delivery, state, outcome)
    if is_ours and delivery.message and not delivery.is_repeat:
        said = State.DELIVERED if outcome.is_good else State.NOT_DELIVERED
        reason = "" if outcome.is_good else _reason(outcome)
        PhoneMessage.objects.filter(pk=delivery.message.pk).update(state=said, reason=reason)


def _settle(delivery: Delivery, state: DeliveryState, outcome: webhook.Outcome, **changes: object) -> bool:
    under_way = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.SENDING, claimed_at=delivery.claimed_at)
    # A worker so slow that its delivery was given to another has nothing to say about it any more.
    changes |= {"status": outcome.status, "reason": outcome.reason[:300]}
    return bool(under_way.update(state=state, claimed_at=None, **changes))


def _reason(outcome: webhook.Outcome) -> str:
    if outcome.status is None:
        return outcome.reason
    return f"The webhook answered {outcome.status}. {outcome.reason}".strip()[:300]
