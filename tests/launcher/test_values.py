"""What the launcher reads and writes: options, keys, logs, the welcome."""

from pathlib import Path

import pytest

from omnichannel.launcher.errors import CannotStart
from omnichannel.launcher.keys import kept_keys
from omnichannel.launcher.logs import LIMIT, Log, warning_in
from omnichannel.launcher.options import read_options
from omnichannel.launcher.private import read_values, write_values
from omnichannel.launcher.welcome import welcome


def test_without_a_word_the_product_runs_on_port_8000_of_this_machine(tmp_path: Path) -> None:
    options = read_options({"PORT": "", "DATA_DIR": ""}, tmp_path)

    assert (options.data_dir, options.base_url) == (tmp_path / "var", "http://127.0.0.1:8000")


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# ours\nexport PORT=9000\nHOST='::1'\nDATABASE_URL=\"postgres://h/d?a=b\"\n")

    options = read_options({"PORT": "9001"}, tmp_path)

    assert (options.base_url, options.database_url) == ("http://[::1]:9001", "postgres://h/d?a=b")


def test_an_address_for_everybody_is_shown_as_one_that_a_browser_reaches(tmp_path: Path) -> None:
    assert read_options({"HOST": "0.0.0.0"}, tmp_path).base_url == "http://127.0.0.1:8000"


def test_a_relative_folder_is_meant_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert read_options({"DATA_DIR": "my data"}, Path("/elsewhere")).data_dir == tmp_path / "my data"


@pytest.mark.parametrize("port", ["²", "１２", "8000 ", "0x1f"])
def test_only_plain_digits_are_a_port(port: str, tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="is not a port"):
        read_options({"PORT": port}, tmp_path)


def test_a_secret_that_joins_later_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "secrets.env"
    write_values(path, {"SECRET_KEY": "old", "FIELD_KEYS": "k0:old=="})

    keys = kept_keys(path)

    assert (keys["SECRET_KEY"], keys["FIELD_KEYS"]) == ("old", "k0:old==")
    assert read_values(path) == keys
    assert list(keys) == ["SECRET_KEY", "FIELD_KEYS"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"level": "info", "event": "Receipt applied"}', None),
        ('{"level": "warning", "event": "Receipt parked"}', "WARNING Receipt parked"),
        (
            '{"level": "error", "event": "Task failed", "exception": "Traceback\\n  File\\nValueError: no"}',
            "ERROR Task failed ValueError: no",
        ),
        ("[2026-11-22 15:00:00: INFO/MainProcess] ready", None),
        (
            "[2026-11-22 15:00:00: ERROR/MainProcess] Connection lost",
            "[2026-11-22 15:00:00: ERROR/MainProcess] Connection lost",
        ),
        ("ModuleNotFoundError: No module named 'x'", "ModuleNotFoundError: No module named 'x'"),
        ('{"level": "warning", "event": "Not Found: /favicon.ico", "logger": "django.request"}', None),
        ("[1, 2]", None),
    ],
)
def test_the_terminal_is_told_what_warns(line: str, told: str | None) -> None:
    assert warning_in(line) == told


def test_a_log_is_bounded_and_keeps_the_one_before(tmp_path: Path) -> None:
    log = Log(tmp_path / "logs" / "web.log")
    for line in ("x" * (LIMIT + 1), "then\n", "last\n"):
        log.write(line)

    assert log.path.read_text() == "then\nlast\n"
    assert log.path.with_name("web.log.1").stat().st_size == LIMIT + 1
    log.close()


def test_a_log_that_finds_no_room_for_another_file_still_takes_lines(tmp_path: Path) -> None:
    log = Log(tmp_path / "web.log")
    (tmp_path / "web.log.1" / "in the way").mkdir(parents=True)
    log.write("x" * (LIMIT + 1))

    log.write("lost\n")
    (tmp_path / "web.log.1" / "in the way").rmdir()
    (tmp_path / "web.log.1").rmdir()
    log.write("kept\n")

    assert log.path.read_text() == "kept\n"
    log.close()


def test_without_demo_data_the_welcome_names_no_sign_ins() -> None:
    shown = welcome("http://127.0.0.1:8000", [("Portal", "/admin/")], "CommandError")

    assert shown.split("\n") == [
        "",
        "Omnichannel is running at http://127.0.0.1:8000",
        "",
        "  Portal              http://127.0.0.1:8000/admin/",
        "",
        "Ctrl-C stops everything.",
        "",
    ]
