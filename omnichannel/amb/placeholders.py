"""Where in a text its attachments stand: the n-th U+FFFC shows the n-th attachment."""

from collections.abc import Sequence
from typing import TypeVar

PLACEHOLDER = "\ufffc"

T = TypeVar("T")


def with_placeholders(body: str, count: int) -> str:
    """The text with a placeholder for every attachment; without one a device does not show the file."""
    return body + PLACEHOLDER * (count - body.count(PLACEHOLDER))


def placeholder_pairs(body: str, count: int) -> tuple[tuple[int, int], ...]:
    """Position in the text and number of each attachment that a device shows; surplus of either is ignored."""
    positions = (position for position, character in enumerate(body) if character == PLACEHOLDER)
    return tuple(zip(positions, range(count), strict=False))


def split_placeholders(body: str, attachments: Sequence[T]) -> tuple[str, tuple[T, ...]]:
    """The words alone, and the attachments that a device shows among them."""
    shown = tuple(attachments[number] for _, number in placeholder_pairs(body, len(attachments)))
    return body.replace(PLACEHOLDER, "").strip(), shown
