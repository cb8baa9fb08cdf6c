"""The command line: throw-away surroundings for a command, and every check in one go."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from omnichannel.launcher import check
from omnichannel.launcher.check import Check
from omnichannel.launcher.lock import hold

PROJECT = Path(__file__).parents[2]


def _launcher(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "omnichannel.launcher", *words], cwd=PROJECT, capture_output=True, text=True,
        env={"PATH": os.environ["PATH"]} | environment, check=False,
    )  # fmt: skip


def test_a_command_finds_servers_and_its_exit_code_counts() -> None:
    source = (
        "import os, psycopg, redis, sys;"
        "psycopg.connect(os.environ['DATABASE_URL']).close(); redis.Redis.from_url(os.environ['REDIS_URL']).ping();"
        "print(os.environ['DATA_DIR']); sys.exit(7)"
    )

    done = _launcher("exec", "--", sys.executable, "-c", source)

    assert (done.returncode, done.stderr) == (7, "")
    assert not Path(done.stdout.strip()).exists()


def test_servers_that_the_environment_names_are_used_as_they_are() -> None:
    shared = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}

    done = _launcher("exec", "--", "/bin/sh", "-c", "echo $DATABASE_URL $REDIS_URL; ls $DATA_DIR", **shared)

    assert done.stdout.split() == list(shared.values())


def test_a_command_that_does_not_exist_is_named() -> None:
    shared = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}

    done = _launcher("exec", "--", "no-such-command", **shared)

    assert (done.returncode, done.stderr) == (1, "no-such-command: No such file or directory\n")


def test_every_failing_check_is_shown(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    checks = [("good", "print('fine')"), ("bad", "raise SystemExit('a fault')"), ("worse", "raise SystemExit('two')")]
    monkeypatch.setattr(check, "CHECKS", [Check(name, (sys.executable, "-c", code)) for name, code in checks])

    code = check.main()

    errors = capsys.readouterr().err
    assert (code, errors) == (1, "\n--- bad ---\na fault\n\n--- worse ---\ntwo\n\nFailed: bad, worse\n")


def test_a_command_gets_the_servers_and_keys_of_its_installation_and_nothing_else(tmp_path: Path) -> None:
    shared = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")} | {"DATA_DIR": str(tmp_path)}
    words = ("alone", "--", "/bin/sh", "-c", "echo $DATABASE_URL $FIELD_KEYS")

    first, second = _launcher(*words, **shared), _launcher(*words, **shared)

    assert first.stdout == second.stdout
    assert first.stdout.startswith(f"{shared['DATABASE_URL']} k1:")


def test_a_command_does_not_get_what_runs(tmp_path: Path) -> None:
    shared = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")} | {"DATA_DIR": str(tmp_path)}

    with hold(tmp_path, "http://127.0.0.1:8000"):
        done = _launcher("alone", "--", "/bin/true", **shared)

    assert done.returncode == 1
    assert done.stderr.startswith("Already running at http://127.0.0.1:8000")
