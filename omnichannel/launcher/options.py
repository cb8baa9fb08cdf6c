"""What the environment asks of a start: where data lives, where to listen, which servers to use."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from omnichannel.launcher.errors import CannotStart
from omnichannel.launcher.private import read_values

PROJECT: Final = Path(__file__).resolve().parents[2]
EVERYWHERE: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - recognised, not chosen


@dataclass(frozen=True)
class Options:
    """The settings that the launcher itself acts on."""

    data_dir: Path
    host: str
    port: int
    database_url: str
    redis_url: str
    environment: Mapping[str, str]

    @property
    def near_host(self) -> str:
        """The address under which this machine reaches itself."""
        return EVERYWHERE.get(self.host, self.host)

    @property
    def base_url(self) -> str:
        """Where a browser on this machine finds the product."""
        host = f"[{self.near_host}]" if ":" in self.near_host else self.near_host
        return f"http://{host}:{self.port}"


def read_options(environment: Mapping[str, str], project: Path = PROJECT) -> Options:
    """Return the options in the environment, then in the project's .env file, then the defaults."""
    given = read_values(project / ".env") | {name: value for name, value in environment.items() if value}
    return Options(
        data_dir=Path(os.path.abspath(Path(given.get("DATA_DIR", project / "var")).expanduser())),  # noqa: PTH100
        host=given.get("HOST", "127.0.0.1").strip("[]"),
        port=_port(given.get("PORT", "8000")),
        database_url=given.get("DATABASE_URL", ""),
        redis_url=given.get("REDIS_URL", ""),
        environment=given,
    )


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise CannotStart(f"PORT={text} is not a port: give a number from 1 to 65535, such as PORT=8001")
    return int(text)
