"""What the kinds of answers have in common."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

Chosen = str | list[str] | dict[str, str | list[str]]
Part = Mapping[str, Any]


class CannotAnswer(Exception):
    """A device would not send this, for the reason given."""


@dataclass(frozen=True)
class Prompt:
    """The message that is answered: all of it, its data, and what stands under the key of its kind."""

    payload: Part
    data: Part
    content: Part


@dataclass(frozen=True)
class Answer:
    """What stands under the key of the kind, and what the reply bubble shows in the place of the prepared words."""

    content: dict[str, Any]
    bubble: dict[str, Any] = field(default_factory=dict)


def one(chosen: Chosen, sentence: str) -> str:
    """Return the one thing that was chosen."""
    if isinstance(chosen, list) and len(chosen) == 1:
        chosen = chosen[0]
    if not isinstance(chosen, str) or not chosen:
        raise CannotAnswer(sentence)
    return chosen


def cancelled(chosen: Chosen) -> None:
    """Pass only a cancellation: the rest takes a provider that the phone does not have yet."""
    if chosen != "cancel":
        raise CannotAnswer(_("Only “cancel” can be answered here."))


def parts(place: Part, name: str) -> list[Part]:
    """Return the objects of a list."""
    value = place.get(name)
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
