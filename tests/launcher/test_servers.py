"""The embedded servers: private, durable, and never root."""

import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from omnichannel.launcher import guard, servers
from omnichannel.launcher.errors import CannotStart
from omnichannel.launcher.servers import Server, free_port, start_postgres, start_valkey

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Server]:
    server = start_postgres(tmp_path / "postgres")
    yield server
    server.stop()


def _value(url: str, query: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def _restarted(directory: Path) -> str:
    server = start_postgres(directory)
    try:
        return str(_value(server.url, "SHOW random_page_cost"))
    finally:
        server.stop()


def test_postgres_keeps_what_was_committed_and_listens_on_loopback_alone(postgres: Server) -> None:
    listening = {
        item.laddr.ip for item in psutil.Process(postgres.process.pid).net_connections() if item.status == "LISTEN"
    }

    assert listening == {"127.0.0.1"}
    assert _value(postgres.url, "SHOW synchronous_commit") == "on"
    assert _value(postgres.url, "SHOW fsync") == "on"


def test_postgres_asks_for_its_password(postgres: Server) -> None:
    name, _, place = postgres.url.partition("@")

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(f"{name.rpartition(':')[0]}:wrong@{place}")


def test_search_knows_letters_beyond_ascii(postgres: Server) -> None:
    with psycopg.connect(postgres.url) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE EXTENSION unaccent")
        found = connection.execute(
            "SELECT to_tsvector('simple', 'GRÖSSE ÄNDERN') @@ 'ändern', 'É' ILIKE 'é', unaccent('Hôtel')"
        ).fetchone()

    assert found == (True, True, "Hotel")


def test_postgres_starts_after_its_processes_were_killed(tmp_path: Path) -> None:
    server = start_postgres(tmp_path)
    server.process.kill()
    server.process.wait()

    assert _restarted(tmp_path) == "1.1"


def test_a_postgres_that_lingers_on_the_files_is_stopped_first(tmp_path: Path) -> None:
    lingering = start_postgres(tmp_path)

    assert _restarted(tmp_path) == "1.1"
    assert not lingering.is_alive


def test_a_pid_file_that_names_a_stranger_is_no_obstacle(tmp_path: Path) -> None:
    start_postgres(tmp_path).stop()
    (tmp_path / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n{tmp_path / 'data'}\n")

    assert _restarted(tmp_path) == "1.1"


def test_a_cluster_that_was_half_made_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "data.new" / "base").mkdir(parents=True)

    assert _restarted(tmp_path) == "1.1"


def test_files_of_another_version_are_refused_in_one_line(tmp_path: Path) -> None:
    start_postgres(tmp_path).stop()
    (tmp_path / "data" / "PG_VERSION").write_text("9.6\n")

    with pytest.raises(CannotStart, match=r"PostgreSQL did not start: .*database files are incompatible with server"):
        start_postgres(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="Only root has to become another user.")
def test_as_root_postgres_runs_as_another_user_even_below_a_closed_folder(tmp_path: Path) -> None:
    closed = tmp_path / "closed folder"
    closed.mkdir(mode=0o700)

    server = start_postgres(closed / "postgres")

    try:
        owners = _owners_of(psutil.Process(server.process.pid))
    finally:
        server.stop()
    assert owners
    assert 0 not in owners


@pytest.mark.skipif(os.geteuid() != 0, reason="Without root every other test runs as an ordinary user.")
def test_an_ordinary_user_runs_both_servers(tmp_path: Path) -> None:
    nobody = pwd.getpwnam("nobody").pw_uid
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, nobody, -1)
    source = """
import os, pathlib, sys
from omnichannel.launcher.servers import start_postgres, start_valkey
home = pathlib.Path(sys.argv[1])
servers = start_postgres(home / "postgres"), start_valkey(home / "valkey")
print(os.geteuid(), *(server.is_alive for server in servers))
for server in servers: server.stop()
"""
    words = guard.command(sys.executable, "-c", source, str(home), signal=signal.SIGKILL, user=nobody, reach=True)

    done = subprocess.run(
        words, capture_output=True, text=True, cwd=PROJECT, env={"PYTHONDONTWRITEBYTECODE": "1"}, check=False
    )

    assert (done.stdout.split(), done.stderr) == ([str(nobody), "True", "True"], "")


def _stranger(port: int) -> redis.Redis:
    return redis.Redis(port=port, retry=servers.AT_ONCE)


def test_valkey_asks_for_its_password_and_keeps_it_private(tmp_path: Path) -> None:
    server = start_valkey(tmp_path / 'odd "folder"')
    try:
        with redis.Redis.from_url(server.url) as client, _stranger(server.port) as stranger:
            assert client.ping() is True
            with pytest.raises(redis.AuthenticationError):
                stranger.ping()
    finally:
        server.stop()

    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / 'odd "folder"').iterdir()}
    assert {name: modes[name] for name in ("password", "valkey.conf")} == {"password": 0o600, "valkey.conf": 0o600}


def test_a_server_whose_port_is_taken_takes_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = start_valkey(tmp_path / "first")
    offered = iter([first.port, first.port, 0])
    monkeypatch.setattr(servers, "free_port", lambda: next(offered) or free_port())

    second = start_valkey(tmp_path / "second")

    assert first.port != second.port
    for server in (first, second):
        server.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux tells a process that its parent died.")
def test_a_guarded_command_dies_with_its_parent() -> None:
    source = (
        "import subprocess, sys; from omnichannel.launcher import guard;"
        "print(subprocess.Popen(guard.command('/bin/sleep', '600', signal=9)).pid, flush=True); sys.stdin.read()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", source], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout is not None
        sleeper = psutil.Process(int(parent.stdout.readline()))
        parent.kill()

        gone, alive = psutil.wait_procs([sleeper], timeout=30)

    assert (gone, alive) == ([sleeper], [])


def _owners_of(postmaster: psutil.Process) -> set[int]:
    owners = {postmaster.uids().effective}
    for process in postmaster.children():
        # One that had little to do may be gone by now.
        with suppress(psutil.NoSuchProcess):
            owners.add(process.uids().effective)
    return owners
