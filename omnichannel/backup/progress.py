"""Says how far a backup or a restore is: one line that changes on a terminal, a line now and then elsewhere."""

import time
from typing import Final

from django.core.management.base import OutputWrapper

ON_A_TERMINAL: Final = 0.2
ELSEWHERE: Final = 10.0
ERASE: Final = "\r\x1b[2K"


class Progress:
    """Where the command reports to."""

    def __init__(self, out: OutputWrapper) -> None:
        self._out = out
        self._is_terminal = out.isatty()
        self._shown_at = time.monotonic()
        self._is_open = False

    def say(self, line: str) -> None:
        """Print a line that stays."""
        self._out.write(f"{self._erased()}{line}\n", ending="")
        self._out.flush()
        self._is_open = False

    def show(self, line: str) -> None:
        """Print how far it is, unless that was printed a moment ago."""
        now = time.monotonic()
        if now - self._shown_at < (ON_A_TERMINAL if self._is_terminal else ELSEWHERE):
            return
        self._shown_at = now
        self._out.write(f"{self._erased()}{line}", ending="" if self._is_terminal else "\n")
        self._out.flush()
        self._is_open = self._is_terminal

    def _erased(self) -> str:
        return ERASE if self._is_open else ""


def size(number: int) -> str:
    """Return a number of bytes for people."""
    amount = float(number)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit in ("bytes", "kB") else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"
