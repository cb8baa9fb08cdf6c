"""The command line: `python -m bench [GOAL ...] [--runs N] [--rows N] [--json | --markdown]`."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from importlib import import_module

from bench.figures import Figure, as_markdown, as_text
from bench.installation import installation

GOALS = ("webhook", "inbox", "live", "outbox", "streams", "growth", "designer", "idle")
RUNS = 5
ROWS = 5_000_000


def main(arguments: list[str]) -> int:
    """Measure, print the table, and return 1 where a goal is missed."""
    given = _parser().parse_args(arguments)
    goals = given.goal or list(GOALS)
    alone = len(goals) == 1
    figures = _measured(goals[0], given) if alone else [figure for goal in goals for figure in _apart(goal, given)]
    if given.json:
        print(json.dumps([figure.as_dict() for figure in figures], indent=2))
    else:
        print((as_markdown if given.markdown else as_text)(figures))
    return int(any(figure.is_met is False for figure in figures))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the product against its speed goals.")
    parser.add_argument("goal", nargs="*", choices=[*GOALS, []], metavar="GOAL", help=f"of {', '.join(GOALS)}; all")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"alternating runs after one to warm up; {RUNS}")
    parser.add_argument("--rows", type=int, default=ROWS, help=f"messages that the database grows to; {ROWS:,}")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="for a program, with every run")
    shape.add_argument("--markdown", action="store_true", help="for docs/performance.md")
    return parser


def _measured(goal: str, given: argparse.Namespace) -> list[Figure]:
    with installation() as place:
        # Only now: what it imports needs Django, which is set up for this installation.
        figures: list[Figure] = import_module(f"bench.goals.{goal}").measure(place, given.runs, given.rows)
        return figures


def _apart(goal: str, given: argparse.Namespace) -> list[Figure]:
    """Measure a goal in a process of its own: Django is set up once a process, and every goal has its own database."""
    print(f"{goal} ...", file=sys.stderr, flush=True)
    options = ("--runs", str(given.runs), "--rows", str(given.rows), "--json")
    told = subprocess.run([sys.executable, "-m", "bench", goal, *options], stdout=subprocess.PIPE, check=False).stdout
    return [_read(each) for each in json.loads(told or "[]")]


def _read(told: dict[str, object]) -> Figure:
    return Figure(**{name: told[name] for name in ("what", "unit", "at_least", "at_most", "values")})  # type: ignore[arg-type]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
