"""What the person at the terminal reads."""

import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager


class Screen:
    """A line for each phase with its seconds, and notes in between."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._is_open = False

    @contextmanager
    def phase(self, label: str) -> Iterator[None]:
        """Show what is under way, and how long it took."""
        began = time.monotonic()
        self._begin(label)
        yield
        self._end(label, time.monotonic() - began)

    def phases(self, labels: Iterable[str]) -> None:
        """Show one phase after the other, each until the next one is named."""
        label, began = "", time.monotonic()
        for following in labels:
            if label:
                self._end(label, time.monotonic() - began)
            label, began = following, time.monotonic()
            self._begin(label)
        if label:
            self._end(label, time.monotonic() - began)

    def note(self, text: str) -> None:
        """Show a line of its own."""
        with self._lock:
            self._close()
            print(text, flush=True)

    def _begin(self, label: str) -> None:
        with self._lock:
            self._close()
            print(f"  {label:<40}", end="", flush=True)
            self._is_open = True

    def _end(self, label: str, seconds: float) -> None:
        with self._lock:
            if not self._is_open:
                print(f"  {label:<40}", end="")
            print(f"{seconds:6.1f} s", flush=True)
            self._is_open = False

    def _close(self) -> None:
        if self._is_open:
            print(flush=True)
        self._is_open = False


def complain(text: str) -> None:
    """Say on standard error what is wrong."""
    print(text, file=sys.stderr, flush=True)
