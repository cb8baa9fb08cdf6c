"""Keeps a process running: whatever ends is started again at once, so that a test waits for the product alone."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Kept:
    """A process that comes back until it is stopped."""

    def __init__(self, name: str, words: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.starts = 0
        self.environment = dict(environment)
        self._words, self._log = words, log
        self._is_wanted = True
        self._process = self._start()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    @property
    def number(self) -> int:
        """Its process id at the moment."""
        return self._process.pid

    def kill(self) -> None:
        """End it at once; it comes back."""
        self._process.kill()

    def stop(self) -> None:
        """End it for good."""
        self._is_wanted = False
        while self._watcher.is_alive():
            self._process.kill()
            self._watcher.join(0.1)

    def _watch(self) -> None:
        while self._process.wait() is not None and self._is_wanted:
            self._process = self._start()
        self._process.kill()

    def _start(self) -> subprocess.Popen[bytes]:
        self.starts += 1
        process = subprocess.Popen(
            self._words, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        # Through a pipe: the process itself writes no file but those that a test takes away the room for.
        threading.Thread(target=self._copy, args=(process,), daemon=True).start()
        return process

    def _copy(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        with self._log.open("ab") as log, process.stdout as lines:
            for line in lines:
                log.write(line)
                log.flush()
