"""An installation with conversations and files, and empty ones to restore into; real servers, real programs."""

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management.base import OutputWrapper
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from omnichannel.backup.installation import Installation, fingerprints
from omnichannel.backup.programs import find_programs
from omnichannel.backup.progress import Progress
from omnichannel.backup.restore import Restored, restore_backup
from omnichannel.backup.take import take_backup

ROOT = Path(__file__).parents[2]
WORKER = f"{os.getpid()}"


@dataclass(frozen=True)
class Site:
    """An installation of its own: a database on the servers of this test run, and a data folder."""

    url: str
    data_dir: Path

    @property
    def installation(self) -> Installation:
        """What backups are made of here."""
        database = {name: str(value) for name, value in conninfo_to_dict(_plain(self.url)).items()}
        return Installation(database, self.data_dir / "media", fingerprints(os.environ["FIELD_KEYS"].split(",")))

    @property
    def environment(self) -> dict[str, str]:
        """What a command needs to work here."""
        mine = {"DATABASE_URL": self.url, "DATA_DIR": str(self.data_dir)}
        return {name: value for name, value in os.environ.items() if name != "PYTEST_XDIST_WORKER"} | mine

    def command(self, *words: str) -> list[str]:
        """Return the command line of a management command."""
        return [sys.executable, str(ROOT / "manage.py"), *words]

    def manage(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a management command."""
        return subprocess.run(
            self.command(*words), env=self.environment | environment, capture_output=True, text=True, check=False
        )

    def rows(self) -> dict[str, tuple[int, str | None]]:
        """Return how many rows each table has, and a hash of them all."""
        with psycopg.connect(_plain(self.url)) as link:
            names = [name for (name,) in link.execute("SELECT relname FROM pg_class WHERE relkind = 'r' "
                                                      "AND relnamespace = 'public'::regnamespace")]  # fmt: skip
            # A revision is the number of a transaction, and so another in each database.
            query = """SELECT count(*), md5(string_agg(row::text, '|' ORDER BY row::text))
                         FROM (SELECT to_jsonb(each) - 'revision' AS row FROM "{}" AS each) AS rows"""
            return {name: link.execute(query.format(name)).fetchone() or (0, None) for name in names}

    def files(self) -> dict[str, str]:
        """Return the hash of each stored file."""
        media = self.data_dir / "media"
        return {
            path.relative_to(media).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in media.rglob("*")
            if path.is_file()
        }


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return an installation with the demo's conversations and files; tests leave it as it is."""
    with _site(f"filled_{WORKER}", tmp_path_factory.mktemp("filled")) as site:
        for command in ("migrate", "demo"):
            done = site.manage(command, "-v0")
            assert done.returncode == 0, done.stderr
        yield site


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Site]:
    """Return an installation that holds nothing."""
    with _site(f"empty_{WORKER}", tmp_path / "empty") as site:
        yield site


@pytest.fixture
def used(filled: Site, tmp_path: Path) -> Iterator[Site]:
    """Return a copy of the filled installation, to be changed."""
    data_dir = tmp_path / "used"
    shutil.copytree(filled.data_dir, data_dir)
    with _site(f"used_{WORKER}", data_dir, template=f"filled_{WORKER}") as site:
        yield site


@dataclass
class Operator:
    """Who takes and restores backups, and what was printed."""

    folder: Path
    out: StringIO

    def take(self, site: Site, *, keep: int = 0, full: bool = False) -> Path:
        """Return a new backup."""
        return take_backup(self.folder, site.installation, self.progress, keep=keep, full=full)

    def restore(self, backup: Path, site: Site, *, replace_all: bool = False) -> Restored:
        """Restore into a site."""
        return restore_backup(backup, site.installation, self.progress, replace=replace_all)

    def restore_with(self, backup: Path, site: Site, keys: dict[str, str]) -> Restored:
        """Restore into a site with other keys."""
        return restore_backup(backup, replace(site.installation, keys=keys), self.progress)

    @property
    def progress(self) -> Progress:
        """Where it is printed."""
        return Progress(OutputWrapper(self.out))


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    """Return who takes backups into a folder of this test."""
    return Operator(tmp_path / "backups", StringIO())


Disguise = Callable[..., Path]


@pytest.fixture
def disguised(tmp_path: Path) -> Disguise:
    """Make a folder of PostgreSQL's programs in which some are replaced by shell scripts."""
    real = find_programs(14).folder

    def make(**scripts: str) -> Path:
        folder = tmp_path / "programs"
        folder.mkdir()
        for name in ("pg_dump", "pg_restore", "psql"):
            script = scripts.get(name, 'exec REAL "$@"').replace("REAL", shlex.quote(str(real / name)))
            (folder / name).write_text(f"#!/bin/sh\n{script}\n")
            (folder / name).chmod(0o755)
        return folder

    return make


class _Site:
    """A database that is gone afterwards."""

    def __init__(self, name: str, data_dir: Path, template: str) -> None:
        self._name, self._template = name, template
        self._site = Site(re.sub(r"/[^/?]+(\?|$)", rf"/{name}\1", os.environ["DATABASE_URL"]), data_dir)
        data_dir.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Site:
        self._drop()
        self._run(f'CREATE DATABASE "{self._name}" TEMPLATE "{self._template}"')
        return self._site

    def __exit__(self, *_fault: object) -> None:
        self._drop()

    def _drop(self) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{self._name}" WITH (FORCE)')

    def _run(self, statement: str) -> None:
        with psycopg.connect(_plain(os.environ["DATABASE_URL"]), autocommit=True) as link:
            link.execute(statement)


def _site(name: str, data_dir: Path, template: str = "template1") -> _Site:
    return _Site(name, data_dir, template)


def _plain(url: str) -> str:
    return make_conninfo(re.sub(r"^\w+://", "postgresql://", url))
