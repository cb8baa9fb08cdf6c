"""An environment for tests and checks: servers, keys and a folder that are gone afterwards."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from omnichannel.launcher.keys import new_keys
from omnichannel.launcher.servers import postgres_programs, start_postgres, start_valkey


@contextmanager
def surroundings() -> Iterator[dict[str, str]]:
    """Give the environment the product needs; servers that the caller's environment names are used as they are."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="omnichannel-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        # PostgreSQL runs as another user when this is root, and has to pass through.
        folder.chmod(0o711)
        yield _values(folder) | _servers(folder, stack)


def _values(folder: Path) -> dict[str, str]:
    return new_keys() | {
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "omnichannel.settings",
        "BASE_URL": "http://127.0.0.1:8000",
        "SIMULATOR": "on",
        "DEMO": "off",
    }


def _servers(folder: Path, stack: ExitStack) -> dict[str, str]:
    urls: dict[str, str] = {}
    if not os.environ.get("DATABASE_URL"):
        postgres = start_postgres(folder / "postgres", throw_away=True)
        stack.callback(postgres.stop)
        urls |= {"DATABASE_URL": postgres.url, "PG_BIN": str(postgres_programs())}
    if not os.environ.get("REDIS_URL"):
        valkey = start_valkey(folder / "valkey")
        stack.callback(valkey.stop)
        urls["REDIS_URL"] = valkey.url
    return urls
