"""Files go once no row names them; dying in the middle repeats harmlessly."""

import os
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone

from conversations.models import DoomedFile
from conversations.privacy import files
from omnichannel.common.standstill import deletions_waiting
from tests.conversations.privacy.conftest import stored_files, with_file
from tests.factories.conversations import MessageFactory

pytestmark = pytest.mark.django_db


def put(root: Path, path: str, *, days: float = 2) -> Path:
    """Leave a file that was written some days ago."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"left behind")
    then = (timezone.now() - timedelta(days=days)).timestamp()
    os.utime(file, (then, then))
    return file


def test_a_noted_file_goes_and_then_its_note(settings: LazySettings) -> None:
    put(Path(settings.MEDIA_ROOT), "attachments/aa/one")
    DoomedFile.objects.create(path="attachments/aa/one")

    assert files.delete_doomed() == 1

    assert stored_files() == []
    assert not DoomedFile.objects.exists()


def test_a_file_that_went_before_its_note_is_no_fault() -> None:
    DoomedFile.objects.create(path="attachments/aa/gone-already")

    assert files.delete_doomed() == 1

    assert not DoomedFile.objects.exists()


def test_one_that_cannot_be_deleted_keeps_its_note_and_holds_up_nobody(settings: LazySettings) -> None:
    root = Path(settings.MEDIA_ROOT)
    put(root, "attachments/aa/folder/inside")
    put(root, "attachments/bb/two")
    # What is not empty cannot be deleted, whoever tries.
    DoomedFile.objects.create(path="attachments/aa/folder")
    DoomedFile.objects.create(path="attachments/bb/two")

    assert files.delete_doomed() == 1

    assert [note.path for note in DoomedFile.objects.all()] == ["attachments/aa/folder"]
    assert [file.name for file in stored_files()] == ["inside"]


def test_orphans_are_found_and_what_rows_name_is_left(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "BATCH", 2)
    root = Path(settings.MEDIA_ROOT)
    named = with_file(MessageFactory.create())
    for path in (named.file.path, named.preview.path):
        put(root, str(Path(path).relative_to(root)))
    orphans = {f"attachments/{place}/x" for place in ("00", "7f", "ff")} | {"exports/ab/y"}
    for path in orphans:
        put(root, path)
    put(root, "attachments/aa/being-written", days=0.5)
    put(root, "simulator/not-ours")

    assert files.doom_orphans() == 4

    assert set(DoomedFile.objects.values_list("path", flat=True)) == orphans


@pytest.mark.django_db(transaction=True)
def test_nothing_is_deleted_while_a_backup_copies_files(settings: LazySettings) -> None:
    put(Path(settings.MEDIA_ROOT), "attachments/aa/one")
    DoomedFile.objects.create(path="attachments/aa/one")
    parameters = connection.get_connection_params()
    address = {
        name: parameters[name] for name in ("host", "port", "user", "password", "dbname") if parameters.get(name)
    }

    with psycopg.connect(**address, autocommit=True) as backup, deletions_waiting(backup):
        assert files.delete_doomed() == 0
        assert len(stored_files()) == 1

    assert files.delete_doomed() == 1
    assert stored_files() == []
