"""Takes words and files that are older than their account wants them kept, a small batch at a time.

Each batch is a transaction of its own and leaves the rows as if it had been the last: a run can be stopped anywhere,
and the next one finds what is left by the rows alone. What a batch took is noted with it, and told to the audit log
in one event at the end of a run, or at the beginning of the next.
"""

import datetime
import time
from collections.abc import Callable

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from channels_app.models import Account
from conversations import live
from conversations.models import UNDELIVERED, Conversation, InboundReceipt, Kind, Message, ReceiptState, Removal, State
from conversations.privacy import rows
from conversations.privacy.months import months_before
from conversations.privacy.rows import Removed
from omnichannel.audit.models import Action
from omnichannel.audit.services import record

BATCH = 200

Told = Callable[[Account, Removed], None]


def remove_expired(*, seconds: float | None = None, told: Told | None = None) -> bool:
    """Remove what has expired; return False where the time was up before all of it was gone."""
    ends_at = None if seconds is None else time.monotonic() + seconds
    now = timezone.now()
    _settle_all()
    for account in Account.objects.order_by("pk"):
        is_complete = _remove_of(account, months_before(now, account.retention_months), ends_at, told)
        _settle(account.pk)
        if not is_complete:
            return False
    return True


def count_expired(account: Account) -> Removed:
    """Return how many messages and deliveries the next run removes."""
    before = months_before(timezone.now(), account.retention_months)
    return Removed(messages=_expired(account, before).count(), receipts=_expired_receipts(account, before).count())


def _remove_of(account: Account, before: datetime.datetime, ends_at: float | None, told: Told | None) -> bool:
    removed = Removed()
    for remove in (_Messages(account, before).next, _Receipts(account, before).next):
        while (batch := _noted(account, remove)) is not None:
            removed += batch
            if told:
                told(account, removed)
            if ends_at is not None and time.monotonic() >= ends_at:
                return False
    return True


@transaction.atomic
def _noted(account: Account, remove: Callable[[], Removed | None]) -> Removed | None:
    batch = remove()
    if batch and batch.total():
        # Locked, so that no other run tells and deletes it before this is added.
        noted, _is_new = Removal.objects.select_for_update().get_or_create(account=account)
        noted.removed = Removed(noted.removed) + batch
        noted.save(update_fields=["removed"])
    return batch


def _settle_all() -> None:
    """Tell the audit log of what runs took that died."""
    for account in Removal.objects.order_by("account").values_list("account", flat=True):
        _settle(account)


@transaction.atomic
def _settle(account: int) -> None:
    noted = Removal.objects.select_for_update().filter(account=account).first()
    if noted:
        noted.delete()
        record(Action.CONTENT_REMOVED, by=None, subject=f"account {account}", **noted.removed)


def _expired(account: Account, before: datetime.datetime) -> QuerySet[Message]:
    """Return messages that still say something; what goes to the customer now is never among them."""
    content = Message.objects.filter(erased_at=None, created_at__lt=before).exclude(kind=Kind.EVENT)
    settled = content.exclude(delivery__in=UNDELIVERED)
    return settled.filter(conversation__instance__account=account)


class _Messages:
    """One account's messages, oldest first; each batch begins where the one before it ended."""

    def __init__(self, account: Account, before: datetime.datetime) -> None:
        self._expired = _expired(account, before)
        self._from: datetime.datetime | None = None

    def next(self) -> Removed | None:
        """Empty the next messages; return None where there are no more."""
        found = list(self._rest().values_list("pk", "created_at")[:BATCH])
        if not found:
            return None
        self._from = found[-1][1]
        mine = rows.lock(self._expired.filter(pk__in=[pk for pk, _at in found]))
        removed = rows.empty(mine, erased_at=timezone.now())
        _clear_conversations(mine)
        return removed

    def _rest(self) -> QuerySet[Message]:
        # Emptied ones are no longer found, so beginning at the last moment again skips none that share it.
        rest = self._expired.filter(created_at__gte=self._from) if self._from else self._expired
        return rest.order_by("created_at", "pk")


class _Receipts:
    """One account's deliveries, oldest first; one that still waits to be applied is left until it is."""

    def __init__(self, account: Account, before: datetime.datetime) -> None:
        self._expired = _expired_receipts(account, before)
        self._last = 0

    def next(self) -> Removed | None:
        """Delete the next deliveries; return None where there are no more."""
        rest = self._expired.filter(pk__gt=self._last).order_by("pk").select_for_update(of=("self",))
        mine = list(rest.values_list("pk", flat=True)[:BATCH])
        if not mine:
            return None
        self._last = mine[-1]
        return Removed(receipts=rows.delete_receipts(mine))


def _expired_receipts(account: Account, before: datetime.datetime) -> QuerySet[InboundReceipt]:
    return InboundReceipt.objects.filter(account=account, received_at__lt=before).exclude(state=ReceiptState.WAITING)


def _clear_conversations(messages: list[int]) -> None:
    """Clear what the list shows of conversations that have nothing left to say."""
    said = Message.objects.filter(conversation=OuterRef("pk"), erased_at=None).exclude(kind=Kind.EVENT)
    touched = Conversation.objects.filter(pk__in=Message.objects.filter(pk__in=messages).values("conversation"))
    touched.filter(~Exists(said)).update(preview="", intent="", group="", context={})
    # Nobody waits for news of a closed one.
    live.changed(*touched.exclude(state=State.CLOSED))
