"""Exports a customer: a row asks for it, a worker writes the file, and a day later both are gone."""

from __future__ import annotations

import datetime
import tempfile
import time
from typing import Any

import structlog
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations.models import Customer, Erasure, Export, Progress
from conversations.privacy import rows
from conversations.privacy.archive import piece_count, write_archive
from conversations.refusals import Refused
from omnichannel.audit.models import Action
from omnichannel.audit.services import record

KEPT = datetime.timedelta(days=1)
# A worker says every second that it still writes; silence for this long means that it is gone.
ABANDONED_AFTER = datetime.timedelta(minutes=2)
ATTEMPTS = 3
TELL_EVERY_SECONDS = 1.0

# Who asks; None where a person works on the server itself.
Person = AbstractBaseUser | AnonymousUser | None

log = structlog.get_logger(__name__)


class CannotExport(Refused):
    """There is nothing left to export."""


class _Withdrawn(Exception):
    """The export was deleted, or given to another worker, while it was being written."""


@transaction.atomic
def request_export(customer: Customer, *, by: Person, request: HttpRequest | None = None) -> Export:
    """Ask for an export; one that is on its way already is returned instead of a second."""
    row = Customer.objects.select_for_update(no_key=True).filter(pk=customer.pk).first()
    if row is None or Erasure.objects.filter(customer_number=customer.pk).exists():
        raise CannotExport(_("The data of this customer is being erased."))
    if known := Export.objects.filter(customer=row, state__in=[Progress.WAITING, Progress.RUNNING]).first():
        return known
    export = Export.objects.create(customer=row, requested_by_id=by.pk if by else None, total=piece_count(row))
    record(Action.CUSTOMER_EXPORTED, by=by, subject=f"customer {row.pk}", request=request, export=export.pk)
    return export


def write_next() -> bool:
    """Write the oldest export that waits or was abandoned; return False where there is none."""
    export = _claim()
    if export is None:
        return False
    try:
        _write(export)
    except _Withdrawn:
        log.info("export_withdrawn", export=export.pk)
    except OSError as fault:
        log.error("export_not_written", export=export.pk, errno=fault.errno)
        _give_back(export)
    return True


def remove_expired_exports() -> int:
    """Delete exports whose day is over; their files are noted for deletion."""
    count = 0
    while batch := _remove_batch():
        count += batch
    return count


@transaction.atomic
def _claim() -> Export | None:
    silent = timezone.now() - ABANDONED_AFTER
    due = Export.objects.filter(Q(state=Progress.WAITING) | Q(state=Progress.RUNNING, seen_at__lt=silent))
    due.filter(attempts__gte=ATTEMPTS).update(**_failed())
    export = due.order_by("pk").select_for_update(skip_locked=True).first()
    if export is None:
        return None
    Export.objects.filter(pk=export.pk).update(
        state=Progress.RUNNING, attempts=F("attempts") + 1, seen_at=timezone.now(), written=0
    )
    return Export.objects.select_related("customer__account").get(pk=export.pk)


def _write(export: Export) -> None:
    with tempfile.TemporaryFile() as target:
        write_archive(export.customer, target, _Pulse(export).count)
        size = target.tell()
        target.seek(0)
        _beat(export, export.total)
        # An earlier attempt may have got as far as this.
        default_storage.delete(export.path)
        default_storage.save(export.path, File(target))
    now = timezone.now()
    done = _mine(export).update(
        state=Progress.DONE, size=size, written=export.total, finished_at=now, expires_at=now + KEPT
    )
    if not done:
        default_storage.delete(export.path)
        raise _Withdrawn


class _Pulse:
    """Writes down about once a second how far an export has come."""

    def __init__(self, export: Export) -> None:
        self._export, self._written, self._told_at = export, 0, 0.0

    def count(self, pieces: int) -> None:
        """Say that the worker is alive; raise _Withdrawn where nobody wants to hear it any more."""
        self._written += pieces
        if time.monotonic() - self._told_at >= TELL_EVERY_SECONDS:
            _beat(self._export, self._written)
            self._told_at = time.monotonic()


def _beat(export: Export, written: int) -> None:
    if not _mine(export).update(seen_at=timezone.now(), written=written):
        raise _Withdrawn


def _mine(export: Export) -> QuerySet[Export]:
    # The attempt is the fence: a worker that was given up changes nothing any more.
    return Export.objects.filter(pk=export.pk, attempts=export.attempts, state=Progress.RUNNING)


def _give_back(export: Export) -> None:
    is_last = export.attempts >= ATTEMPTS
    _mine(export).update(**(_failed() if is_last else {"state": Progress.WAITING}))


def _failed() -> dict[str, Any]:
    now = timezone.now()
    return {"state": Progress.FAILED, "finished_at": now, "expires_at": now + KEPT}


@transaction.atomic
def _remove_batch() -> int:
    old = Export.objects.filter(expires_at__lt=timezone.now()).order_by("pk").select_for_update(skip_locked=True)
    found = list(old.values_list("pk", "path")[:100])
    rows.doom(path for _pk, path in found)
    return rows.delete_at_once(Export.objects.filter(pk__in=[pk for pk, _path in found])) if found else 0
