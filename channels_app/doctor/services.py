"""Begins examinations, ends them, and keeps what was found."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterable, Sequence

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.db.models import Q, QuerySet

from channels_app.doctor import far, near
from channels_app.doctor.near import Signs
from channels_app.doctor.outcomes import Found
from channels_app.models import Account, Examination, Finding, MspConnection
from omnichannel.common import clock

# Longer than the calls of one examination can take together: whoever began it is gone.
LOST = datetime.timedelta(minutes=1)


@transaction.atomic
def begin(
    connections: Sequence[MspConnection],
    accounts: Sequence[Account],
    signs: Signs,
    *,
    by: AbstractBaseUser | AnonymousUser,
) -> None:
    """Examine the installation, these connections and accounts anew: the rows now, the rest when a worker comes.

    Connections come without their secrets, accounts with their instances.
    """
    now = clock.now()
    rows = _rows(connections, accounts, now)
    examinations = Examination.objects.filter(pk__in=[row.pk for row in rows])
    examinations.update(asked_at=now, asked_by=by.pk, began_at=None, finished_at=None)
    Finding.objects.filter(examination__in=rows).delete()
    row_by_subject = {(row.connection_id, row.account_id): row for row in rows}
    found = [(row_by_subject[None, None], each) for each in near.of_installation(signs)]
    found += [(row_by_subject[one.pk, None], each) for one in connections for each in near.of_connection(one)]
    found += [(row_by_subject[None, one.pk], each) for one in accounts for each in near.of_account(one, signs)]
    _keep(found)


def end_all(*, seconds: float) -> bool:
    """Look at what only the network tells, for a while; return whether nothing is left."""
    ends_at = time.monotonic() + seconds
    while examination := _claimed():
        _end(examination, far.found_for(examination))
        if time.monotonic() > ends_at:
            return False
    return True


def _rows(
    connections: Sequence[MspConnection], accounts: Sequence[Account], now: datetime.datetime
) -> list[Examination]:
    """Return the examinations of these subjects, locked; those that were never made before are made."""
    missing = [
        Examination(is_of_installation=True, asked_at=now),
        *(Examination(connection=connection, asked_at=now) for connection in connections),
        *(Examination(account=account, asked_at=now) for account in accounts),
    ]
    Examination.objects.bulk_create(missing, ignore_conflicts=True)
    asked = Q(is_of_installation=True) | Q(connection__in=connections) | Q(account__in=accounts)
    return list(Examination.objects.filter(asked).order_by("pk").select_for_update())


def _keep(found: Iterable[tuple[Examination, Found]]) -> None:
    Finding.objects.bulk_create(
        Finding(
            examination=examination,
            test=each.test,
            outcome=each.outcome,
            verdict=each.verdict,
            facts=dict(each.facts),
        )
        for examination, each in found
    )


def _claimed() -> Examination | None:
    """Return the oldest examination that no worker has under way, claimed for this one."""
    while examination := _unclaimed().select_related("account").order_by("asked_at", "pk").first():
        if _unclaimed().filter(pk=examination.pk).update(began_at=clock.now()):
            return examination
    return None


def _unclaimed() -> QuerySet[Examination]:
    is_free = Q(began_at=None) | Q(began_at__lt=clock.now() - LOST)
    return Examination.objects.filter(is_free, finished_at=None)


@transaction.atomic
def _end(examination: Examination, found: Iterable[Found]) -> None:
    """Keep what was found, unless somebody asked anew meanwhile."""
    same = Examination.objects.filter(pk=examination.pk, asked_at=examination.asked_at, finished_at=None)
    if same.update(finished_at=clock.now()):
        _keep((examination, each) for each in found)
