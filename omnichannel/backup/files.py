"""Copies stored files, each whole or not at all, and only those that are not there yet."""

import errno
import hashlib
import os
from pathlib import Path
from typing import Final

from omnichannel.backup.sums import CHUNK, NAME, is_inside, line_of, read_sums

PART: Final = ".part"


class Copies:
    """The stored files of an unfinished backup; files that an earlier one holds are linked and take no room."""

    def __init__(self, media: Path, unfinished: Path, earlier: Path | None) -> None:
        self._media = media
        self._unfinished = unfinished
        self._earlier = earlier
        self._copied = read_sums(unfinished)
        self._known = read_sums(earlier) if earlier else {}
        self.sums: dict[str, str] = {}
        self.missing: list[str] = []
        self.bytes = 0

    def bring(self, name: str) -> None:
        """See that a file is in the backup; note it as missing where there is none to copy."""
        try:
            status = (self._media / name).stat()
            if not is_inside(name):
                raise FileNotFoundError
            self.sums[name] = self._kept(name, status) or self._linked(name, status) or self._copy(name)
        except FileNotFoundError:
            self.missing.append(name)
        else:
            self.bytes += status.st_size

    def remove_others(self) -> None:
        """Remove what an earlier try copied and no row names any more."""
        folder = self._unfinished / "media"
        for path in [path for path in folder.rglob("*") if path.is_file()]:
            if path.relative_to(folder).as_posix() not in self.sums:
                path.unlink()

    def _kept(self, name: str, status: os.stat_result) -> str | None:
        return _known(self._unfinished / "media" / name, status, self._copied.get(name))

    def _linked(self, name: str, status: os.stat_result) -> str | None:
        if self._earlier is None:
            return None
        there = self._earlier / "media" / name
        digest = _known(there, status, self._known.get(name))
        return digest if digest and self._link(there, name) else None

    def _link(self, there: Path, name: str) -> bool:
        target = self._target(name)
        try:
            target.unlink(missing_ok=True)
            target.hardlink_to(there)
        except OSError as fault:
            # File systems without links, or with too many to this file: a copy does as well.
            if fault.errno in (errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.EXDEV, errno.ENOSYS):
                return False
            raise
        return True

    def _copy(self, name: str) -> str:
        digest = copy_hashed(self._media / name, self._target(name))
        with (self._unfinished / NAME).open("a", encoding="utf-8", errors="surrogateescape") as sums:
            sums.write(line_of(name, digest))
        return digest

    def _target(self, name: str) -> Path:
        target = self._unfinished / "media" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        return target


def copy_hashed(source: Path, target: Path) -> str:
    """Copy a file with its time of change, and return its hash; a broken-off copy leaves the target as it was."""
    digest = hashlib.sha256()
    part = target.with_name(f"{target.name}{PART}")
    with source.open("rb") as given, part.open("wb") as taken:
        status = os.fstat(given.fileno())
        while chunk := given.read(CHUNK):
            digest.update(chunk)
            taken.write(chunk)
        taken.flush()
        os.fsync(taken.fileno())
    os.utime(part, ns=(status.st_atime_ns, status.st_mtime_ns))
    part.replace(target)
    return digest.hexdigest()


def _known(copy: Path, status: os.stat_result, digest: str | None) -> str | None:
    """Return the hash of a copy that is still what was copied: stored files never change under their name."""
    if digest is None or not copy.is_file():
        return None
    there = copy.stat()
    return digest if (there.st_size, there.st_mtime_ns) == (status.st_size, status.st_mtime_ns) else None
