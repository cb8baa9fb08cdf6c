"""Proves that a backup is what was written: every file is there, with the size and the hash it had."""

from pathlib import Path

from omnichannel.backup.errors import CannotContinue
from omnichannel.backup.manifest import Manifest, Part, read_manifest
from omnichannel.backup.progress import Progress, size
from omnichannel.backup.sums import NAME as SUMS
from omnichannel.backup.sums import hash_of, read_sums
from omnichannel.backup.take import DATABASE


def check_backup(backup: Path, progress: Progress) -> Manifest:
    """Return the manifest of a sound backup; raise CannotContinue with the first file that is not."""
    known = read_manifest(backup)
    _check(backup / DATABASE, known.database)
    _check(backup / SUMS, known.sums)
    read = 0
    sums = read_sums(backup)
    for number, (name, sha256) in enumerate(sums.items(), 1):
        path = backup / "media" / name
        read += _size(path)
        if hash_of(path) != sha256:
            raise CannotContinue(f"{path} is not what was backed up: it was changed or damaged.")
        progress.show(f"Checking files: {number:,} of {len(sums):,}, {size(read)} of {size(known.media.bytes)}")
    if (len(sums), read) != (known.media.files, known.media.bytes):
        raise CannotContinue(f"{backup} does not hold the files that its manifest counts.")
    return known


def _check(path: Path, part: Part) -> None:
    found = _size(path)
    if found < part.size:
        raise CannotContinue(f"{path} is cut short: {found} of {part.size} bytes are there.")
    if hash_of(path) != part.sha256:
        raise CannotContinue(f"{path} is not what was backed up: it was changed or damaged.")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError as fault:
        raise CannotContinue(f"{path} is missing.") from fault
