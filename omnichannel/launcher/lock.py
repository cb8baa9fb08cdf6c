"""One launcher for each data folder."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from omnichannel.launcher.errors import CannotStart


@contextmanager
def hold(data_dir: Path, address: str) -> Iterator[None]:
    """Keep the folder for this process; the system lets go of it however the process ends."""
    path = data_dir / "lock"
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotStart(_already(data_dir, file.read().strip())) from error
        file.truncate()
        file.write(address)
        file.flush()
        yield


def _already(data_dir: Path, address: str) -> str:
    running = f"Already running at {address}" if address else "Another start is under way"
    return f"{running} with DATA_DIR={data_dir}; choose another DATA_DIR and PORT"
