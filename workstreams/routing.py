"""Decides which queue a new conversation waits in, from plain values."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Facts:
    """What is known of a conversation when it opens."""

    fallback_queue_id: int
    intent: str = ""
    group: str = ""
    locale: str = ""


def route(facts: Facts) -> int:
    """Return the id of the queue: the workstream's fallback queue, since no rule took it."""
    return facts.fallback_queue_id
