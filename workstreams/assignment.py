"""Decides which agents fit what a conversation asks for, from plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Matching(StrEnum):
    """How strictly skills are taken (Overview of skill-based routing)."""

    EXACT = "exact"
    CLOSEST = "closest"
    NONE = "none"


@dataclass(frozen=True)
class Candidate:
    """An agent; ``ratings`` by skill hold what the agent has and what is active."""

    agent_id: int
    ratings: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Need:
    """A skill that is asked for, and the scale on which it is rated."""

    skill_id: int
    rating: int
    minimum: int = 1
    maximum: int = 10

    def surplus(self, candidate: Candidate) -> float:
        """Return how far above the need somebody is, as a part of the scale; below it is negative."""
        # Who does not have the skill stands one step under the lowest rating.
        rating = candidate.ratings.get(self.skill_id, self.minimum - 1)
        return (rating - self.rating) / (self.maximum - self.minimum)


def matching(candidates: Iterable[Candidate], needs: Iterable[Need], how: Matching) -> list[Candidate]:
    """Return who may be offered the conversation, the best first.

    Exact match leaves out everybody who lacks a skill or is rated lower. Closest match leaves out nobody: first who
    fits exactly, then who can more, then who can less; equals stay in the order in which they came.
    """
    wanted, people = tuple(needs), list(candidates)
    if how == Matching.NONE or not wanted:
        return people
    if how == Matching.EXACT:
        return [each for each in people if all(need.rating <= each.ratings.get(need.skill_id, 0) for need in wanted)]
    return sorted(people, key=lambda each: _distance(each, wanted))


def _distance(candidate: Candidate, needs: tuple[Need, ...]) -> tuple[int, float]:
    """Return how far somebody is from what is asked: exactly there, above, or below; then by how much."""
    surpluses = [need.surplus(candidate) for need in needs]
    missing = -sum(part for part in surpluses if part < 0)
    if missing:
        return 2, missing
    above = sum(surpluses)
    return (1, above) if above else (0, 0)
