"""Writes the audit log, in the transaction of the act itself: no act without its event, no event without its act."""

from collections.abc import Mapping
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

Detail = int | str | bool | None | list[int] | Mapping[str, list[Any]]


@transaction.atomic
def record(
    action: Action,
    *,
    by: AbstractBaseUser | AnonymousUser | None,
    subject: str,
    request: HttpRequest | None = None,
    **details: Detail,
) -> AuditEvent:
    """Append an event; ``by=None`` says that the system acted by itself.

    Call it last in the transaction of the act: from here to the commit everybody else who records something waits.
    Details hold ids, counts and what was set up; never what customers and agents wrote, and no secrets.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    last = AuditEvent.objects.newest_first().only("number", "hash").first()
    event = AuditEvent(
        number=last.number + 1 if last else 1,
        at=timezone.now(),
        action=action.value,
        actor_id=by.pk if by else None,
        actor_name=str(by)[:300] if by else "",
        subject=subject[:200],
        address=address_of(request) or "" if request else "",
        details=details,
        previous_hash=last.hash if last else "",
    )
    event.hash = hash_of(event)
    event.save(force_insert=True)
    return event
