"""Message and business ids: UUIDs in either letter case."""

import re
from uuid import UUID

UUID_PATTERN = r"^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"

_UUID = re.compile(UUID_PATTERN)


def is_uuid(text: str) -> bool:
    """Whether the text is a UUID as Apple writes it."""
    return _UUID.fullmatch(text) is not None


def is_same(one: str, other: str) -> bool:
    """Whether two ids name the same: UUIDs in any letter case, all others letter by letter."""
    if is_uuid(one) and is_uuid(other):
        return UUID(one) == UUID(other)
    return one == other
