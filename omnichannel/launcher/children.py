"""The processes of an installation: started, watched, started again, stopped together."""

import json
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

import psutil

from omnichannel.launcher import guard
from omnichannel.launcher.errors import CannotStart
from omnichannel.launcher.logs import Log, pump
from omnichannel.launcher.options import PROJECT
from omnichannel.launcher.private import write_private
from omnichannel.launcher.screen import Screen

LONGEST_WAIT: Final = 30.0
CALM_SECONDS: Final = 60.0
STOP_SECONDS: Final = 6.0


@dataclass(frozen=True)
class Process:
    """A program to keep running: what it is called, and its command line."""

    name: str
    words: tuple[str, ...]


class Running(Protocol):
    """Something that runs: a program of ours or a server."""

    @property
    def is_alive(self) -> bool: ...
    @property
    def ending(self) -> str: ...
    @property
    def process(self) -> subprocess.Popen[bytes]: ...
    @property
    def stop_signal(self) -> signal.Signals: ...
    def kill(self) -> None: ...


@dataclass(frozen=True)
class Program:
    """A started process that writes to its log."""

    process: subprocess.Popen[bytes]
    stop_signal: signal.Signals = signal.SIGTERM

    @property
    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    @property
    def ending(self) -> str:
        """How it ended."""
        return f"exit code {self.process.returncode}"

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()
        self.process.wait()


def start_program(process: Process, environment: Mapping[str, str], log: Log, screen: Screen) -> Program:
    """Start a process that ends with the launcher, away from the terminal's Ctrl-C."""
    started = subprocess.Popen(
        guard.command(*process.words, signal=signal.SIGKILL), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, env=dict(environment), cwd=PROJECT, start_new_session=True,
    )  # fmt: skip
    assert started.stdout is not None  # noqa: S101 - a pipe was asked for
    pump(started.stdout, log, lambda line: screen.note(f"  {process.name}: {line}"))
    return Program(started)


@dataclass
class Child:
    """What is kept running, and how often it ended of late."""

    name: str
    again: Callable[[], Running]
    running: Running
    started_at: float = field(default_factory=time.monotonic)
    endings: int = 0
    due_at: float | None = None


class Children:
    """All that one launcher runs, in the order of starting."""

    def __init__(self, record: Path, screen: Screen) -> None:
        self._record = record
        self._screen = screen
        self._children: list[Child] = []

    def keep(self, name: str, running: Running, again: Callable[[], Running]) -> None:
        """Keep this running from now on."""
        self._children.append(Child(name, again, running))
        self._write_record()

    def ended(self) -> list[str]:
        """Return the names of those that do not run."""
        return [child.name for child in self._children if not child.running.is_alive]

    def revive(self) -> None:
        """Start again what ended, sooner the first time than the tenth."""
        for child in self._children:
            if child.running.is_alive:
                continue
            if child.due_at is None:
                self._plan(child, child.running.ending)
            elif time.monotonic() >= child.due_at:
                self._restart(child)

    def stop(self) -> None:
        """Ask the programs, then the servers below them, to stop; end those that do not."""
        programs = [child.running for child in self._children if isinstance(child.running, Program)]
        servers = [child.running for child in self._children if not isinstance(child.running, Program)]
        _stop_together(programs)
        _stop_together(servers)
        self._record.unlink(missing_ok=True)

    def kill(self) -> None:
        """End everything at once."""
        for child in self._children:
            child.running.kill()

    def _plan(self, child: Child, ending: str) -> None:
        was_calm = time.monotonic() - child.started_at > CALM_SECONDS
        child.endings = 1 if was_calm else child.endings + 1
        wait = min(2.0 ** (child.endings - 1), LONGEST_WAIT)
        child.due_at = time.monotonic() + wait
        self._screen.note(f"  {child.name} ended ({ending}); starting it again in {wait:.0f} s")

    def _restart(self, child: Child) -> None:
        child.due_at = None
        child.started_at = time.monotonic()
        try:
            child.running = child.again()
        except (CannotStart, OSError) as error:
            self._plan(child, str(error))
        else:
            self._write_record()

    def _write_record(self) -> None:
        entries = [_entry(child.running.process.pid) for child in self._children if child.running.is_alive]
        write_private(self._record, json.dumps([entry for entry in entries if entry]))


def end_leftovers(record: Path) -> None:
    """End what a killed launcher left behind; a process that only has the same number is left alone."""
    try:
        entries = json.loads(record.read_text())
    except (FileNotFoundError, ValueError):
        return
    leftovers = [process for entry in entries if (process := _same_process(entry))]
    for process in leftovers:
        _kill(process)
    psutil.wait_procs(leftovers, timeout=STOP_SECONDS)
    record.unlink(missing_ok=True)


def _entry(pid: int) -> dict[str, float] | None:
    try:
        return {"pid": pid, "created": psutil.Process(pid).create_time()}
    except psutil.NoSuchProcess:
        return None


def _same_process(entry: dict[str, float]) -> psutil.Process | None:
    try:
        process = psutil.Process(int(entry["pid"]))
        # A clock that was set moves the computed time a little; PostgreSQL is asked to stop before its next start.
        is_same = abs(process.create_time() - entry["created"]) < 2 and process.name() != "postgres"
    except (psutil.Error, KeyError, TypeError, ValueError):
        return None
    return process if is_same else None


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
    except psutil.Error:
        return


def _stop_together(group: Sequence[Running]) -> None:
    for running in group:
        if running.is_alive:
            running.process.send_signal(running.stop_signal)
    deadline = time.monotonic() + STOP_SECONDS
    for running in group:
        try:
            running.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            running.kill()
