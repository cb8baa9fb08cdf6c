"""An installation for one measurement: servers that keep what they promise, and the product's own processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.request import urlopen

import django
from django.core.management import call_command

from omnichannel.launcher import guard, product
from omnichannel.launcher.options import PROJECT, read_options
from omnichannel.launcher.servers import Server, free_port, start_postgres
from omnichannel.launcher.throwaway import surroundings

START_SECONDS = 60
T = TypeVar("T")


@dataclass(frozen=True)
class Installation:
    """A migrated database, a broker, and the way to start processes over them; Django is set up in this process."""

    folder: Path
    postgres: Server
    port: int
    stack: ExitStack

    def start(self, name: str, *more: str) -> subprocess.Popen[bytes]:
        """Start web, worker or beat with the command line that `make run` uses."""
        words = {each.name: each.words for each in product.plan(read_options(os.environ)).processes}[name]
        return self.start_program(name, *words, *more)

    def start_web(self, port: int = 0) -> subprocess.Popen[bytes]:
        """Start a web process, at another port where one is given, and return once it answers."""
        port = port or self.port
        web = self.start("web", "--port", str(port))
        eventually(lambda: answers(f"http://127.0.0.1:{port}/healthz"))
        return web

    def start_program(self, name: str, *words: str) -> subprocess.Popen[bytes]:
        """Start a process that ends with this measurement; what it says is in its log."""
        log = self.stack.enter_context((self.folder / f"{name}.log").open("wb"))
        process = subprocess.Popen(
            guard.command(*words, signal=signal.SIGKILL), stdout=log, stderr=log, cwd=PROJECT, start_new_session=True
        )
        self.stack.callback(_stop, process)
        return process


@contextmanager
def installation() -> Iterator[Installation]:
    """Give a fresh installation. PostgreSQL runs as `make run` starts it: fsync and synchronous_commit are on."""
    port = free_port()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="omnichannel-bench-")))
        # PostgreSQL runs as another user when this is root, and has to pass through.
        folder.chmod(0o711)
        postgres = start_postgres(folder / "postgres")
        stack.callback(postgres.stop)
        os.environ["DATABASE_URL"] = postgres.url
        os.environ.update(stack.enter_context(surroundings()))
        base_url = f"http://127.0.0.1:{port}"
        os.environ.update({"PORT": str(port), "BASE_URL": base_url, "SIMULATOR": "off", "LOG_LEVEL": "WARNING"})
        django.setup()
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        yield Installation(folder, postgres, port, stack)


def accepts(port: int) -> bool:
    """Tell whether somebody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def python(module: str, *words: str) -> tuple[str, ...]:
    """Return the command line of one of our own programs."""
    return (sys.executable, "-m", module, *words)


def eventually(question: Callable[[], T], seconds: float = START_SECONDS) -> T:
    """Return the first answer that is not empty."""
    ends_at = time.monotonic() + seconds
    while not (answer := question()):
        if time.monotonic() > ends_at:
            raise TimeoutError(f"This did not happen within {seconds:.0f} s: {question.__qualname__}")
        time.sleep(0.01)
    return answer


def answers(url: str) -> bool:
    """Tell whether somebody answers there."""
    try:
        with urlopen(url, timeout=5) as response:  # noqa: S310  an address of our own
            return bool(response.status == 200)
    except OSError:
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(8)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
