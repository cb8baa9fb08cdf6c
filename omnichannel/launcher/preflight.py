"""What must hold before anything is started; each fault is one clear line."""

import errno
import os
import shutil
import socket
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psycopg
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from omnichannel.launcher.errors import CannotStart
from omnichannel.launcher.options import Options

NEEDED_MEGABYTES: Final = 200
DATABASE_SCHEMES: Final = ("postgres", "postgresql", "psql", "pgsql")
OLDEST_POSTGRES: Final = 14
SECONDS: Final = 5
AT_ONCE: Final = Retry(NoBackoff(), 0)


def make_data_dir(path: Path) -> None:
    """Make the folder for all data, or say why it cannot be used."""
    try:
        # Others may pass through, and read nothing: as root, PostgreSQL runs as another user.
        path.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        probe = path / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CannotStart(f"DATA_DIR={path} cannot be used: {_reason(error)}; choose another DATA_DIR") from error
    free = shutil.disk_usage(path).free // 1_000_000
    if free < NEEDED_MEGABYTES:
        raise CannotStart(f"The disk of DATA_DIR={path} is full: {free} MB are free, {NEEDED_MEGABYTES} MB are needed")


def check_port(options: Options) -> None:
    """See that the web process will be able to listen."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(options.host, options.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise CannotStart(_why_not_listening(options, error)) from error


def check_database(url: str) -> None:
    """See that the database of DATABASE_URL answers and is PostgreSQL of a fit age."""
    scheme, _, rest = url.partition("://")
    if scheme not in DATABASE_SCHEMES:
        raise CannotStart(
            f"DATABASE_URL begins with {scheme[:20]!r}; it must read postgres://user:password@host:5432/name"
        )
    try:
        with psycopg.connect(f"postgresql://{rest}", connect_timeout=SECONDS) as connection:
            version = connection.info.server_version // 10_000
    except (psycopg.Error, UnicodeError) as error:
        raise CannotStart(f"DATABASE_URL: no database at {_place(url)}: {_one_line(error)}") from error
    if version < OLDEST_POSTGRES:
        raise CannotStart(f"DATABASE_URL: PostgreSQL {version} is too old; {OLDEST_POSTGRES} or newer is needed")


def check_redis(url: str) -> None:
    """See that the server of REDIS_URL answers."""
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=SECONDS, socket_timeout=SECONDS, retry=AT_ONCE) as client:
            client.ping()
    except (redis.RedisError, OSError, ValueError) as error:
        raise CannotStart(f"REDIS_URL: no Redis or Valkey at {_place(url)}: {_one_line(error)}") from error


def _why_not_listening(options: Options, error: OSError) -> str:
    where = f"PORT={options.port}"
    if error.errno == errno.EADDRINUSE:
        return f"{where} is in use by another program; choose another, such as PORT={_next_port(options.port)}"
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"{where} may be used by administrators only; choose one above 1023, such as PORT=8000"
    return f"HOST={options.host} is no address of this machine ({_reason(error)}); HOST=127.0.0.1 is the default"


def _next_port(port: int) -> int:
    return port + 1 if port < 65535 else 8000


def _place(url: str) -> str:
    """Return the URL without its password."""
    try:
        parts = urlsplit(url)
        return f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}" or "that address"
    except ValueError:
        return "that address"


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
