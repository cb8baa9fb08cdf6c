"""The folder that keeps backups: one below it for each, the unfinished one apart, never two writers."""

import datetime
import fcntl
import os
import re
import shutil
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from omnichannel.backup import manifest
from omnichannel.backup.errors import CannotContinue

UNFINISHED: Final = "unfinished"
REMOVING: Final = ".removing"
FINISHED: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}Z(-\d+)?")


def named(text: str) -> Path:
    """Return the folder that somebody named on a command line; an empty name, of a variable not set, is none."""
    if not text.strip():
        raise ArgumentTypeError("name the folder that keeps backups")
    return Path(text).expanduser().resolve()


@contextmanager
def writing(folder: Path) -> Iterator[Path]:
    """Give the unfinished backup to work on, what an earlier try left in it included."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    before = os.umask(0o077)
    try:
        with (folder / ".lock").open("w") as lock:
            _take(lock.fileno(), folder)
            remove_leftovers(folder)
            unfinished = folder / UNFINISHED
            unfinished.mkdir(exist_ok=True)
            yield unfinished
    finally:
        os.umask(before)


def finished(folder: Path) -> list[Path]:
    """Return the finished backups in a folder, the oldest first."""
    if not folder.is_dir():
        return []
    found = [path for path in folder.iterdir() if FINISHED.fullmatch(path.name) and (path / manifest.NAME).is_file()]
    return sorted(found, key=_age)


def chosen(folder: Path) -> Path:
    """Return the folder itself where it is a backup, else the newest finished one in it."""
    if (folder / manifest.NAME).is_file():
        return folder
    backups = finished(folder)
    if backups:
        return backups[-1]
    if (folder / UNFINISHED).is_dir():
        raise CannotContinue(f"{folder} holds no finished backup, only one that was broken off.")
    raise CannotContinue(f"{folder} holds no backup: name the folder given to manage.py backup, or one backup in it.")


def finish(unfinished: Path, taken_at: datetime.datetime) -> Path:
    """Give the backup its name, by which it counts as finished; return where it is now."""
    base = taken_at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
    name, number = base, 1
    while (unfinished.parent / name).exists():
        number += 1
        name = f"{base}-{number}"
    # A crash of the machine must not leave the name without the contents.
    os.sync()
    return unfinished.rename(unfinished.parent / name)


def prune(folder: Path, keep: int) -> list[Path]:
    """Remove all finished backups but the newest ones; return which are gone."""
    old = finished(folder)[:-keep]
    for backup in old:
        _remove(backup)
    return old


def remove_leftovers(folder: Path) -> None:
    """Remove what a broken-off pruning left."""
    for path in folder.glob(f"*{REMOVING}"):
        shutil.rmtree(path)


def _remove(backup: Path) -> None:
    # Renamed first: half a backup never looks like a whole one.
    shutil.rmtree(backup.rename(backup.with_name(f"{backup.name}{REMOVING}")))


def _age(backup: Path) -> tuple[str, int]:
    name, _, number = backup.name.partition("Z")
    return name, int(number.removeprefix("-") or 1)


def _take(lock: int, folder: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as fault:
        raise CannotContinue(f"Another backup into {folder} is under way.") from fault
