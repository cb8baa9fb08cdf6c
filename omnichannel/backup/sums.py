"""SHA256SUMS: the hash of every file of a backup, in the form that ``sha256sum --check`` reads."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from omnichannel.backup.manifest import Part

NAME: Final = "SHA256SUMS"
LINE: Final = re.compile(r"([0-9a-f]{64})  media/(.+)")
CHUNK: Final = 1 << 20


def read_sums(backup: Path) -> dict[str, str]:
    """Return the hash of each stored file by its name; a line that was broken off is left out."""
    path = backup / NAME
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", errors="surrogateescape") as lines:
        found = (LINE.fullmatch(line.rstrip("\n")) for line in lines)
        return {match[2]: match[1] for match in found if match and is_inside(match[2])}


def write_sums(backup: Path, sums: Mapping[str, str]) -> None:
    """Write all hashes, in the order of the names, in place of what stood there."""
    fresh = backup / f"{NAME}.new"
    with fresh.open("w", encoding="utf-8", errors="surrogateescape") as out:
        out.writelines(line_of(name, sums[name]) for name in sorted(sums))
    fresh.replace(backup / NAME)


def line_of(name: str, sha256: str) -> str:
    """Return the line for one stored file."""
    return f"{sha256}  media/{name}\n"


def part_of(path: Path) -> Part:
    """Return size and hash of a file."""
    return Part(size=path.stat().st_size, sha256=hash_of(path))


def hash_of(path: Path) -> str:
    """Return the hash of a file's content."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def is_inside(name: str) -> bool:
    """Tell whether a name stays in the folder it is looked up in."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts
