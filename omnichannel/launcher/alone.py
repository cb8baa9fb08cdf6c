"""The servers of an installation for one command, while nothing else of it runs: a restore needs the database alone."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from omnichannel.launcher import preflight
from omnichannel.launcher.children import end_leftovers
from omnichannel.launcher.keys import kept_keys
from omnichannel.launcher.lock import hold
from omnichannel.launcher.options import Options, read_options
from omnichannel.launcher.servers import postgres_programs, start_postgres, start_valkey


@contextmanager
def alone() -> Iterator[dict[str, str]]:
    """Give the environment of the installation in DATA_DIR, with its servers running until the block ends."""
    options = read_options(os.environ)
    preflight.make_data_dir(options.data_dir)
    with hold(options.data_dir, options.base_url), ExitStack() as stack:
        end_leftovers(options.data_dir / "processes.json")
        servers = _servers(options, stack)
        keys = kept_keys(options.data_dir / "secrets.env")
        defaults = {"SIMULATOR": "on", "DEMO": "on", "BASE_URL": options.base_url}
        yield {
            **defaults, **keys, **options.environment, **servers,
            "DATA_DIR": str(options.data_dir), "DJANGO_SETTINGS_MODULE": "omnichannel.settings",
        }  # fmt: skip


def _servers(options: Options, stack: ExitStack) -> dict[str, str]:
    names = {"DATABASE_URL": options.database_url, "REDIS_URL": options.redis_url}
    found = {name: url for name, url in names.items() if url}
    if "DATABASE_URL" not in found:
        postgres = start_postgres(options.data_dir / "postgres")
        stack.callback(postgres.stop)
        found |= {"DATABASE_URL": postgres.url, "PG_BIN": str(postgres_programs())}
    if "REDIS_URL" not in found:
        valkey = start_valkey(options.data_dir / "valkey")
        stack.callback(valkey.stop)
        found["REDIS_URL"] = valkey.url
    return found
