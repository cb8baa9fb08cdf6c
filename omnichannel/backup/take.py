"""Takes a backup: the database as of one moment, then every stored file that it names.

Deletions of files wait until all are copied. A backup that was broken off is continued: its files stay, and the
database is dumped anew, since files may have gone in the meantime.
"""

import datetime
import os
import subprocess
import tempfile
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from django.conf import settings

from omnichannel.backup import folder as folders
from omnichannel.backup import manifest, reading
from omnichannel.backup.errors import CannotContinue
from omnichannel.backup.files import Copies
from omnichannel.backup.installation import Installation, connected
from omnichannel.backup.manifest import Manifest, Media
from omnichannel.backup.programs import Programs, find_programs, last_line
from omnichannel.backup.progress import Progress, size
from omnichannel.backup.sums import NAME as SUMS
from omnichannel.backup.sums import part_of, write_sums
from omnichannel.common.standstill import deletions_waiting

DATABASE: Final = "database.dump"
LOOK_EVERY: Final = 0.2
SECONDS_BETWEEN_SIGNS: Final = 10.0


@dataclass(frozen=True)
class Dumped:
    """What was read of the database in the snapshot that was dumped."""

    taken_at: datetime.datetime
    manifest: dict[str, object]
    names: list[str]


def take_backup(
    folder: Path, installation: Installation, progress: Progress, *, keep: int = 0, full: bool = False
) -> Path:
    """Add a backup to the folder and return it; ``keep`` leaves that many, ``full`` copies what is there already."""
    with folders.writing(folder) as unfinished, connected(installation) as link:
        programs = find_programs(reading.server_major(link))
        (unfinished / manifest.NAME).unlink(missing_ok=True)
        with deletions_waiting(link):
            dumped = _dump(installation, link, programs, unfinished, progress)
            copies = _copies(folder, unfinished, installation, full=full)
            _bring_all(copies, dumped.names, link, progress)
            # A connection that broke held up no deletion: then this backup may lack files.
            link.execute("SELECT 1")
        _seal(unfinished, dumped, copies)
        backup = folders.finish(unfinished, dumped.taken_at)
        for old in folders.prune(folder, keep) if keep else []:
            progress.say(f"Removed the old backup {old.name}.")
    return backup


def _dump(
    installation: Installation, link: reading.Link, programs: Programs, unfinished: Path, progress: Progress
) -> Dumped:
    with _snapshot(link):
        link.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        found = link.execute("SELECT pg_export_snapshot()").fetchone()
        target = unfinished / DATABASE
        _run_dump(programs, installation, str(found[0]) if found else "", target, progress)
        facts = _facts(installation, link, programs, target, progress)
        return Dumped(reading.now(link), facts, list(reading.stored_names(link)))


def _snapshot(link: reading.Link) -> AbstractContextManager[psycopg.Transaction]:
    link.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    link.read_only = True
    return link.transaction()


def _run_dump(programs: Programs, installation: Installation, snapshot: str, target: Path, progress: Progress) -> None:
    words = [
        programs.path("pg_dump"), "--format=custom", f"--snapshot={snapshot}", f"--file={target}", "--no-password",
        "--no-owner", "--no-privileges", "--no-comments", "--no-blobs",
    ]  # fmt: skip
    with tempfile.TemporaryFile("w+") as said:
        with subprocess.Popen(words, env=os.environ | installation.variables, stderr=said) as process:
            while not _has_ended(process):
                progress.show(f"Database: {size(target.stat().st_size if target.exists() else 0)} written")
        if process.returncode != 0:
            said.seek(0)
            raise CannotContinue(f"The database could not be dumped: {last_line(said.read())}")


def _has_ended(process: "subprocess.Popen[bytes]") -> bool:
    try:
        process.wait(LOOK_EVERY)
    except subprocess.TimeoutExpired:
        return False
    return True


def _facts(
    installation: Installation, link: reading.Link, programs: Programs, target: Path, progress: Progress
) -> dict[str, object]:
    used = reading.key_ids(link)
    for name in sorted(used - installation.keys.keys()):
        progress.say(f"Warning: secrets are sealed with the key {name}, which FIELD_KEYS does not hold.")
    return {
        "product": settings.SPECTACULAR_SETTINGS["VERSION"],
        "server": reading.server_major(link),
        "programs": programs.major,
        "migrations": reading.migrations(link),
        "rows": reading.rows(link),
        "keys": {name: installation.keys[name] for name in sorted(used & installation.keys.keys())},
        "database": part_of(target),
    }


def _copies(folder: Path, unfinished: Path, installation: Installation, *, full: bool) -> Copies:
    earlier = [] if full else folders.finished(folder)
    return Copies(installation.media, unfinished, earlier[-1] if earlier else None)


def _bring_all(copies: Copies, names: list[str], link: reading.Link, progress: Progress) -> None:
    for number, name in enumerate(_with_signs_of_life(names, link), 1):
        copies.bring(name)
        progress.show(f"Files: {number:,} of {len(names):,}, {size(copies.bytes)}")
    copies.remove_others()
    for name in copies.missing:
        progress.say(f"Warning: {name} is missing in the media folder; the backup lacks it, too.")


def _with_signs_of_life(names: Iterable[str], link: reading.Link) -> Iterable[str]:
    """Yield the names, and use the connection that holds the lock now and then, so that nobody closes it."""
    due_at = time.monotonic() + SECONDS_BETWEEN_SIGNS
    for name in names:
        if time.monotonic() > due_at:
            link.execute("SELECT 1")
            due_at = time.monotonic() + SECONDS_BETWEEN_SIGNS
        yield name


def _seal(unfinished: Path, dumped: Dumped, copies: Copies) -> None:
    write_sums(unfinished, copies.sums)
    media = Media(files=len(copies.sums), bytes=copies.bytes, missing=copies.missing)
    sealed = Manifest.model_validate(
        dumped.manifest | {"taken_at": dumped.taken_at, "sums": part_of(unfinished / SUMS), "media": media}
    )
    (unfinished / manifest.NAME).write_text(sealed.model_dump_json(indent=2) + "\n")
