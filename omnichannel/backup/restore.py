"""Brings a backup back: all that can be wrong is looked at first, then files, then the database in one transaction.

Files come before rows, since they only add to a folder under names that never change their content: whatever ends a
restore, the database is as it was or as it was backed up, and the same command goes on.
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from omnichannel.backup import reading
from omnichannel.backup.check import check_backup
from omnichannel.backup.errors import CannotContinue
from omnichannel.backup.files import copy_hashed
from omnichannel.backup.installation import Installation, connected
from omnichannel.backup.manifest import Manifest, read_manifest
from omnichannel.backup.programs import Programs, find_programs, last_line
from omnichannel.backup.progress import Progress, size
from omnichannel.backup.sums import CHUNK, hash_of, read_sums
from omnichannel.backup.take import DATABASE

OTHERS: Final = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
EMPTY_IT: Final = """
SET LOCAL lock_timeout = '10s';
DO $$
DECLARE each record;
BEGIN
    FOR each IN
        SELECT c.relname, c.relkind FROM pg_class c
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
           AND NOT EXISTS (SELECT FROM pg_depend d
                            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('e', 'a', 'i'))
    LOOP
        EXECUTE format('DROP %s IF EXISTS public.%I CASCADE',
                       CASE each.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                                         WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, each.relname);
    END LOOP;
    FOR each IN
        SELECT p.oid::regprocedure AS routine FROM pg_proc p
         WHERE p.pronamespace = 'public'::regnamespace
           AND NOT EXISTS (SELECT FROM pg_depend d
                            WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
    LOOP
        EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', each.routine);
    END LOOP;
END $$;
"""
COUNT_IT: Final = """
DO $$
DECLARE each record; found bigint;
BEGIN
    FOR each IN SELECT key AS name, value::bigint AS expected FROM jsonb_each_text({rows}::jsonb)
    LOOP
        EXECUTE format('SELECT count(*) FROM public.%I', each.name) INTO found;
        IF found <> each.expected THEN
            RAISE EXCEPTION '% has % rows, the backup counted %', each.name, found, each.expected;
        END IF;
    END LOOP;
END $$;
"""
# The number of the transaction that changed it last is this one's: that of a server which counted further would be
# news to every console, again and again.
START_ANEW: Final = b"UPDATE public.conversations_conversation SET revision = pg_current_xact_id()::text::bigint;\n"
# Named by pg_restore 17 and newer whatever the server; older ones refuse it.
TOO_NEW: Final = b"SET transaction_timeout = 0;\n"
KNOWS_TRANSACTION_TIMEOUT: Final = 17


@dataclass(frozen=True)
class Restored:
    """What a restore brought back, and whether the code is ahead of it."""

    manifest: Manifest
    needs_migrating: bool


def restore_backup(backup: Path, installation: Installation, progress: Progress, *, replace: bool = False) -> Restored:
    """Make the installation what it was; raise CannotContinue, with nothing touched, where that cannot be done."""
    manifest = read_manifest(backup)
    is_behind = _check_migrations(manifest)
    _check_keys(manifest, installation)
    programs, server = _check_database(manifest, installation, replace=replace)
    check_backup(backup, progress)
    _bring_files(backup, installation.media, progress)
    rows = _Rows(backup, manifest, installation, programs, server)
    rows.bring(progress, replace=replace)
    return Restored(manifest, is_behind)


def _check_migrations(manifest: Manifest) -> bool:
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations or {}}
    unknown = sorted(set(manifest.migrations) - known)
    if unknown:
        raise CannotContinue(
            f"The backup comes from a newer version, {manifest.product}, or from one with SIMULATOR on: "
            f"here {_first(unknown)} is unknown. Install that version, or set SIMULATOR as it was."
        )
    return bool(known - set(manifest.migrations))


def _check_keys(manifest: Manifest, installation: Installation) -> None:
    absent = sorted(manifest.keys.keys() - installation.keys.keys())
    if absent:
        raise CannotContinue(
            f"FIELD_KEYS lacks the key {_first(absent)}, which secrets in this backup are sealed with: "
            "put the secrets.env of that installation in place, or add its FIELD_KEYS to yours."
        )
    other = sorted(name for name, print_ in manifest.keys.items() if installation.keys[name] != print_)
    if other:
        raise CannotContinue(
            f"The key {_first(other)} in FIELD_KEYS is not the one of that name which secrets here are sealed with: "
            "put the secrets.env of that installation in place."
        )


def _check_database(manifest: Manifest, installation: Installation, *, replace: bool) -> tuple[Programs, int]:
    with connected(installation) as link:
        server = reading.server_major(link)
        if server < manifest.server:
            raise CannotContinue(
                f"The backup comes from PostgreSQL {manifest.server}, and the server here is {server}: "
                f"restore into PostgreSQL {manifest.server} or newer."
            )
        if reading.tables(link) and not replace:
            raise CannotContinue(
                "The database holds tables already. Name an empty one in DATABASE_URL, or add --replace to give up all "
                "that is in this one."
            )
        others = link.execute(OTHERS).fetchone()
        if others and others[0]:
            raise CannotContinue(
                f"The database is in use by {others[0]} other connection(s): stop web, worker and beat on every host "
                "(Ctrl-C ends make run), and close other programs; see docs/backup.md."
            )
    return find_programs(manifest.programs), server


def _bring_files(backup: Path, media: Path, progress: Progress) -> None:
    sums = read_sums(backup)
    for number, (name, sha256) in enumerate(sums.items(), 1):
        target = media / name
        if not (target.is_file() and hash_of(target) == sha256):
            target.parent.mkdir(parents=True, exist_ok=True)
            copy_hashed(backup / "media" / name, target)
            target.chmod(0o600)
        progress.show(f"Files: {number:,} of {len(sums):,}")


@dataclass(frozen=True)
class _Rows:
    """The database of a backup, and where it goes."""

    backup: Path
    manifest: Manifest
    installation: Installation
    programs: Programs
    server: int

    def bring(self, progress: Progress, *, replace: bool) -> None:
        """Have psql run the dump between BEGIN and a COMMIT that is only sent when all of it has come."""
        rows = sql.Literal(json.dumps(self.manifest.rows)).as_string()
        with _psql(self.programs, self.installation) as script:
            script.write(b"BEGIN;\n" + (EMPTY_IT.encode() if replace else b""))
            with _dump_as_sql(self.programs, self.backup / DATABASE) as dump:
                _pour(dump, script, self.server, progress)
            script.write(COUNT_IT.replace("{rows}", rows).encode() + START_ANEW + b"COMMIT;\n")
        with connected(self.installation) as link:
            link.execute("ANALYZE")


@contextmanager
def _psql(programs: Programs, installation: Installation) -> Iterator[IO[bytes]]:
    words = [programs.path("psql"), "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", "--file=-"]
    variables = os.environ | installation.variables
    with tempfile.TemporaryFile("w+") as said, subprocess.Popen(
        words, env=variables, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said
    ) as process:  # fmt: skip
        assert process.stdin  # noqa: S101 - a pipe was asked for
        try:
            yield process.stdin
            process.stdin.close()
        except BrokenPipeError:
            # psql has ended, and says why.
            with suppress(BrokenPipeError):
                process.stdin.close()
        if process.wait() != 0:
            said.seek(0)
            raise CannotContinue(f"The database could not be restored, and is as it was: {last_line(said.read())}")


@contextmanager
def _dump_as_sql(programs: Programs, dump: Path) -> Iterator[IO[bytes]]:
    words = [programs.path("pg_restore"), "--no-owner", "--no-privileges", "--no-comments", "--file=-", str(dump)]
    with tempfile.TemporaryFile("w+") as said:
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=said) as process:
            assert process.stdout  # noqa: S101 - a pipe was asked for
            yield process.stdout
        if process.returncode != 0:
            said.seek(0)
            raise CannotContinue(f"The dump cannot be read; the database is as it was: {last_line(said.read())}")


def _pour(dump: IO[bytes], script: IO[bytes], server: int, progress: Progress) -> None:
    head = dump.read(CHUNK)
    script.write(head if server >= KNOWS_TRANSACTION_TIMEOUT else head.replace(TOO_NEW, b"", 1))
    poured = len(head)
    while chunk := dump.read(CHUNK):
        script.write(chunk)
        poured += len(chunk)
        progress.show(f"Database: {size(poured)} read")


def _first(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
