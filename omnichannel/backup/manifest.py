"""What a finished backup says about itself; its presence is what makes a backup finished."""

import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from omnichannel.backup.errors import CannotContinue

NAME = "manifest.json"


class Part(BaseModel):
    """A file of the backup: how large it is, and its hash."""

    model_config = ConfigDict(frozen=True)

    size: int
    sha256: str


class Media(BaseModel):
    """The stored files: how many, how large together, and which were missing already."""

    model_config = ConfigDict(frozen=True)

    files: int
    bytes: int
    missing: list[str]


class Manifest(BaseModel):
    """The contents of a backup, and what has to be there before it can be restored."""

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    product: str
    taken_at: datetime.datetime
    server: int
    programs: int
    migrations: list[str]
    rows: dict[str, int]
    keys: dict[str, str]
    database: Part
    sums: Part
    media: Media


def read_manifest(backup: Path) -> Manifest:
    """Return the manifest of a backup, or say why it cannot be read."""
    try:
        return Manifest.model_validate_json((backup / NAME).read_bytes())
    except FileNotFoundError as fault:
        raise CannotContinue(f"{backup} is no finished backup: it has no {NAME}.") from fault
    except ValidationError as fault:
        raise CannotContinue(f"{backup / NAME} is damaged, or was written by a newer version.") from fault
