"""A system check that asks the database: can every stored secret be read with FIELD_KEYS?"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, DatabaseError, transaction

from omnichannel.common.encryption import parse_keys
from omnichannel.keys.columns import uses


def check_keys(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """Return an error for each missing key; ``manage.py check --database default`` asks."""
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    try:
        known = set(parse_keys(settings.FIELD_KEYS))
        with transaction.atomic():
            found = uses()
    except (DatabaseError, ImproperlyConfigured, ValueError):
        # Tables are still to be made, or another check says what is wrong.
        return []
    places: dict[str, list[str]] = defaultdict(list)
    for use in found:
        if use.key_id not in known:
            places[use.key_id].append(f"{use.count} in {use.column}")
    return [_error(key_id, ", ".join(where)) for key_id, where in places.items()]


def _error(key_id: str, where: str) -> Error:
    return Error(
        f"FIELD_KEYS lacks the key {key_id!r}, which stored secrets are sealed with: {where}.",
        hint="Add that key after the others. Where it is lost for good, set these secrets again in the portal.",
        id="omnichannel.E030",
    )
