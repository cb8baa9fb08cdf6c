"""A wrong setting is one line that names it, whichever process reads it first."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def manage(*words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run a management command in a process of its own, with these settings."""
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *words],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SEND_THREADS", "many", "SEND_THREADS cannot be read: invalid literal for int() with base 10: 'many'"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL is not one of DEBUG, INFO, WARNING, ERROR, CRITICAL: loud"),
    ],
)
def test_a_value_that_cannot_be_read_is_named(name: str, value: str, said: str) -> None:
    done = manage("check", **{name: value})

    assert (done.returncode, done.stderr) == (1, f"A setting is missing or wrong: {said}\n")


def test_a_value_that_makes_no_sense_fails_the_check_with_a_hint() -> None:
    done = manage("check", BASE_URL="nonsense")

    assert done.returncode == 1
    assert "BASE_URL is not a web address: nonsense\n\tHINT: Set BASE_URL to the address" in done.stderr


@pytest.mark.parametrize("simulator", ["off", "on"])
def test_a_database_that_is_away_fails_the_check_of_it_with_a_hint(simulator: str) -> None:
    away = {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "SIMULATOR": simulator}

    done = manage("check", "--database", "default", **away)

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "The database cannot be asked: connection failed: " in done.stderr
    assert "\tHINT: See that PostgreSQL runs, and set DATABASE_URL=postgres://" in done.stderr
    assert "System check identified 1 issue" in done.stderr
