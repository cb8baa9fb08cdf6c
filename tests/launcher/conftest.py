"""A launcher in a process of its own, with a product small enough to start in a second."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from omnichannel.launcher.private import read_values
from omnichannel.launcher.servers import free_port

TINY = Path(__file__).with_name("tiny.py")
PROJECT = Path(__file__).parents[2]
PATIENCE = 60
# What the test run itself was given, and a launcher must find for itself.
FOREIGN = ("DATABASE_URL", "REDIS_URL", "BASE_URL", "HOST", "SECRET_KEY", "FIELD_KEYS")
# Where embedded servers are not the point, those of the test run save a second.
SHARED = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"never became true: {holds}"
        time.sleep(0.02)


def kill(*processes: psutil.Process) -> None:
    """End processes at once; some are gone already, since their parent is."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()


@dataclass
class Start:
    """A start of the launcher, and what it printed."""

    process: subprocess.Popen[str]
    data_dir: Path
    port: int
    lines: list[str] = field(default_factory=list)

    def wait_until_it_says(self, words: str) -> None:
        """Read what it prints until the words come."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if words in line:
                return
        pytest.fail(f"It ended and never said {words!r}: {self.lines}")

    def wait_until_it_serves(self) -> None:
        """Read until the welcome is complete."""
        self.wait_until_it_says("Ctrl-C stops everything")

    def end(self, asked: signal.Signals = signal.SIGINT) -> int:
        """Send a signal, read the rest, return the exit code."""
        self.process.send_signal(asked)
        return self.finish()

    def finish(self) -> int:
        """Read the rest; return the exit code."""
        said, _ = self.process.communicate(timeout=PATIENCE)
        self.lines += said.splitlines()
        return self.process.returncode

    def ask(self) -> str:
        """Return what the web process answers."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=PATIENCE) as answer:
            return str(answer.read().decode())

    def is_serving(self) -> bool:
        """Whether the web process answers."""
        try:
            self.ask()
        except OSError:
            return False
        return True

    @property
    def run_values(self) -> dict[str, str]:
        """What management commands read of the instance."""
        return read_values(self.data_dir / "run.env")

    @property
    def secrets(self) -> dict[str, str]:
        """The kept secrets."""
        return read_values(self.data_dir / "secrets.env")

    @property
    def family(self) -> list[psutil.Process]:
        """Every process below the launcher."""
        return psutil.Process(self.process.pid).children(recursive=True)

    @property
    def recorded(self) -> list[int]:
        """The processes it would look for after a crash."""
        return [entry["pid"] for entry in json.loads((self.data_dir / "processes.json").read_text())]


Launch = Callable[..., Start]


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launch]:
    """Start a launcher: one data folder for the test, servers of its own, a free port."""
    with ExitStack() as stack:

        def start(**environment: str) -> Start:
            chosen = {"DATA_DIR": str(tmp_path / "a folder"), "PORT": str(free_port())} | environment
            process = stack.enter_context(_popen(chosen))
            stack.callback(_kill, process)
            return Start(process, Path(chosen["DATA_DIR"]), int(chosen["PORT"]) if chosen["PORT"].isdigit() else 0)

        yield start


def _popen(environment: dict[str, str]) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return subprocess.Popen(
        [sys.executable, str(TINY)], env=kept | environment | {"PYTHONPATH": str(PROJECT)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip


def _kill(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        family = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        kill(*family)
