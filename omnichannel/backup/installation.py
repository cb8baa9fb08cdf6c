"""What a backup is made of: the database, the media folder, and which keys the secrets are sealed with."""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo
from psycopg.pq import Conninfo

from omnichannel.backup.errors import CannotContinue
from omnichannel.common.encryption import parse_keys

# libpq's environment variables by the names of its parameters: a password never stands on a command line.
VARIABLES: Final = {each.keyword.decode(): each.envvar.decode() for each in Conninfo.get_defaults() if each.envvar}


@dataclass(frozen=True)
class Installation:
    """Where the parts of an installation are, and how its keys are recognised."""

    database: Mapping[str, str]
    media: Path
    keys: Mapping[str, str]

    @property
    def variables(self) -> dict[str, str]:
        """What PostgreSQL's programs read of the environment to reach the database."""
        return {VARIABLES[name]: value for name, value in self.database.items()}


def this_installation() -> Installation:
    """Return the installation that the settings describe."""
    parameters = connection.get_connection_params()
    database = {name: str(value) for name, value in parameters.items() if name in VARIABLES}
    return Installation(database, Path(settings.MEDIA_ROOT), fingerprints(settings.FIELD_KEYS))


def fingerprints(lines: list[str]) -> dict[str, str]:
    """Return what recognises each key of FIELD_KEYS, and tells nothing about it."""
    keys = parse_keys(lines).items()
    return {name: hmac.digest(key, b"recognised by a backup", hashlib.sha256).hex()[:32] for name, key in keys}


@contextmanager
def connected(installation: Installation) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """Give a connection of its own, outside transactions; say in one line why there is none."""
    try:
        link = psycopg.connect(make_conninfo(**installation.database), autocommit=True)
    except psycopg.OperationalError as fault:
        raise CannotContinue(f"The database cannot be reached: {_first_line(fault)}") from fault
    with link:
        try:
            yield link
        except psycopg.errors.UndefinedTable as fault:
            raise CannotContinue(f"{_first_line(fault)}: run manage.py migrate first.") from fault
        except psycopg.OperationalError as fault:
            raise CannotContinue(f"The connection to the database broke: {_first_line(fault)}") from fault


def _first_line(fault: Exception) -> str:
    return (str(fault).strip().splitlines() or [type(fault).__name__])[0]
