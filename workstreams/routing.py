"""Decides which queue a new conversation waits in, from plain values, and tells why."""

from collections.abc import Sequence
from dataclasses import dataclass

from workstreams.conditions import Attribute, Condition, in_words


@dataclass(frozen=True)
class Facts:
    """What is known of a conversation when it opens."""

    fallback_queue_id: int
    intent: str = ""
    group: str = ""
    locale: str = ""


@dataclass(frozen=True)
class Rule:
    """A rule as routing sees it: all of its conditions together name the queue."""

    pk: int
    name: str
    conditions: tuple[Condition, ...]
    queue_id: int


@dataclass(frozen=True)
class Decision:
    """The queue, the rule that named it, if one did, and a line for every rule that was tested."""

    queue_id: int
    rule: Rule | None = None
    trace: tuple[str, ...] = ()


def route(facts: Facts, rules: Sequence[Rule] = ()) -> Decision:
    """Return the queue of the first rule that matches, or the workstream's fallback queue."""
    known: dict[str, str] = {
        Attribute.INTENT: facts.intent,
        Attribute.GROUP: facts.group,
        Attribute.LOCALE: facts.locale,
    }
    trace: list[str] = []
    for number, rule in enumerate(rules, 1):
        failing = next((each for each in rule.conditions if not each.holds(known)), None)
        if failing is None:
            trace.append(f"rule {number} matched because {in_words(rule.conditions)}")
            return Decision(rule.queue_id, rule, tuple(trace))
        trace.append(f"rule {number} did not match because it asks that {failing}")
    trace.append("no rule matched, so the fallback queue takes it")
    return Decision(facts.fallback_queue_id, None, tuple(trace))
