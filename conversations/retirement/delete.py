"""Deletes what receives messages: what has a history is retired, what was never used goes for good."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from channels_app.models import Account, ChannelInstance
from conversations import lifecycle
from conversations.models import Conversation, InboundReceipt, State
from omnichannel.audit import changes
from omnichannel.audit.snapshot import Snapshot, snapshot
from omnichannel.common.records import named_users

Person = AbstractBaseUser | AnonymousUser
# Counting millions of rows would keep a page waiting, and workers where it is done under their lock.
MOST_COUNTED = 1000


@dataclass(frozen=True)
class Consequences:
    """What deleting an instance or an account would end, and what of it would stay; the latter is not counted out."""

    open: int
    closed: int
    receipts: int = 0

    @property
    def has_history(self) -> bool:
        """Tell whether the row must stay, since something names it."""
        return bool(self.open or self.closed or self.receipts)


def consequences_for_instance(instance: ChannelInstance) -> Consequences:
    """Return how many conversations an instance has."""
    return _counted([instance], receipts=0)


def consequences_for_account(account: Account) -> Consequences:
    """Return how many conversations and deliveries an account has."""
    return _counted(list(account.instances.all()), _receipts(account))


def _receipts(account: Account) -> int:
    return InboundReceipt.objects.filter(account=account)[:MOST_COUNTED].count()


def _counted(instances: list[ChannelInstance], receipts: int) -> Consequences:
    conversations = Conversation.objects.filter(instance__in=instances)
    closed = conversations.filter(state=State.CLOSED)[:MOST_COUNTED].count()
    return Consequences(conversations.exclude(state=State.CLOSED).count(), closed, receipts)


@transaction.atomic
def delete_instance(instance: ChannelInstance, *, by: Person, request: HttpRequest | None = None) -> Consequences:
    """Take an account from its workstream: close what is open, keep what was said; return what that ended."""
    # Waits for the workers that are opening conversations on it, and keeps others from doing so.
    locked = list(_locked().filter(pk=instance.pk))
    before = _as_stored(locked)
    ended = _delete_instances(locked)
    _tell(before, by, request)
    return ended


@transaction.atomic
def delete_account(account: Account, *, by: Person, request: HttpRequest | None = None) -> Consequences:
    """Stop receiving for an account and put it out of work; its row stays where anything names it.

    Apple's calls for a row that stays are answered and kept, and open nothing.
    """
    # Instances before their account, as the workers lock them; holding that, nobody can add another instance.
    instances = _locked_instances(account)
    before = _as_stored(instances)
    ended = _delete_instances(instances)
    locked = Account.objects.select_for_update().filter(pk=account.pk, retired_at=None).first()
    if locked is None:
        return ended
    late = _locked_instances(locked)
    before += _as_stored([*late, locked])
    _delete_instances(late)
    receipts = _receipts(locked)
    if named_users(locked):
        Account.objects.filter(pk=locked.pk).update(retired_at=timezone.now())
    else:
        locked.delete()
    _tell(before, by, request)
    return replace(ended, receipts=receipts)


def _as_stored(records: Sequence[ChannelInstance | Account]) -> list[tuple[Model, Snapshot]]:
    # Copies, since deleting takes the key from a record.
    return [(copy(record), snapshot(record)) for record in records]


def _tell(deleted: Iterable[tuple[Model, Snapshot]], by: Person, request: HttpRequest | None) -> None:
    # Last of all: from here to the commit everybody else who records something waits.
    for record, before in deleted:
        changes.deleted(record, before, by=by, request=request)


def _locked_instances(account: Account) -> list[ChannelInstance]:
    return list(_locked().filter(account=account))


def _locked() -> QuerySet[ChannelInstance]:
    named = ChannelInstance.objects.current().select_related("account", "workstream")
    return named.order_by("pk").select_for_update(of=("self",))


def _delete_instances(instances: list[ChannelInstance]) -> Consequences:
    ended = _counted(instances, receipts=0)
    lifecycle.close_with_channel(instances)
    for instance in instances:
        if named_users(instance):
            # What it could use is free again: another may have it, or it may be deleted.
            ChannelInstance.objects.filter(pk=instance.pk).update(
                retired_at=timezone.now(), authentication_setting=None, payment_profile=None, survey=None
            )
        else:
            instance.delete()
    return ended
