"""Where the lines of the children go: into bounded files, and to the terminal when they warn."""

import io
import json
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Final

LIMIT: Final = 10_000_000
SEVERE: Final = ("WARNING", "ERROR", "CRITICAL")
PLAIN: Final = re.compile(r"\b(WARNING|ERROR|CRITICAL|FATAL)\b|^Traceback |^\w*(Error|Exception)\b")


class Log:
    """One child's log file; the one before it is kept beside it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = self._fresh()

    def write(self, line: str) -> None:
        """Add a line; a full disk loses log lines and nothing else."""
        try:
            if self._file.tell() > LIMIT:
                self._turn()
            self._file.write(line)
            self._file.flush()
        except OSError:
            return

    def close(self) -> None:
        """Write no more."""
        self._file.close()

    def _turn(self) -> None:
        # The full file stays open until there is another: a closed one would end the child's pipe with its first line.
        full, self._file = self._file, self._fresh()
        full.close()

    def _fresh(self) -> IO[str]:
        if self.path.exists():
            self.path.replace(self.path.with_name(f"{self.path.name}.1"))
        return self.path.open("w")


def pump(source: IO[bytes], log: Log, warn: Callable[[str], None]) -> threading.Thread:
    """Copy lines until the child closes its end; hand on those that warn."""
    thread = threading.Thread(target=_copy, args=(source, log, warn), daemon=True)
    thread.start()
    return thread


def _copy(source: IO[bytes], log: Log, warn: Callable[[str], None]) -> None:
    with io.TextIOWrapper(source, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            log.write(line)
            told = warning_in(line)
            if told:
                warn(told)


def warning_in(line: str) -> str | None:
    """Return what a person should read of this line: nothing, unless it warns."""
    try:
        entry: Any = json.loads(line)
    except ValueError:
        return line.rstrip() if PLAIN.search(line) else None
    if not isinstance(entry, dict) or str(entry.get("level", "")).upper() not in SEVERE or _is_refusal(entry):
        return None
    fault = str(entry.get("exception", "")).strip().rpartition("\n")[2]
    return " ".join(filter(None, (str(entry["level"]).upper(), str(entry.get("event", "")), fault)))


def _is_refusal(entry: dict[str, Any]) -> bool:
    """Whether the line says that a page was asked for and not given: the web's daily noise."""
    return entry.get("logger") == "django.request" and entry["level"] == "warning"
