"""Writes the audit log, in the transaction of the act itself: no act without its event, no event without its act."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone

from omnichannel.audit.chain import hash_of
from omnichannel.audit.models import Action, AuditEvent
from omnichannel.common.address import address_of

# One writer at a time, so that the chain has no forks: any number that no other advisory lock here uses.
LOCK = 0x6175_6469_7400

# Who did something; None where the system acted by itself.
Person = AbstractBaseUser | AnonymousUser | None
Detail = int | str | bool | None | list[int] | Mapping[str, list[Any]]


@dataclass(frozen=True)
class Entry:
    """What an event tells besides who did it and when."""

    action: Action
    subject: str
    details: Mapping[str, Detail]


def record(
    action: Action,
    *,
    by: Person,
    subject: str,
    request: HttpRequest | None = None,
    **details: Detail,
) -> AuditEvent:
    """Append an event; ``by=None`` says that the system acted by itself.

    Call it last in the transaction of the act: from here to the commit everybody else who records something waits.
    Details hold ids, counts and what was set up; never what customers and agents wrote, and no secrets.
    """
    return record_all([Entry(action, subject, details)], by=by, request=request)[0]


@transaction.atomic
def record_all(entries: Sequence[Entry], *, by: Person, request: HttpRequest | None = None) -> list[AuditEvent]:
    """Append an event for each of these, in as many statements for many as for one."""
    if not entries:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    last = AuditEvent.objects.newest_first().only("number", "hash").first()
    events: list[AuditEvent] = []
    for entry in entries:
        last = _event(entry, last, by, request)
        events.append(last)
    return AuditEvent.objects.bulk_create(events)


def _event(entry: Entry, last: AuditEvent | None, by: Person, request: HttpRequest | None) -> AuditEvent:
    event = AuditEvent(
        number=last.number + 1 if last else 1,
        at=timezone.now(),
        action=entry.action.value,
        actor_id=by.pk if by else None,
        actor_name=str(by)[:300] if by else "",
        subject=entry.subject[:200],
        address=address_of(request) or "" if request else "",
        details=dict(entry.details),
        previous_hash=last.hash if last else "",
    )
    event.hash = hash_of(event)
    return event
