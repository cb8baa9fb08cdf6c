"""Looks into a payload that may be incomplete: what is missing or malformed reads as nothing."""

from collections.abc import Mapping
from typing import Any

Payload = Mapping[str, Any]


def text(place: Payload, name: str) -> str:
    """Return the words under a name."""
    value = place.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""


def inside(place: Payload, *names: str) -> Payload:
    """Return the object at the end of a path."""
    for name in names:
        inner = place.get(name)
        if not isinstance(inner, Mapping):
            return {}
        place = inner
    return place


def objects(place: Payload, name: str) -> list[Payload]:
    """Return the objects of a list."""
    value = place.get(name)
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list | tuple) else []


def number(place: Payload, name: str) -> int | None:
    """Return a whole number."""
    value = place.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def is_set(place: Payload, name: str) -> bool:
    """Tell whether a switch is on."""
    return place.get(name) is True
