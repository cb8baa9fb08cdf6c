"""An installation under fire: its own PostgreSQL and Valkey, web, worker and beat, and an Apple that never fails."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import psycopg
import redis
import requests
from psycopg.rows import dict_row

from omnichannel import amb
from omnichannel.common.steps import Step
from omnichannel.launcher import product, servers
from omnichannel.launcher.keys import new_keys
from omnichannel.launcher.options import read_options
from tests.faults.keeping import ROOT, Kept
from tests.faults.mortal import process_file
from tests.journeys.running import eventually

# Quicker than in production, so that a test does not wait; what they mean is the same.
QUICK = {"SWEEP_SECONDS": "1", "CLAIM_SECONDS": "6"}
REDIS_DATABASE_OF_APPLE = 6
START_SECONDS = 240
SAY_NOTHING = "from tests.factories.channels_app import say_nothing_by_itself; say_nothing_by_itself()"
SETTLE_SECONDS = 120
UNREACHABLE = (requests.RequestException, psycopg.OperationalError)


@dataclass
class Installation:
    """All of it, and the means to break it."""

    folder: Path
    environment: dict[str, str]
    apple_environment: dict[str, str]
    base_url: str
    apple_url: str
    postgres: servers.Server
    valkey: servers.Server
    demo: dict[str, Any] = field(default_factory=dict)
    processes: dict[str, Kept] = field(default_factory=dict)

    # Talking to it

    def apple(self, method: str, path: str, **options: Any) -> Any:
        """Call the simulated Apple's interface for scripts."""
        answer = requests.request(method, f"{self.apple_url}/simulator/api/{path}", timeout=30, **options)
        assert answer.ok, (answer.status_code, answer.text)
        return answer.json()

    def phone(self, *, retries: int = 10) -> Phone:
        """Hand out a phone; Apple delivers its messages again so often while they are refused or not answered."""
        business_id = self.demo["businesses"][0]["id"]
        phone = Phone(self, self.apple("POST", "phones", json={"business_id": business_id})["id"])
        if retries:
            phone.fault("webhook_retries", value=retries)
        return phone

    def fault(self, kind: str, **change: Any) -> None:
        """Arm a fault of Apple's for everybody, or disarm it."""
        self.apple("PUT", "faults", json={"kind": kind, **change})

    def api(self, method: str, path: str, **options: Any) -> requests.Response:
        """Call our REST interface once; the answer may be an error or never come."""
        headers = {"Authorization": f"Bearer {self.demo['api_token']}"} | options.pop("headers", {})
        return requests.request(method, f"{self.base_url}/api/v1/{path}", headers=headers, timeout=30, **options)

    def rows(
        self, statement: str, values: Sequence[object] | Mapping[str, object] | None = None
    ) -> list[dict[str, Any]]:
        """Return what our database holds; raises OperationalError while that is away."""
        with psycopg.connect(self.postgres.url, autocommit=True, connect_timeout=5, row_factory=dict_row) as connection:
            return connection.execute(statement.encode(), values).fetchall()

    # Breaking it

    def arm(self, step: Step, victims: Sequence[str] = ("itself",), *, after: int = 0) -> None:
        """Have these die when somebody next makes this step, or some times after that."""
        armed = self.folder / "armed"
        for number in range(after):
            (armed / f"{step}.{number}").touch()
        whole = self.folder / f"{step}.whole"
        whole.write_text(" ".join(victims))
        whole.rename(armed / f"{step}.{after}")

    def has_fired(self) -> bool:
        """Tell whether everything that was armed has struck."""
        return not list((self.folder / "armed").iterdir())

    def disarm(self) -> None:
        """Let nobody die any more."""
        for order in (self.folder / "armed").iterdir():
            order.unlink(missing_ok=True)

    def restart_postgres(self) -> None:
        """Stop the database with everybody connected, and start it again."""
        self.postgres.stop()
        self.postgres = servers.start_postgres(self.folder / "postgres", port=self.postgres.port, throw_away=True)

    def cut_connections(self) -> None:
        """End every connection to the database but the one that says so."""
        self.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )

    def stop_valkey(self) -> None:
        """Take the broker away, with everything in it."""
        self.valkey.stop()

    def empty_valkey(self) -> None:
        """Have the broker forget everything."""
        with redis.Redis.from_url(self.valkey.url) as client:
            client.flushall()

    def start_valkey(self) -> None:
        """Bring the broker back, empty."""
        self.valkey = servers.start_valkey(self.folder / "valkey", port=self.valkey.port)

    @contextmanager
    def full_disk(self, name: str, room: int) -> Iterator[None]:
        """Let a process write no file larger than this: the system refuses it as it does on a full disk."""
        number = self.processes[name].number
        _limit_files(number, room)
        try:
            yield
        finally:
            _limit_files(number, resource.RLIM_INFINITY)

    # Starting it

    def start(self, name: str, alias: str = "", **environment: str) -> Kept:
        """Start one more process of a kind, under another name where one runs already."""
        called = alias or name
        words = {each.name: each.words for each in product.plan(read_options(self.environment)).processes}[name]
        words = tuple(word.replace("beat-schedule", f"{called}-schedule") for word in words)
        kept = Kept(called, _mortal(called, words), self.environment | environment, self.folder / f"{called}.log")
        self.processes[called] = kept
        return kept

    def stop(self, name: str) -> None:
        """End a process for good."""
        self.processes.pop(name).stop()
        process_file(self.folder, name).unlink(missing_ok=True)

    def stop_processes(self) -> None:
        """End every process of ours for good."""
        for name in list(self.processes):
            self.stop(name)

    def stop_servers(self) -> None:
        """End both servers for good."""
        self.postgres.stop()
        self.valkey.stop()

    def wait_until_it_runs(self) -> None:
        """Return when everything that was killed is back, the web process answering."""
        eventually(self._all_run, START_SECONDS)

    def _all_run(self) -> bool:
        for name, kept in self.processes.items():
            file = process_file(self.folder, name)
            if not file.exists() or file.read_text() != str(kept.number):
                return False
        return _answers(f"{self.base_url}/healthz")


@dataclass(frozen=True)
class Phone:
    """A customer's phone at the simulated Apple."""

    installation: Installation
    id: str

    @property
    def path(self) -> str:
        """Where scripts find it."""
        return f"phones/{quote(self.id, safe='')}"

    def write(self, text: str) -> str:
        """Write a text and return its id."""
        return str(self.installation.apple("POST", f"{self.path}/messages", json={"text": text})["id"])

    def attach(self, text: str, name: str, content: bytes) -> str:
        """Write with a file and return the message's id."""
        files = {"file": (name, content)}
        return str(self.installation.apple("POST", f"{self.path}/attachments", data={"text": text}, files=files)["id"])

    def answer_at_length(self, title: str) -> str:
        """Send an answer that travels as a reference, and return its id."""
        data = {"interactiveData": _large_answer(title)}
        return str(self.installation.apple("POST", f"{self.path}/interactive", json=data)["id"])

    def fault(self, kind: str, **change: Any) -> None:
        """Arm a fault of Apple's for this phone."""
        self.installation.fault(kind, phone=self.id, **change)

    def shown(self) -> list[dict[str, Any]]:
        """Return what the phone shows, in order."""
        return list(self.installation.apple("GET", self.path)["messages"])

    def violations(self) -> list[str]:
        """Return the rules that we broke toward this customer."""
        return [each["kind"] for each in self.installation.apple("GET", self.path)["violations"]]

    def conversation(self) -> int:
        """Return the number of the customer's conversation, once there is one."""

        def found() -> int | None:
            try:
                answer = self.installation.api("GET", "conversations/", params={"customer": self.id})
                return answer.json()["results"][0]["id"] if answer.ok and answer.json()["results"] else None
            except requests.RequestException:
                return None

        return eventually(found, SETTLE_SECONDS) or 0

    def answer(self, text: str, *, file: tuple[str, bytes] | None = None) -> int:
        """Have an agent's program answer, asking again under the same key until we say 201; return the message."""
        path, key = f"conversations/{self.conversation()}/messages/", str(uuid4())

        def accepted() -> int | None:
            body: dict[str, Any] = (
                {"data": {"text": text}, "files": {"files": file}} if file else {"json": {"text": text}}
            )
            try:
                answer = self.installation.api("POST", path, headers={"Idempotency-Key": key}, **body)
            except requests.RequestException:
                return None
            assert answer.status_code in {201, 409, 429, 500, 503}, (answer.status_code, answer.text)
            return int(answer.json()["id"]) if answer.status_code == 201 else None

        return eventually(accepted, SETTLE_SECONDS) or 0


@contextmanager
def installation(
    folder: Path, surroundings: Mapping[str, str], settings: Mapping[str, str] = QUICK
) -> Iterator[Installation]:
    """Start everything; Apple uses the surroundings' servers, the product has its own."""
    folder.chmod(0o711)
    for name in ("armed", "fired", "processes"):
        (folder / name).mkdir()
    with ExitStack() as stack:
        started = _bare(folder, surroundings, settings, stack)
        apple_words = [sys.executable, "-m", "tests.faults.apple", started.apple_url.rpartition(":")[2]]
        apple = Kept("apple", apple_words, started.apple_environment, folder / "apple.log")
        stack.callback(apple.stop)
        _prepare(started)
        stack.callback(started.stop_processes)
        for name in ("web", "worker", "beat"):
            started.start(name)
        eventually(lambda: _answers(f"{started.apple_url}/healthz"), START_SECONDS)
        _introduce(started)
        started.wait_until_it_runs()
        yield started


def _bare(folder: Path, surroundings: Mapping[str, str], settings: Mapping[str, str], stack: ExitStack) -> Installation:
    postgres = servers.start_postgres(folder / "postgres", throw_away=True)
    valkey = servers.start_valkey(folder / "valkey")
    port, apple_port = servers.free_port(), servers.free_port()
    base_url = f"http://127.0.0.1:{port}"
    common = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")} | new_keys()
    common |= {"DJANGO_SETTINGS_MODULE": "omnichannel.settings", "BASE_URL": base_url, "SIMULATOR": "on"}
    ours = common | dict(settings) | {
        "DATA_DIR": str(folder), "PORT": str(port), "HOST": "127.0.0.1", "DATABASE_URL": postgres.url,
        "REDIS_URL": valkey.url, "DEMO": "on", "FAULTS_FOLDER": str(folder),
    }  # fmt: skip
    apples = common | {
        "DATA_DIR": str(folder / "apple"),
        "DATABASE_URL": stack.enter_context(_database(surroundings["DATABASE_URL"])),
        "REDIS_URL": re.sub(r"(//[^/?]+)(/\d*)?", rf"\1/{REDIS_DATABASE_OF_APPLE}", surroundings["REDIS_URL"]),
        "DEMO": "off",
    }
    started = Installation(folder, ours, apples, base_url, f"http://127.0.0.1:{apple_port}", postgres, valkey)
    stack.callback(started.stop_servers)
    return started


@contextmanager
def _database(url: str) -> Iterator[str]:
    name = f"apple_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    yield re.sub(r"/[^/?]+(\?|$)", rf"/{name}\1", url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


def _prepare(started: Installation) -> None:
    _manage(started, "prepare")
    started.demo = json.loads(_manage(started, "demo", "--json"))
    # So that a fault meets what the test says, and nothing else.
    _manage(started, "shell", "--verbosity", "0", "--command", SAY_NOTHING)
    started.rows(
        "UPDATE channels_app_mspconnection SET gateway_url = %s RETURNING id", [f"{started.apple_url}/simulator/v1"]
    )


def _manage(started: Installation, *words: str) -> str:
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=started.environment, check=True, capture_output=True, text=True).stdout


def _introduce(started: Installation) -> None:
    msp = started.demo["msp"]
    for business in started.demo["businesses"]:
        draft = {"business_id": business["id"], "name": business["name"], "msp_id": msp["id"], "secret": msp["secret"]}
        started.apple("POST", "businesses", json=draft)
    # Apple may or may not remove what comes twice: here it does not, so that a repetition shows.
    started.fault("show_duplicates")


def _mortal(name: str, words: Sequence[str]) -> list[str]:
    python, flag, module, *arguments = words
    assert flag == "-m"
    return [python, "-m", "tests.faults.mortal", name, module, *arguments]


def _limit_files(process: int, size: int) -> None:
    # One that has died meanwhile comes back with all the room there is.
    with suppress(ProcessLookupError):
        resource.prlimit(process, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).ok
    except requests.RequestException:
        return False


def _large_answer(title: str) -> dict[str, Any]:
    return {
        "bid": amb.BUSINESS_BID,
        "sessionIdentifier": str(uuid4()),
        "data": {
            "version": "1.0",
            "requestIdentifier": str(uuid4()),
            "listPicker": {
                "sections": [{"title": "Repairs", "items": [{"identifier": title, "title": title, "order": 1}]}]
            },
            "images": [{"identifier": "picture", "data": "A" * 12_000}],
            "replyMessage": {"title": title},
        },
    }
