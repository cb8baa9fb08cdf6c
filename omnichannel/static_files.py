"""Collects static files when they differ from what was collected last."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

MANIFEST = "staticfiles.json"


def collect() -> bool:
    """Collect static files unless nothing changed since; tell whether it was done."""
    root, fingerprint = Path(settings.STATIC_ROOT), _fingerprint()
    # Beside the folder, since everything in it is served.
    note = root.with_name(f"{root.name}.collected")
    if (root / MANIFEST).is_file() and note.is_file() and note.read_text() == fingerprint:
        return False
    note.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    note.write_text(fingerprint)
    return True


def _fingerprint() -> str:
    lines = sorted(_sources())
    return hashlib.sha256("\n".join([django.get_version(), repr(settings.STORAGES), *lines]).encode()).hexdigest()


def _sources() -> Iterator[str]:
    for finder in get_finders():
        for name, storage in finder.list([]):
            file = Path(storage.path(name)).stat()
            yield f"{name} {file.st_size} {file.st_mtime_ns}"
