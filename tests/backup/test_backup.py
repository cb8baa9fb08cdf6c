"""Taking backups: consistent, added to what is there, continued after a kill."""

import os
import shlex
import shutil
import signal
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import transaction

from omnichannel.backup.check import check_backup
from omnichannel.backup.errors import CannotContinue, in_words
from omnichannel.backup.folder import finished, writing
from omnichannel.backup.installation import connected, this_installation
from omnichannel.backup.manifest import read_manifest
from omnichannel.backup.programs import find_programs
from omnichannel.common.standstill import deletions_waiting, may_delete_files
from tests.backup.conftest import Disguise, Operator, Site
from tests.journeys.running import eventually


def media_of(backup: Path) -> list[Path]:
    """Return the stored files of a backup in the order of their names."""
    return sorted(path for path in (backup / "media").rglob("*") if path.is_file())


def test_a_backup_holds_every_file_that_a_row_names(filled: Site, operator: Operator) -> None:
    backup = operator.take(filled)

    manifest = read_manifest(backup)
    assert {path.relative_to(backup / "media").as_posix() for path in media_of(backup)} == filled.files().keys()
    assert (manifest.media.files, manifest.media.missing) == (len(filled.files()), [])
    assert manifest.rows["conversations_conversation"] == 40
    assert manifest.keys == filled.installation.keys


def test_a_backup_can_be_checked_without_us(filled: Site, operator: Operator) -> None:
    backup = operator.take(filled)

    program = shutil.which("sha256sum") or pytest.skip("There is no sha256sum here.")
    subprocess.run([program, "--check", "--quiet", "SHA256SUMS"], cwd=backup, check=True)
    check_backup(backup, operator.progress)


def test_neither_keys_nor_the_database_s_password_are_in_it(filled: Site, operator: Operator) -> None:
    backup = operator.take(filled)

    secrets = [os.environ["FIELD_KEYS"].partition(":")[2], os.environ["SECRET_KEY"]]
    password = filled.installation.database.get("password")
    words = [each.encode() for each in (*secrets, password) if each]
    assert [
        path.name for path in backup.rglob("*") if path.is_file() and any(w in path.read_bytes() for w in words)
    ] == []


def test_nobody_else_reads_it(filled: Site, operator: Operator) -> None:
    backup = operator.take(filled)

    open_to_others = [path for path in (backup, *backup.rglob("*")) if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert open_to_others == []


def test_a_second_backup_takes_no_room_for_what_the_first_holds(filled: Site, operator: Operator) -> None:
    first, second = operator.take(filled), operator.take(filled)

    assert [path.stat().st_ino for path in media_of(first)] == [path.stat().st_ino for path in media_of(second)]


def test_a_full_backup_copies_all_again(filled: Site, operator: Operator) -> None:
    first, second = operator.take(filled), operator.take(filled, full=True)

    shared = {path.stat().st_ino for path in media_of(first)} & {path.stat().st_ino for path in media_of(second)}
    assert shared == set()


def test_a_file_that_is_missing_is_told_and_no_obstacle(used: Site, operator: Operator) -> None:
    name = next(iter(used.files()))
    (used.data_dir / "media" / name).unlink()

    backup = operator.take(used)

    assert read_manifest(backup).media.missing == [name]
    assert f"Warning: {name} is missing" in operator.out.getvalue()
    check_backup(backup, operator.progress)


def test_what_no_row_names_is_left_out(used: Site, operator: Operator) -> None:
    stray = used.data_dir / "media" / "attachments" / "stray"
    stray.write_text("half an upload")

    backup = operator.take(used)

    assert "stray" not in {path.name for path in media_of(backup)}


def test_old_backups_go_when_enough_new_ones_are_there(filled: Site, operator: Operator) -> None:
    first = operator.take(filled)
    second, third = operator.take(filled), operator.take(filled, keep=2)

    assert (first.exists(), finished(operator.folder)) == (False, [second, third])
    check_backup(third, operator.progress)


def test_deletions_wait_for_a_backup(transactional_db: None, filled: Site) -> None:
    with connected(this_installation()) as link:
        with deletions_waiting(link), transaction.atomic():
            during = may_delete_files()
        with transaction.atomic():
            after = may_delete_files()

    assert (during, after) == (False, True)


def killed_at(site: Site, name: str, words: list[str], reached: Callable[[], bool]) -> None:
    """Kill a command where it waits for a file that never comes."""
    path = site.data_dir / "media" / name
    path.rename(path.with_suffix(".aside"))
    os.mkfifo(path)
    with subprocess.Popen(site.command(*words), env=site.environment, start_new_session=True) as process:
        eventually(reached)
        os.killpg(process.pid, signal.SIGKILL)
    path.unlink()
    path.with_suffix(".aside").rename(path)


def test_a_killed_backup_is_continued(used: Site, operator: Operator) -> None:
    names = sorted(used.files())
    sums = operator.folder / "unfinished" / "SHA256SUMS"
    killed_at(
        used, names[10], ["backup", str(operator.folder)],
        lambda: sums.is_file() and len(sums.read_text().splitlines()) == 10,
    )  # fmt: skip
    copied = {path.name: path.stat().st_ino for path in media_of(operator.folder / "unfinished")}

    assert finished(operator.folder) == []
    backup = operator.take(used)

    check_backup(backup, operator.progress)
    kept = {path.name: path.stat().st_ino for path in media_of(backup)}
    assert len(kept) == len(names)
    assert {name: kept.get(name) for name in map(os.path.basename, names[:10])}.items() <= copied.items()


def test_an_unfinished_backup_is_never_offered(empty: Site, operator: Operator) -> None:
    (operator.folder / "unfinished").mkdir(parents=True)

    done = empty.manage("restore", str(operator.folder))

    assert (done.returncode, done.stderr) == (
        1, f"{operator.folder} holds no finished backup, only one that was broken off.\n",
    )  # fmt: skip


def test_two_backups_into_one_folder_do_not_meet(filled: Site, operator: Operator) -> None:
    with writing(operator.folder), pytest.raises(CannotContinue, match="is under way"):
        operator.take(filled)


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "not what was backed up"),
        (lambda path: path.write_bytes(b"x" + path.read_bytes()[1:]), "not what was backed up"),
        (lambda path: path.unlink(), "is missing"),
    ],
    ids=["cut short", "changed", "removed"],
)
def test_a_damaged_file_is_named(
    damage: Callable[[Path], object], reason: str, filled: Site, operator: Operator
) -> None:
    backup = operator.take(filled)
    victim = media_of(backup)[3]
    damage(victim)

    with pytest.raises(CannotContinue) as raised:
        check_backup(backup, operator.progress)

    assert str(raised.value).startswith(str(victim))
    assert reason in str(raised.value)


def test_the_command_checks_every_backup_in_a_folder(filled: Site, operator: Operator) -> None:
    backups = [operator.take(filled), operator.take(filled)]

    done = filled.manage("backup", "--check", str(operator.folder))

    assert [line.partition(" is sound")[0] for line in done.stdout.splitlines()] == [each.name for each in backups]


def test_the_command_says_where_it_is_and_what_it_lacks(filled: Site, operator: Operator) -> None:
    done = filled.manage("backup", str(operator.folder))

    backup = finished(operator.folder)[0]
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == f"The backup is complete: {backup}"
    assert "KEEP secrets.env APART" in done.stdout


def test_a_full_disk_is_one_line_and_the_rest_is_kept(filled: Site, operator: Operator) -> None:
    unfinished = operator.folder / "unfinished"
    name = sorted(filled.files())[5]
    (unfinished / "media" / name).parent.mkdir(parents=True)
    (unfinished / "media" / f"{name}.part").symlink_to("/dev/full")

    done = filled.manage("backup", str(operator.folder))
    (unfinished / "media" / f"{name}.part").unlink()

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("The disk is full: ")
    check_backup(operator.take(filled), operator.progress)


def test_a_full_disk_while_dumping_is_told(filled: Site, operator: Operator) -> None:
    (operator.folder / "unfinished").mkdir(parents=True)
    (operator.folder / "unfinished" / "database.dump").symlink_to("/dev/full")

    with pytest.raises(CannotContinue, match=r"could not be dumped: .*No space left on device"):
        operator.take(filled)


def test_a_place_that_cannot_hold_backups_is_named(filled: Site, tmp_path: Path) -> None:
    (tmp_path / "a file").touch()

    done = filled.manage("backup", str(tmp_path / "a file" / "backups"))

    assert (done.returncode, done.stderr) == (1, f"Not a directory: {tmp_path / 'a file' / 'backups'}\n")


def test_an_empty_name_of_a_folder_is_refused(filled: Site) -> None:
    done = filled.manage("backup", "")

    assert (done.returncode, done.stderr.splitlines()[-1]) == (
        2,
        "manage.py backup: error: argument FOLDER: name the folder that keeps backups",
    )


def test_a_missing_right_is_told_with_what_to_do() -> None:
    said = in_words(PermissionError(13, "Permission denied", "/backups/x"), Path("/backups"))

    assert said.startswith("/backups/x may not be read or written by this user. Run the command as")


def test_programs_that_are_too_old_are_named(
    disguised: Disguise, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PG_BIN = str(disguised(pg_restore="echo 'pg_restore (PostgreSQL) 9.6.24'"))
    monkeypatch.setenv("PATH", settings.PG_BIN)
    monkeypatch.setattr("omnichannel.backup.programs._debian", list)

    with pytest.raises(CannotContinue) as raised:
        find_programs(14)

    assert str(raised.value) == (
        f"pg_dump, pg_restore and psql of PostgreSQL 14 or newer are needed; found: 9 in {settings.PG_BIN}. "
        "Install postgresql-client-14, or set PG_BIN to the folder that holds them."
    )


def test_a_database_that_is_away_is_one_line(filled: Site, tmp_path: Path) -> None:
    done = filled.manage("backup", str(tmp_path / "backups"), DATABASE_URL="postgres://nobody@127.0.0.1:1/none")

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("The database cannot be reached: ")


def test_what_is_written_meanwhile_is_not_half_in_it(
    used: Site, operator: Operator, disguised: Disguise, settings: LazySettings
) -> None:
    """Rows and files that come while the database is dumped are in neither part of the backup."""
    before = used.rows()["conversations_doomedfile"][0]
    psql = shlex.quote(find_programs(14).path("psql"))
    insert = "INSERT INTO conversations_doomedfile (path, doomed_at) VALUES ('late', now())"
    settings.PG_BIN = str(disguised(pg_dump=f'{psql} --quiet --command="{insert}"; exec REAL "$@"'))

    backup = operator.take(used)

    assert used.rows()["conversations_doomedfile"][0] == before + 1
    assert read_manifest(backup).rows["conversations_doomedfile"] == before
