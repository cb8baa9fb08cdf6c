"""Writes down what became of a record, old and new value of each field, in the transaction that changed it.

Not django-auditlog: its rows would be a second log that nothing seals, and its signals miss what services do by
``update()`` and ``set()``. One chain is simpler to read, to prove and to keep.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from omnichannel.audit.models import Action, AuditEvent, AuditEventQuerySet, kind_of
from omnichannel.audit.services import Detail, Entry, record_all
from omnichannel.audit.snapshot import Snapshot, snapshot, snapshots, told

NOTHING: Snapshot = {}
# A record, and what it held when it was looked at.
Stored = tuple[Model, Snapshot]


@contextmanager
def watched(
    record: Model, *, by: Any, request: HttpRequest | None = None, action: Action = Action.SETTING_CHANGED
) -> Iterator[None]:
    """Record what the block changes of a record, or that it adds or deletes it; nothing where nothing differs.

    Opens the transaction of both. Another change of the row waits, so that each event tells what it really met.
    """
    with transaction.atomic():
        key, before = record.pk, stored(record, for_change=True)
        yield
        if before is None and record.pk is not None:
            added(record, by=by, request=request)
        elif before is not None:
            after = stored(record, key)
            action = Action.SETTING_DELETED if after is None else action
            _append(action, record, told(before, after or NOTHING), by, request, key)


@contextmanager
def all_watched(
    records: QuerySet[Any], *, by: Any, request: HttpRequest | None = None, action: Action = Action.SETTING_CHANGED
) -> Iterator[None]:
    """Record the same of many records, an event for each that differs: as many statements for many as for one."""
    with transaction.atomic():
        before = _all_stored(records.select_for_update(of=("self",), no_key=True))
        yield
        after = _all_stored(records.all())
        entries = (_difference(before.get(key), after.get(key), action) for key in sorted({*before, *after}))
        record_all([entry for entry in entries if entry], by=by, request=request)


def stored(record: Model, key: Any = None, *, for_change: bool = False) -> Snapshot | None:
    """Return what the database holds of a record, None where it is not there."""
    rows = type(record)._base_manager.filter(pk=key or record.pk)
    if for_change:
        rows = rows.select_for_update(no_key=True)
    row = rows.first()
    return None if row is None else snapshot(row)


def added(
    record: Model, *, by: Any, request: HttpRequest | None = None, action: Action = Action.SETTING_ADDED
) -> AuditEvent | None:
    """Record that a record was added, with what it holds."""
    return _append(action, record, told(NOTHING, stored(record) or NOTHING), by, request)


def changed(
    record: Model,
    before: Snapshot,
    *,
    by: Any,
    request: HttpRequest | None = None,
    action: Action = Action.SETTING_CHANGED,
) -> AuditEvent | None:
    """Record how a record differs from an earlier snapshot; None where it does not."""
    return _append(action, record, told(before, stored(record) or NOTHING), by, request)


def deleted(
    record: Model, before: Snapshot | None = None, *, by: Any, request: HttpRequest | None = None
) -> AuditEvent | None:
    """Record that a record is about to be deleted, or was when a snapshot says what it held."""
    held = stored(record) or NOTHING if before is None else before
    return _append(Action.SETTING_DELETED, record, told(held, NOTHING), by, request)


def history_of(record: Model) -> AuditEventQuerySet:
    """Return what became of one record."""
    return AuditEvent.objects.concerning(kind_of(type(record)), str(record.pk))


def _all_stored(records: QuerySet[Any]) -> dict[Any, Stored]:
    # In one order, so that two who lock the same ones do not wait for each other.
    rows = list(records.order_by("pk"))
    return {row.pk: (row, held) for row, held in zip(rows, snapshots(rows), strict=True)}


def _difference(before: Stored | None, after: Stored | None, action: Action) -> Entry | None:
    if before and after:
        return _entry(action, after[0], told(before[1], after[1]))
    if after:
        return _entry(Action.SETTING_ADDED, after[0], told(NOTHING, after[1]))
    return _entry(Action.SETTING_DELETED, before[0], told(before[1], NOTHING)) if before else None


def _append(
    action: Action,
    record: Model,
    differences: Mapping[str, list[Any]],
    by: Any,
    request: HttpRequest | None,
    key: Any = None,
) -> AuditEvent | None:
    entry = _entry(action, record, differences, key)
    return record_all([entry], by=by, request=request)[0] if entry else None


def _entry(action: Action, record: Model, differences: Mapping[str, list[Any]], key: Any = None) -> Entry | None:
    if not differences:
        return None
    about: dict[str, Detail] = {"kind": kind_of(type(record)), "id": str(key or record.pk), "changes": differences}
    return Entry(action, _subject(record), about)


def _subject(record: Model) -> str:
    kind, name = str(record._meta.verbose_name), str(record)
    # Of a kind of which there is one, the name says no more.
    return kind if name.casefold() == kind.casefold() else f"{kind} {name}"
