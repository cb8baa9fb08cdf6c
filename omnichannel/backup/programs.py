"""PostgreSQL's own programs: found where they are new enough, and run with their faults in one line."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

from omnichannel.backup.errors import CannotContinue

NAMES: Final = ("pg_dump", "pg_restore", "psql")


@dataclass(frozen=True)
class Programs:
    """A folder with pg_dump, pg_restore and psql of one version."""

    folder: Path
    major: int

    def path(self, name: str) -> str:
        """Return the full path of a program."""
        return str(self.folder / name)


def find_programs(at_least: int) -> Programs:
    """Return the first programs that are as new as asked: of PG_BIN, then on the PATH, then where Debian keeps them."""
    found = list(_all())
    for programs in found:
        if programs.major >= at_least:
            return programs
    seen = ", ".join(f"{programs.major} in {programs.folder}" for programs in found) or "none"
    raise CannotContinue(
        f"pg_dump, pg_restore and psql of PostgreSQL {at_least} or newer are needed; found: {seen}. "
        f"Install postgresql-client-{at_least}, or set PG_BIN to the folder that holds them."
    )


def last_line(said: str) -> str:
    """Return the line of a program's output that names the fault."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    faults = [line for line in lines if "ERROR:" in line or "error:" in line or "FATAL:" in line]
    return (faults or lines or ["it said nothing"])[0]


def _all() -> Iterator[Programs]:
    folders = [settings.PG_BIN, *os.get_exec_path(), *_debian()]
    for folder in dict.fromkeys(Path(each) for each in folders if each):
        if all(shutil.which(name, path=str(folder)) for name in NAMES):
            major = _major(folder / "pg_restore")
            if major:
                yield Programs(folder, major)


def _debian() -> list[Path]:
    return sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _major(program: Path) -> int | None:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\) (\d+)", said)
    return int(found.group(1)) if found else None
