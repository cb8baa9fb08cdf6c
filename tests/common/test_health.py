"""What machines are told."""

import datetime
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, override_settings
from django.utils import timezone

from omnichannel import health
from omnichannel.common import task_counts
from omnichannel.launcher.servers import Server, free_port, start_postgres
from tests.factories.conversations import InboundReceiptFactory, OutboundFactory
from tests.journeys.running import ROOT, eventually

# The answers come from threads with connections of their own, which see only what is committed.
pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 60


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a machine that is busy with other things answer all the same."""
    for question in (health.DATABASE, health.BROKER):
        monkeypatch.setattr(question, "within", PATIENCE)


@contextmanager
def silence() -> Iterator[str]:
    """Keep a port that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


@contextmanager
def web(**environment: str) -> Iterator[str]:
    """Run a web process of its own and return its address."""
    port = free_port()
    words = [sys.executable, "-m", "uvicorn", "omnichannel.asgi:application", "--port", str(port), "--no-access-log"]
    with subprocess.Popen(words, cwd=ROOT, env=os.environ | environment, stderr=subprocess.DEVNULL) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            eventually(lambda: _answers(f"{address}/healthz"), PATIENCE)
            yield address
        finally:
            process.kill()


def ready(address: str) -> tuple[int, dict[str, Any]]:
    """Return status and answer of a readiness probe."""
    answer = requests.get(f"{address}/readyz", timeout=PATIENCE)
    return answer.status_code, answer.json()


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=PATIENCE).ok
    except requests.ConnectionError:
        return False


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Server]:
    tmp_path.chmod(0o711)
    server = start_postgres(tmp_path / "postgres", throw_away=True)
    yield server
    server.process.send_signal(signal.SIGCONT)
    server.stop()


def test_a_process_that_runs_says_so(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


def test_readiness_names_the_ages_of_what_waits(client: Client) -> None:
    now = timezone.now()
    InboundReceiptFactory.create(received_at=now - datetime.timedelta(seconds=90))
    OutboundFactory.create(delivery="queued", sent_at=None, created_at=now - datetime.timedelta(seconds=60))
    task_counts.note("conversations.inbound.tasks.sweep", "SUCCESS")

    answer = client.get("/readyz")

    told = answer.json()
    assert (answer.status_code, told["database"], told["migrations"], told["broker"]) == (200, True, True, True)
    assert 90 <= told["oldest_unprocessed_seconds"] < 200
    assert 60 <= told["oldest_unsent_seconds"] < 200
    assert 0 <= told["last_sweep_seconds"] < 100


def test_an_installation_that_just_began_has_nothing_that_waits(client: Client) -> None:
    assert client.get("/readyz").json() == {
        "database": True,
        "migrations": True,
        "broker": True,
        "oldest_unsent_seconds": 0.0,
        "oldest_unprocessed_seconds": 0.0,
        "last_sweep_seconds": None,
    }


def test_without_a_broker_the_installation_is_not_ready(client: Client) -> None:
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["broker"], answer.json()["database"]) == (503, False, True)


def test_tables_of_another_version_are_not_ready(client: Client) -> None:
    newest = MigrationRecorder.Migration.objects.filter(app="conversations").latest("pk")
    name = newest.name
    newest.delete()
    try:
        answer = client.get("/readyz")
    finally:
        MigrationRecorder(connection).record_applied("conversations", name)

    assert (answer.status_code, answer.json()["migrations"], answer.json()["database"]) == (503, False, True)


def test_probes_answer_while_the_database_hangs_and_every_thread_waits_for_it(postgres: Server) -> None:
    with silence() as broker, web(DATABASE_URL=postgres.url, REDIS_URL=broker) as address:
        before = eventually(lambda: (told := ready(address))[1]["database"] and told, PATIENCE)
        postgres.process.send_signal(signal.SIGSTOP)
        with ThreadPoolExecutor(12) as visitors:
            waiting = [visitors.submit(_knock, address) for _ in range(12)]
            hanging, alive = ready(address), requests.get(f"{address}/healthz", timeout=PATIENCE)
            postgres.process.send_signal(signal.SIGCONT)
        after = eventually(lambda: (told := ready(address))[1]["database"] and told, PATIENCE)

    # Its tables were never made, and its broker never says a word.
    assert before == (503, {"database": True, "migrations": False, "broker": False})
    assert hanging == (503, {"database": False, "migrations": False, "broker": False})
    assert (alive.status_code, alive.text) == (200, "ok\n")
    assert after == before
    assert all(each.done() for each in waiting)


def _knock(address: str) -> int:
    # It looks for the token in the database.
    headers = {"Authorization": "Bearer oc_1"}
    return requests.get(f"{address}/api/v1/conversations/", headers=headers, timeout=PATIENCE).status_code
