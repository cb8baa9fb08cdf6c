"""What became of every message of a soak, by id, as a report that a person reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.faults.installation import Phone
from tests.faults.truth import faults_of, ours


@dataclass
class Talk:
    """What was asked of both sides for one customer."""

    phone: Phone
    written: list[str] = field(default_factory=list)
    accepted: list[int] = field(default_factory=list)
    not_accepted: int = 0


@dataclass
class Reckoning:
    """The counts of both directions, and everything that must not be."""

    inbound: Counter[str]
    outbound: Counter[str]
    faults: list[str]


def reckon(talks: Iterable[Talk]) -> Reckoning:
    """Compare, customer by customer, what was asked, what we hold and what the phone shows."""
    result = Reckoning(Counter(), Counter(), [])
    for talk in talks:
        rows, shown = ours(talk.phone), talk.phone.shown()
        here = Counter(row["apple_id"] for row in rows if row["direction"] == "in")
        seen = Counter(each["id"] for each in shown if each["from"] == "business")
        own = {each["id"]: each for each in shown if each["from"] == "customer"}
        result.inbound.update(f"{own[name]['state']}, {_times(here[name], 'here')}" for name in talk.written)
        sent = {row["id"]: row for row in rows if row["direction"] == "out"}
        result.outbound.update(f"{row['delivery']}, {_times(seen[row['apple_id']], 'shown')}" for row in sent.values())
        result.outbound["never accepted by us"] += talk.not_accepted
        lost = [f"accepted and lost: message {number}" for number in talk.accepted if number not in sent]
        result.faults += [f"{talk.phone.id[-12:]}: {fault}" for fault in [*faults_of(talk.phone), *lost]]
    return result


def report(title: str, facts: dict[str, str], strikes: Counter[str], result: Reckoning) -> str:
    """Return the whole of it as Markdown."""
    parts = [
        f"# {title}",
        _table(("", ""), facts.items()),
        "## From customers\nWhat the phone says, and how often the message is with us.",
        _table(("Message", "Count"), sorted(result.inbound.items())),
        "## To customers\nWhat an agent is told, and how often the phone shows it. An unknown outcome may be either.",
        _table(("Message", "Count"), sorted((name, n) for name, n in result.outbound.items() if n)),
        "## What struck",
        _table(("Fault", "Times"), strikes.most_common()),
        "## Verdict",
        _verdict(result.faults),
    ]
    return "\n\n".join(parts) + "\n"


def _verdict(faults: Sequence[str]) -> str:
    if not faults:
        return "Nothing was lost, doubled, out of order or untrue."
    return "\n".join(f"- **{fault}**" for fault in faults)


def _times(count: int, word: str) -> str:
    return {0: f"not {word}", 1: f"{word} once"}.get(count, f"{word} {count} times")


def _table(head: tuple[str, str], rows: Iterable[tuple[str, object]]) -> str:
    lines = [f"| {head[0]} | {head[1]} |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows)]
    return "\n".join(lines)
