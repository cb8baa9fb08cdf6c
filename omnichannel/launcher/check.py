"""Every check of the source code in one go, with all that failed at the end."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from omnichannel.launcher.options import PROJECT
from omnichannel.launcher.screen import complain

COMMAND: Final = [sys.executable, "-m", "omnichannel.launcher.check"]
MANAGE: Final = (sys.executable, "manage.py")


@dataclass(frozen=True)
class Check:
    """One tool: what it looks at, and its command line."""

    name: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What a tool said, and whether it was content."""

    check: Check
    passed: bool
    said: str


def _module(name: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", name, *arguments)


CHECKS: Final = (
    Check("types", _module("mypy", ".")),
    Check("format", _module("ruff", "format", "--check", ".")),
    Check("lint", _module("ruff", "check", ".")),
    Check("imports", (sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()")),
    Check("template format", _module("djlint", "--check", "templates")),
    Check("template lint", _module("djlint", "--lint", "--quiet", "templates")),
    Check("dependencies", _module("deptry", ".")),
    Check("settings", (*MANAGE, "check", "--fail-level", "WARNING")),
    Check("migrations", (*MANAGE, "makemigrations", "--check", "--dry-run")),
)


def main() -> int:
    """Run all checks side by side; return 0 when all pass."""
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(_run, CHECKS))
    failed = [outcome for outcome in outcomes if not outcome.passed]
    for outcome in failed:
        complain(f"\n--- {outcome.check.name} ---\n{outcome.said.strip()}")
    complain(f"\n{_verdict(failed)}")
    return 1 if failed else 0


def _run(check: Check) -> Outcome:
    began = time.monotonic()
    done = subprocess.run(
        check.words, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    outcome = Outcome(check, done.returncode == 0, done.stdout)
    word = "ok" if outcome.passed else "FAILED"
    print(f"  {check.name:<20}{word:<8}{time.monotonic() - began:6.1f} s", flush=True)
    return outcome


def _verdict(failed: list[Outcome]) -> str:
    if not failed:
        return "All checks pass."
    return f"Failed: {', '.join(outcome.check.name for outcome in failed)}"


if __name__ == "__main__":
    sys.exit(main())
