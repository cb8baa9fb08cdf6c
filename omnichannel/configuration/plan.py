"""What an import would do, told before it does it: by doing it, and undoing it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.text import capfirst

from omnichannel.audit.differences import Difference, differences
from omnichannel.audit.models import kind_of
from omnichannel.configuration.description import Description


class Outcome(StrEnum):
    """What becomes of a record."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Change:
    """What becomes of one record of the file."""

    description: Description
    name: str
    outcome: Outcome
    # Old and new value by field, as the file has them.
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    missing_secrets: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Return the kind of record in words."""
        return str(capfirst(self.description.model._meta.verbose_name))

    @property
    def differences(self) -> list[Difference]:
        """Return the fields that change, in words."""
        changes = {name: list(pair) for name, pair in self.fields.items()}
        return differences({"kind": kind_of(self.description.model), "changes": changes})


@dataclass(frozen=True)
class Plan:
    """What becomes of all of them."""

    changes: tuple[Change, ...]

    def of(self, outcome: Outcome) -> list[Change]:
        """Return what has this outcome."""
        return [change for change in self.changes if change.outcome == outcome]

    @property
    def added(self) -> list[Change]:
        """Return what is new."""
        return self.of(Outcome.ADDED)

    @property
    def changed(self) -> list[Change]:
        """Return what becomes another."""
        return self.of(Outcome.CHANGED)

    @property
    def unchanged(self) -> list[Change]:
        """Return what is here already."""
        return self.of(Outcome.UNCHANGED)

    @property
    def without_secret(self) -> list[Change]:
        """Return what waits for somebody to enter a secret."""
        return [change for change in self.changes if change.missing_secrets]

    @property
    def does_something(self) -> bool:
        """Tell whether anything would change."""
        return bool(self.added or self.changed)

    @property
    def digest(self) -> str:
        """Return what recognises this plan: another one of the same file means that the set-up changed meanwhile."""
        told = [[each.description.section, each.name, each.outcome, each.fields] for each in self.changes]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    def lines(self) -> Iterator[str]:
        """Yield the plan for a terminal."""
        for change in (*self.added, *self.changed):
            is_new = change.outcome == Outcome.ADDED
            yield f"{'+' if is_new else '~'} {change.kind} {change.name}"
            for each in change.differences:
                both = f"{each.old or '–'} → {each.new or '–'}"
                yield f"    {each.label}: {each.new if is_new else both}"
        for change in self.without_secret:
            yield f"! {change.kind} {change.name}: secret missing ({', '.join(change.missing_secrets)})"
        yield f"{len(self.added)} to add, {len(self.changed)} to change, {len(self.unchanged)} unchanged."
