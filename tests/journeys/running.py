"""The whole product, running as a user starts it: web, worker and beat as processes of their own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import requests

ROOT = Path(__file__).parents[2]
START_SECONDS = 180
T = TypeVar("T")


@dataclass(frozen=True)
class Running:
    """A started installation with its demo data."""

    base_url: str
    data_dir: Path
    demo: dict[str, Any]
    environment: dict[str, str]

    def sign_in_of(self, role: str) -> tuple[str, str]:
        """Return name and password of the first demo user with a role."""
        found = next(each for each in self.demo["sign_ins"] if each["role"] == role)
        return found["username"], found["password"]

    def api(self, method: str, path: str, **options: Any) -> Any:
        """Call our REST interface and return the decoded answer."""
        headers = {"Authorization": f"Bearer {self.demo['api_token']}"} | options.pop("headers", {})
        answer = requests.request(method, f"{self.base_url}/api/v1/{path}", headers=headers, timeout=30, **options)
        assert answer.ok, (answer.status_code, answer.text)
        return answer.json()

    def simulator(self, method: str, path: str, **options: Any) -> Any:
        """Call the simulator's interface for scripts."""
        answer = requests.request(method, f"{self.base_url}/simulator/api/{path}", timeout=30, **options)
        assert answer.ok, (answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def log_lines(self) -> Iterator[tuple[str, str]]:
        """Yield every line that a process has logged, with the file it is in."""
        for file in sorted((self.data_dir / "logs").iterdir()):
            for line in file.read_text(errors="replace").splitlines():
                yield file.name, line


@contextmanager
def running(data_dir: Path) -> Iterator[Running]:
    """Start everything on a free port, with a database of its own on the servers of this test run."""
    with _started(data_dir, "journeys", redis_database=7, DEMO="on") as (base_url, environment):
        yield Running(base_url, data_dir, _demo(environment), environment)


@contextmanager
def bare(data_dir: Path) -> Iterator[Running]:
    """Start everything with an empty database, and nobody in it."""
    # Those from 8 on belong to the workers of the test run.
    with _started(data_dir, "bare", redis_database=5, DEMO="off") as (base_url, environment):
        yield Running(base_url, data_dir, {}, environment)


@contextmanager
def _started(data_dir: Path, name: str, *, redis_database: int, **more: str) -> Iterator[tuple[str, dict[str, str]]]:
    port = _free_port()
    with _database(name) as database_url:
        environment = os.environ | {
            "DATA_DIR": str(data_dir),
            "PORT": str(port),
            "DATABASE_URL": database_url,
            "REDIS_URL": re.sub(r"/\d*$", f"/{redis_database}", os.environ["REDIS_URL"]),
            "BASE_URL": f"http://127.0.0.1:{port}",
            "SIMULATOR": "on",
            **more,
        }
        environment.pop("PYTEST_XDIST_WORKER", None)
        with _launched(environment, data_dir) as base_url:
            yield base_url, environment


def eventually(question: Callable[[], T], seconds: float = 20) -> T:
    """Return the first answer that is not empty; the time is a bound for what is broken, not a goal."""
    ends_at = time.monotonic() + seconds
    while not (answer := question()):
        if time.monotonic() > ends_at:
            raise AssertionError(f"Still nothing after {seconds} seconds: {answer!r}")
        time.sleep(0.05)
    return answer


@contextmanager
def _database(kind: str) -> Iterator[str]:
    name = f"{kind}_{os.getpid()}"
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
        yield re.sub(r"/[^/?]+(\?|$)", rf"/{name}\1", url)
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def _launched(environment: dict[str, str], data_dir: Path) -> Iterator[str]:
    output = data_dir / "terminal.txt"
    with output.open("w") as terminal:
        process = subprocess.Popen(
            [sys.executable, "-m", "omnichannel.launcher", "run"],
            cwd=ROOT,
            env=environment,
            stdout=terminal,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_it_serves(process, environment["BASE_URL"], output)
            yield environment["BASE_URL"]
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def _wait_until_it_serves(process: "subprocess.Popen[bytes]", base_url: str, output: Path) -> None:
    def serves() -> bool:
        assert process.poll() is None, output.read_text()
        return "Ctrl-C" in output.read_text() and _answers(base_url)

    eventually(serves, START_SECONDS)


def _answers(base_url: str) -> bool:
    try:
        return requests.get(f"{base_url}/readyz", timeout=5).ok
    except requests.RequestException:
        return False


def _demo(environment: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, "manage.py", "demo", "--json"]
    answer = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    return dict(json.loads(answer.stdout))


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
