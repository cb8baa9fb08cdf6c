"""Sends large interactive data by reference where Apple has it already (Apple, Large interactive data payloads).

The first message with such data asks for a reference; those with the same data carry that in its place while it is
fresh. Whatever is wrong with a reference, the data itself is sent instead and the reference forgotten.
"""

import datetime
import hashlib
from collections.abc import Iterable
from functools import reduce
from operator import itemgetter, or_

from django.conf import settings
from django.db.models import Q, QuerySet

from conversations.models import LentData
from omnichannel import amb
from omnichannel.common import clock

# Apple's documentation says 10 KB; whether it counts in thousands is not known.
INLINE_LIMIT = 10_000

Key = tuple[int, str]


def digest_of(message: amb.Message) -> str:
    """Return the name of interactive data that is too large to travel inside its message; empty for anything else."""
    if not isinstance(message, amb.InteractiveMessage) or message.interactive_data is None:
        return ""
    sent = message.interactive_data.model_dump_json(by_alias=True, exclude_none=True).encode()
    return hashlib.sha256(sent).hexdigest() if len(sent) > INLINE_LIMIT else ""


def known_references(keys: Iterable[Key]) -> dict[Key, amb.DataReference]:
    """Return the fresh reference of each account and digest that has one."""
    fresh = _of(keys).filter(lent_at__gt=_stale_at())
    return {(each.account_id, each.digest): amb.DataReference.model_validate(each.reference) for each in fresh}


def note_references(lent: dict[Key, amb.DataReference], refused: Iterable[Key]) -> None:
    """Keep what Apple lent, and forget what it took no more."""
    _of(refused).delete()
    now = clock.now()
    rows = [
        LentData(account_id=account, digest=digest, reference=_as_it_came(reference), lent_at=now)
        # In one order, so that two workers with the same data never wait for each other.
        for (account, digest), reference in sorted(lent.items(), key=itemgetter(0))
    ]
    LentData.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["account", "digest"],
        update_fields=["reference", "lent_at"],
    )


def forget_old_references() -> None:
    """Delete what is no longer fresh."""
    LentData.objects.filter(lent_at__lte=_stale_at()).delete()


def _of(keys: Iterable[Key]) -> QuerySet[LentData]:
    wanted = [Q(account=account, digest=digest) for account, digest in set(keys)]
    return LentData.objects.filter(reduce(or_, wanted)) if wanted else LentData.objects.none()


def _as_it_came(reference: amb.DataReference) -> dict[str, object]:
    return reference.model_dump(mode="json", by_alias=True, exclude_none=True)


def _stale_at() -> datetime.datetime:
    return clock.now() - datetime.timedelta(seconds=settings.DATA_REFERENCE_SECONDS)
