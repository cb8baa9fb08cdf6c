"""Start times of the time picker: GMT without seconds and without a colon in the offset."""

import re
from datetime import UTC, datetime

from omnichannel.amb.errors import DecodeError

_START_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(Z|[+-][0-9]{2}:?[0-9]{2})")


def format_start_time(start: datetime) -> str:
    """The start as Apple wants it: yyyy-MM-ddTHH:mm+0000."""
    if start.tzinfo is None:
        raise ValueError("A start time needs a time zone.")
    return start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M+0000")


def parse_start_time(text: str) -> datetime:
    """The start in UTC, from Apple's form and from its close relatives, which RFC 3339 readers refuse."""
    match = _START_TIME.fullmatch(text)
    if match is None:
        raise DecodeError("The start time is not of the form yyyy-MM-ddTHH:mm+0000.")
    try:
        return datetime.fromisoformat(match[1] + match[2]).astimezone(UTC)
    except (ValueError, OverflowError):
        raise DecodeError("The start time does not exist.") from None
