"""Starting, stopping and surviving, with real servers and a tiny product."""

import os
import signal
import socket
import stat
import sys
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.launcher.conftest import SHARED, Launch, Start, eventually, kill


def _note(start: Start, text: str) -> None:
    with psycopg.connect(start.run_values["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS notes (said text)")
        connection.execute("INSERT INTO notes VALUES (%s)", [text])


def _notes(start: Start) -> list[str]:
    with psycopg.connect(start.run_values["DATABASE_URL"]) as connection:
        return [said for (said,) in connection.execute("SELECT said FROM notes")]


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_start_shows_where_to_go_and_who_to_be(launch: Launch) -> None:
    start = launch(**SHARED)

    start.wait_until_it_serves()

    address = f"http://127.0.0.1:{start.port}"
    assert [line.split()[0] for line in start.lines[:4]] == ["Database", "Message", "Settings", "Tables"]
    assert f"Omnichannel is running at {address}" in start.lines
    assert f"  Console             {address}/console/" in start.lines
    assert "  Agent               ada                 open sesame" in start.lines
    assert start.end() == 0
    assert start.lines[-1] == "Stopped."


def test_what_a_management_command_needs_is_there_while_it_runs_and_only_the_owner_reads_it(launch: Launch) -> None:
    start = launch(**SHARED)

    start.wait_until_it_serves()

    assert start.ask() == start.run_values["DATABASE_URL"]
    assert start.run_values["BASE_URL"] == f"http://127.0.0.1:{start.port}"
    assert [_mode(start.data_dir / name) for name in ("run.env", "secrets.env", "lock")] == [0o600] * 3
    assert start.end() == 0
    assert not (start.data_dir / "run.env").exists()


def test_a_second_start_keeps_data_and_secrets(launch: Launch) -> None:
    first = launch()
    first.wait_until_it_serves()
    _note(first, "kept")
    secrets = first.secrets
    assert first.end() == 0

    second = launch()
    second.wait_until_it_serves()

    assert (_notes(second), second.secrets) == (["kept"], secrets)
    assert sorted(secrets) == ["FIELD_KEYS", "SECRET_KEY"]


@pytest.mark.skipif(sys.platform != "linux", reason="Only Linux tells a process that its parent died.")
def test_nothing_outlives_a_killed_launcher_and_the_next_start_works(launch: Launch) -> None:
    start = launch()
    start.wait_until_it_serves()
    _note(start, "committed")
    family = start.family

    start.process.kill()
    gone, alive = psutil.wait_procs(family, timeout=30)

    assert (len(gone), alive) == (len(family), [])
    again = launch(PORT=str(start.port))
    again.wait_until_it_serves()
    assert _notes(again) == ["committed"]


def test_after_everything_was_killed_the_next_start_works(launch: Launch) -> None:
    start = launch()
    start.wait_until_it_serves()
    _note(start, "committed")

    kill(psutil.Process(start.process.pid), *start.family)
    start.finish()
    again = launch(PORT=str(start.port))
    again.wait_until_it_serves()

    assert (_notes(again), again.end()) == (["committed"], 0)


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda asked: asked.name)
def test_a_signal_stops_everything_and_is_no_failure(launch: Launch, asked: signal.Signals) -> None:
    start = launch(**SHARED)
    start.wait_until_it_serves()
    family = start.family

    code = start.end(asked)

    assert (code, [process for process in family if process.is_running()]) == (0, [])


def test_a_signal_while_starting_stops_everything(launch: Launch) -> None:
    start = launch()
    start.wait_until_it_says("Database")
    family = start.family

    code = start.end()

    assert (code, [process for process in family if process.is_running()]) == (0, [])


def test_a_process_that_ends_is_started_again(launch: Launch) -> None:
    start = launch(**SHARED)
    start.wait_until_it_serves()
    web = next(child for child in start.family if "ThreadingHTTPServer" in " ".join(child.cmdline()))

    web.kill()
    start.wait_until_it_says("web ended (exit code -9); starting it again in 1 s")

    eventually(start.is_serving)


def test_a_server_that_ends_comes_back_under_its_address(launch: Launch) -> None:
    start = launch()
    start.wait_until_it_serves()
    _note(start, "committed")
    postmaster = next(
        child for child in start.family if child.name() == "postgres" and child.ppid() == start.process.pid
    )

    postmaster.kill()
    start.wait_until_it_says("PostgreSQL ended")

    def is_back() -> bool:
        try:
            return _notes(start) == ["committed"]
        except psycopg.OperationalError:
            return False

    eventually(is_back)


def test_warnings_of_a_process_reach_the_terminal_and_all_of_it_the_log(launch: Launch) -> None:
    start = launch(**SHARED)

    start.wait_until_it_serves()

    assert "  idler: WARNING The idler has begun" in start.lines
    assert "The idler has begun" in (start.data_dir / "logs" / "idler.log").read_text()


def test_a_data_folder_has_one_launcher(launch: Launch) -> None:
    first = launch(**SHARED)
    first.wait_until_it_serves()

    second = launch(**SHARED)

    assert second.finish() == 1
    running = f"Already running at http://127.0.0.1:{first.port} with DATA_DIR={first.data_dir}"
    assert second.lines == [f"{running}; choose another DATA_DIR and PORT"]
    assert first.is_serving()


def test_two_installations_run_side_by_side(launch: Launch, tmp_path: Path) -> None:
    first, second = launch(), launch(DATA_DIR=str(tmp_path / "another"))

    first.wait_until_it_serves()
    second.wait_until_it_serves()

    assert first.ask() != second.ask()


def test_a_very_long_path_is_no_obstacle(launch: Launch, tmp_path: Path) -> None:
    start = launch(DATA_DIR=str(tmp_path / ("long " * 20) / ("longer " * 20)))

    start.wait_until_it_serves()

    assert start.end() == 0


def test_a_port_in_use_is_named(launch: Launch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        start = launch(PORT=str(other.getsockname()[1]))
        code = start.finish()

    assert (code, start.lines) == (
        1, [f"PORT={start.port} is in use by another program; choose another, such as PORT={start.port + 1}"],
    )  # fmt: skip


@pytest.mark.parametrize("port", ["eighty", "0", "65536", "-1", "8000.5"])
def test_a_port_that_is_none_is_refused(launch: Launch, port: str) -> None:
    start = launch(PORT=port)

    code = start.finish()

    assert (code, start.lines) == (
        1, [f"PORT={port} is not a port: give a number from 1 to 65535, such as PORT=8001"],
    )  # fmt: skip


def test_an_address_of_another_machine_is_refused(launch: Launch) -> None:
    start = launch(HOST="192.0.2.1")

    code = start.finish()

    assert (code, len(start.lines)) == (1, 1)
    assert start.lines[0].startswith("HOST=192.0.2.1 is no address of this machine")


@pytest.mark.parametrize(
    ("name", "url", "complaint"),
    [
        ("DATABASE_URL", "postgres://me:secret@127.0.0.1:1/db", "DATABASE_URL: no database at 127.0.0.1:1/db: "),
        ("DATABASE_URL", "sqlite:///db", "DATABASE_URL begins with 'sqlite'; it must read postgres://"),
        ("REDIS_URL", "redis://:secret@127.0.0.1:1/0", "REDIS_URL: no Redis or Valkey at 127.0.0.1:1/0: "),
        ("REDIS_URL", "http://127.0.0.1", "REDIS_URL: no Redis or Valkey at 127.0.0.1: "),
    ],
)
def test_a_server_that_does_not_answer_is_named_and_its_password_is_not(
    launch: Launch, name: str, url: str, complaint: str
) -> None:
    start = launch(**SHARED | {name: url})

    code = start.finish()

    told = [line for line in start.lines if name in line]
    assert (code, len(told)) == (1, 1)
    assert told[0].startswith(complaint)
    assert "secret" not in told[0]


def test_servers_of_ones_own_take_the_place_of_ours(launch: Launch) -> None:
    start = launch(**SHARED)

    start.wait_until_it_serves()

    assert start.ask() == SHARED["DATABASE_URL"]
    assert sorted(path.name for path in start.data_dir.iterdir() if path.is_dir()) == ["logs"]


def test_a_data_folder_that_is_a_file_is_refused(launch: Launch, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    start = launch(DATA_DIR=str(tmp_path / "file"))

    assert (start.finish(), start.lines) == (
        1, [f"DATA_DIR={tmp_path / 'file'} cannot be used: file exists; choose another DATA_DIR"],
    )  # fmt: skip


def test_a_failed_preparation_shows_why_and_leaves_nothing_running(launch: Launch) -> None:
    start = launch(**SHARED, FAULT="prepare")

    code = start.finish()

    assert code == 1
    assert "SECRET_KEY is too short." in start.lines
    assert start.lines[-1].startswith("The preparation failed; ")


def test_a_process_that_cannot_start_shows_why_and_leaves_nothing_running(launch: Launch) -> None:
    start = launch(**SHARED, FAULT="web")

    code = start.finish()

    assert code == 1
    assert "No module named nothing" in start.lines
    assert start.lines[-1].startswith("web ended while starting; ")


def test_what_a_killed_launcher_left_is_ended_but_never_a_stranger_with_its_number(launch: Launch) -> None:
    start = launch(**SHARED)
    stranger = psutil.Process(os.getpid())
    start.wait_until_it_serves()
    start.process.kill()
    start.finish()
    (start.data_dir / "processes.json").write_text(f'[{{"pid": {stranger.pid}, "created": 1.0}}]')

    again = launch(**SHARED)
    again.wait_until_it_serves()

    assert stranger.is_running()
    assert stranger.pid not in again.recorded
