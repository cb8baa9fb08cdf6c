"""Bringing an installation back: whole, or with nothing touched and one line that says why."""

import json
import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import LazySettings

from omnichannel.backup.errors import CannotContinue
from tests.backup.conftest import Disguise, Operator, Site
from tests.journeys.running import eventually

READ = """
import json
from channels_app.models import MspConnection
from django.test import Client
from omnichannel.demo import identities
client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {identities.api_token()}"})
conversations = client.get("/api/v1/conversations/").json()["results"]
first = conversations[0]["id"]
secret = MspConnection.objects.get().secret
print(json.dumps([secret, conversations, client.get(f"/api/v1/conversations/{first}/messages/").json()]))
"""


@pytest.fixture(scope="session")
def backup(filled: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a backup of the filled installation; tests leave it as it is."""
    folder = tmp_path_factory.mktemp("backups")
    done = filled.manage("backup", str(folder))
    assert done.returncode == 0, done.stderr
    return next(path for path in folder.iterdir() if (path / "manifest.json").exists())


def altered(backup: Path, folder: Path, **changes: Any) -> Path:
    """Return a copy of a backup with another manifest."""
    copy = folder / "altered"
    subprocess.run(["/bin/cp", "-a", str(backup), str(copy)], check=True)
    manifest = json.loads((copy / "manifest.json").read_text())
    (copy / "manifest.json").write_text(json.dumps(manifest | changes))
    return copy


def test_all_rows_and_files_come_back(backup: Path, filled: Site, empty: Site, operator: Operator) -> None:
    restored = operator.restore(backup, empty)

    assert empty.rows() == filled.rows()
    assert empty.files() == filled.files()
    assert restored.needs_migrating is False


def test_what_was_restored_serves(backup: Path, filled: Site, empty: Site) -> None:
    done = empty.manage("restore", str(backup))

    assert (done.returncode, done.stderr) == (0, "")
    before, after = (site.manage("shell", "-v0", "-c", READ) for site in (filled, empty))
    assert after.returncode == 0, after.stderr
    assert json.loads(after.stdout) == json.loads(before.stdout)
    assert len(json.loads(after.stdout)[2]["results"]) > 1


def test_what_was_restored_needs_no_migration_and_counts_on(backup: Path, empty: Site, operator: Operator) -> None:
    operator.restore(backup, empty)

    assert empty.manage("migrate", "--check").returncode == 0
    with psycopg.connect(empty.url.replace("postgres://", "postgresql://")) as link:
        found = link.execute(
            "INSERT INTO conversations_doomedfile (path, doomed_at) VALUES ('x', now()) RETURNING id"
        ).fetchone()
    assert found


def test_what_was_restored_is_no_news_for_ever_where_transactions_are_counted_lower(
    used: Site, empty: Site, operator: Operator
) -> None:
    with psycopg.connect(used.url.replace("postgres://", "postgresql://")) as link:
        link.execute("UPDATE conversations_conversation SET revision = 2::bigint ^ 60")

    operator.restore(operator.take(used), empty)

    with psycopg.connect(empty.url.replace("postgres://", "postgresql://")) as link:
        unseen = "SELECT count(*) FROM conversations_conversation WHERE revision >= pg_current_xact_id()::text::bigint"
        assert link.execute(unseen).fetchone() == (0,)


def test_a_database_with_tables_is_left_alone(backup: Path, used: Site, operator: Operator) -> None:
    before = used.rows()

    with pytest.raises(CannotContinue, match=r"^The database holds tables already\."):
        operator.restore(backup, used)

    assert used.rows() == before


def test_replace_gives_up_what_was_there(backup: Path, filled: Site, used: Site, operator: Operator) -> None:
    with psycopg.connect(used.url.replace("postgres://", "postgresql://")) as link:
        link.execute("CREATE TABLE of_a_newer_version (id int PRIMARY KEY, message bigint)")
        link.execute("DELETE FROM conversations_reference")
        link.execute("UPDATE conversations_message SET body = 'changed' WHERE erased_at IS NULL")

    operator.restore(backup, used, replace_all=True)

    assert used.rows() == filled.rows()


def test_a_database_in_use_is_left_alone(backup: Path, empty: Site, operator: Operator) -> None:
    with (
        psycopg.connect(empty.url.replace("postgres://", "postgresql://")),
        pytest.raises(CannotContinue, match=r"in use by 1 other connection\(s\): stop web, worker and beat"),
    ):
        operator.restore(backup, empty)


@pytest.mark.parametrize(
    ("keys", "reason"),
    [({}, "FIELD_KEYS lacks the key k1"), ({"k1": "another"}, "The key k1 in FIELD_KEYS is not the one")],
    ids=["absent", "another of that name"],
)
def test_secrets_need_their_key(
    keys: dict[str, str], reason: str, backup: Path, empty: Site, operator: Operator
) -> None:
    with pytest.raises(CannotContinue, match=reason):
        operator.restore_with(backup, empty, keys)

    assert (empty.rows(), empty.files()) == ({}, {})


def test_a_backup_of_a_newer_version_is_refused(backup: Path, empty: Site, operator: Operator, tmp_path: Path) -> None:
    newer = altered(backup, tmp_path, product="9.0", migrations=["conversations.0099_from_the_future"])

    with pytest.raises(CannotContinue, match=r"newer version, 9\.0.*conversations\.0099_from_the_future is unknown"):
        operator.restore(newer, empty)


def test_an_older_server_is_refused(backup: Path, empty: Site, operator: Operator, tmp_path: Path) -> None:
    newer = altered(backup, tmp_path, server=99)

    with pytest.raises(CannotContinue, match="comes from PostgreSQL 99, and the server here is"):
        operator.restore(newer, empty)


def cut_short(backup: Path) -> Path:
    """Cut the dump of a backup."""
    dump = backup / "database.dump"
    os.truncate(dump, dump.stat().st_size // 2)
    return dump


def tampered(backup: Path) -> Path:
    """Change a stored file, and nothing of its size."""
    victim = max(path for path in (backup / "media").rglob("*") if path.is_file())
    content = victim.read_bytes()
    victim.unlink()
    victim.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    return victim


def other_sums(backup: Path) -> Path:
    """Leave a line out of the list of files."""
    sums = backup / "SHA256SUMS"
    lines = sums.read_text().splitlines(keepends=True)
    sums.unlink()
    sums.write_text("".join([*lines[1:], lines[1]])[: sum(map(len, lines))])
    return sums


def no_manifest(backup: Path) -> Path:
    """Empty the manifest."""
    path = backup / "manifest.json"
    path.write_text("{}")
    return path


@pytest.mark.parametrize("damage", [cut_short, tampered, other_sums, no_manifest])
def test_a_damaged_backup_is_refused_before_anything_changes(
    damage: Callable[[Path], Path], backup: Path, empty: Site, tmp_path: Path
) -> None:
    copy = altered(backup, tmp_path)
    victim = damage(copy)

    done = empty.manage("restore", str(copy))

    assert done.returncode == 1
    assert done.stderr.startswith(f"{victim} is ")
    assert len(done.stderr.splitlines()) == 1
    assert (empty.rows(), empty.files()) == ({}, {})


def test_counts_that_differ_undo_the_restore(backup: Path, used: Site, operator: Operator, tmp_path: Path) -> None:
    before = used.rows()
    rows = json.loads((backup / "manifest.json").read_text())["rows"]
    wrong = altered(backup, tmp_path, rows=rows | {"conversations_message": 7})

    with pytest.raises(CannotContinue, match=r"as it was: .*conversations_message has 212 rows, the backup counted 7"):
        operator.restore(wrong, used, replace_all=True)

    assert used.rows() == before


def test_a_dump_that_breaks_off_undoes_the_restore(
    backup: Path, used: Site, operator: Operator, disguised: Disguise, settings: LazySettings
) -> None:
    before = used.rows()
    settings.PG_BIN = str(
        disguised(pg_restore=_half("echo 'pg_restore: error: could not read from input file' >&2; exit 1"))
    )

    with pytest.raises(CannotContinue, match="cannot be read; the database is as it was: pg_restore: error: could not"):
        operator.restore(backup, used, replace_all=True)

    assert used.rows() == before


def test_a_folder_without_backups_is_named(empty: Site, tmp_path: Path) -> None:
    done = empty.manage("restore", str(tmp_path / "nothing"))

    assert done.returncode == 1
    assert done.stderr == (
        f"{tmp_path / 'nothing'} holds no backup: name the folder given to manage.py backup, or one backup in it.\n"
    )


def test_a_restore_killed_among_the_files_goes_on(backup: Path, filled: Site, empty: Site, operator: Operator) -> None:
    names = sorted(filled.files())
    part = empty.installation.media / f"{names[10]}.part"
    part.parent.mkdir(parents=True)
    os.mkfifo(part)
    _kill_when(empty, backup, (empty.installation.media / names[9]).is_file)
    copied = {name: (empty.installation.media / name).stat().st_ino for name in names[:10]}
    part.unlink()

    assert empty.rows() == {}
    operator.restore(backup, empty)

    assert (empty.rows(), empty.files()) == (filled.rows(), filled.files())
    assert {name: (empty.installation.media / name).stat().st_ino for name in copied} == copied


def test_a_restore_killed_among_the_rows_leaves_the_database_as_it_was(
    backup: Path, filled: Site, used: Site, operator: Operator, disguised: Disguise, tmp_path: Path
) -> None:
    before = used.rows()
    signs = tmp_path / "half way"
    programs = disguised(pg_restore=_half(f"touch '{signs}'; exec cat '{tmp_path / 'never'}'"))
    os.mkfifo(tmp_path / "never")

    _kill_when(used, backup, signs.exists, "--replace", PG_BIN=str(programs))
    eventually(lambda: _connections(used) == 0)

    assert used.rows() == before
    operator.restore(backup, used, replace_all=True)
    assert used.rows() == filled.rows()


def test_no_password_stands_on_a_command_line(
    backup: Path, empty: Site, operator: Operator, disguised: Disguise, settings: LazySettings, tmp_path: Path
) -> None:
    words = tmp_path / "words"
    settings.PG_BIN = str(disguised(**dict.fromkeys(("pg_restore", "psql"), f'echo "$@" >> "{words}"; exec REAL "$@"')))

    operator.restore(backup, empty)

    password = empty.installation.database.get("password") or pytest.skip("This server asks for no password.")
    assert password not in words.read_text()


def _half(then: str) -> str:
    """Return a pg_restore that writes half of the script, and then something else."""
    return f"""case "$1" in --version) exec REAL "$@";; esac
REAL "$@" | head -c 60000
{then}"""


def _kill_when(site: Site, backup: Path, reached: Callable[[], bool], *words: str, **environment: str) -> None:
    command = site.command("restore", str(backup), *words)
    with subprocess.Popen(command, env=site.environment | environment, start_new_session=True) as process:
        eventually(reached)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        # The disguised program waits for what never comes.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)


def _connections(site: Site) -> int:
    with psycopg.connect(os.environ["DATABASE_URL"].replace("postgres://", "postgresql://")) as link:
        name = site.installation.database["dbname"]
        found = link.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = %s", [name]).fetchone()
    return int(found[0]) if found else 0
