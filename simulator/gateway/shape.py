"""Looks into a message part by part, and refuses it where something is missing."""

from collections.abc import Mapping
from typing import Any

from simulator.gateway.answers import Refusal

Part = Mapping[str, Any]


def refuse_unless(is_good: bool, reason: str) -> None:
    """Refuse the message for a reason."""
    if not is_good:
        raise Refusal(400, reason)


def needed_text(place: Part, name: str, where: str) -> str:
    """Return the words under a name, of which there must be some."""
    value = place.get(name)
    refuse_unless(isinstance(value, str) and bool(value), f"{where}: {name} is missing.")
    return str(value)


def needed_object(place: Part, name: str, where: str) -> Part:
    """Return the object under a name."""
    value = place.get(name)
    if not isinstance(value, Mapping):
        raise Refusal(400, f"{where}: {name} is missing.")
    return value


def needed_objects(place: Part, name: str, where: str) -> list[Part]:
    """Return the objects of a list, which holds at least one."""
    value = place.get(name)
    if not isinstance(value, list) or not value or not all(isinstance(each, Mapping) for each in value):
        raise Refusal(400, f"{where}: {name} must be a list with at least one entry.")
    return value
