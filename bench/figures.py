"""What a measurement found, and how it is shown."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

HEADINGS = ("What", "Goal", "Minimum", "Median", "Maximum", "Met")
RIGHT = range(2, 5)


@dataclass(frozen=True)
class Figure:
    """One quantity, measured once in each run; a goal is met by its median."""

    what: str
    unit: str
    values: tuple[float, ...]
    at_least: float | None = None
    at_most: float | None = None

    @property
    def median(self) -> float:
        """Return the middle run."""
        return statistics.median(self.values)

    @property
    def is_met(self) -> bool | None:
        """Tell whether the goal is met; None where there is none."""
        if self.at_least is not None:
            return self.median >= self.at_least
        return self.median <= self.at_most if self.at_most is not None else None

    @property
    def goal(self) -> str:
        """Return the goal in words."""
        if self.at_least is not None:
            return f"at least {_short(self.at_least)} {self.unit}".strip()
        return f"at most {_short(self.at_most)} {self.unit}".strip() if self.at_most is not None else ""

    def cells(self) -> tuple[str, ...]:
        """Return one row of a table."""
        low, middle, high = (f"{_short(each)} {self.unit}".strip() for each in self._spread())
        met = {True: "yes", False: "NO", None: ""}[self.is_met]
        return (self.what, self.goal, low, middle, high, met)

    def as_dict(self) -> dict[str, Any]:
        """Return it for a program."""
        low, middle, high = self._spread()
        spread = {"minimum": low, "median": middle, "maximum": high, "is_met": self.is_met}
        return asdict(self) | spread

    def _spread(self) -> tuple[float, float, float]:
        return min(self.values), self.median, max(self.values)


def collect(runs: Sequence[dict[str, float]], name: str) -> tuple[float, ...]:
    """Return one measured value of every run."""
    return tuple(run[name] for run in runs)


def share(values: Sequence[float], part: float) -> float:
    """Return the value below which this part of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def as_text(figures: Sequence[Figure]) -> str:
    """Return the table for a terminal."""
    return _table(figures, lambda cells, widths: "  ".join(_padded(cells, widths)).rstrip())


def as_markdown(figures: Sequence[Figure]) -> str:
    """Return the table for a page."""
    rule = "|".join(" ---: " if place in RIGHT else " --- " for place in range(len(HEADINGS)))
    head, *rows = [f"| {' | '.join(cells)} |" for cells in _rows(figures)]
    return "\n".join([head, f"|{rule}|", *rows])


def _table(figures: Sequence[Figure], line: Callable[[Sequence[str], Sequence[int]], str]) -> str:
    rows = _rows(figures)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(line(cells, widths) for cells in rows)


def _rows(figures: Sequence[Figure]) -> list[tuple[str, ...]]:
    return [HEADINGS, *(figure.cells() for figure in figures)]


def _padded(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    return [
        cell.rjust(width) if place in RIGHT else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]


def _short(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"
