"""Commands that are over before the installation serves: its preparation, and the question for its sign-ins."""

import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from omnichannel.launcher import guard
from omnichannel.launcher.errors import CannotStart
from omnichannel.launcher.options import PROJECT
from omnichannel.launcher.screen import Screen

LAST_LINES: Final = 20


def prepare(words: tuple[str, ...], environment: Mapping[str, str], log: Path, screen: Screen) -> None:
    """Run the preparation; each line it prints names the phase that begins."""
    with log.open("w") as errors, started(words, environment, errors) as process:
        screen.phases(_lines_of(process))
        ending = process.wait()
    if ending != 0:
        raise CannotStart(f"{last_lines(log)}\nThe preparation failed; all it said is in {log}")


@contextmanager
def started(words: tuple[str, ...], environment: Mapping[str, str], errors: IO[str]) -> Iterator[subprocess.Popen[str]]:
    """Start a command whose output is read; it never outlives the block."""
    process = subprocess.Popen(
        guard.command(*words, signal=signal.SIGKILL), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
        env=dict(environment), cwd=PROJECT, text=True, start_new_session=True,
    )  # fmt: skip
    with process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise


def last_lines(log: Path) -> str:
    """Return the end of a log file."""
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return "\n".join(lines[-LAST_LINES:])


def _lines_of(process: subprocess.Popen[Any]) -> Iterator[str]:
    for line in process.stdout or ():
        yield line.rstrip()
