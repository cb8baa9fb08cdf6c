"""The memory of everything that `make run` starts, when nothing happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from bench.figures import Figure, collect
from bench.installation import Installation, answers, eventually
from bench.processes import memory_mb
from omnichannel.launcher.options import PROJECT
from omnichannel.launcher.servers import free_port

SETTLE_SECONDS = 20
NOT_PASSED_ON = ("DATABASE_URL", "REDIS_URL", "SIMULATOR", "DEMO", "LOG_LEVEL")


def measure(place: Installation, runs: int, _rows: int) -> list[Figure]:
    """Return the memory of launcher, servers, web, worker and beat together, simulator and demo included."""
    measured = [_run(place, number) for number in range(runs)]
    return [Figure("idle: all processes together", "MB", collect(measured, "mb"), at_most=600)]


def _run(place: Installation, number: int) -> dict[str, float]:
    port, folder = free_port(), place.folder / f"run-{number}"
    folder.mkdir()
    kept = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
    environment = kept | {"DATA_DIR": str(folder), "PORT": str(port), "BASE_URL": f"http://127.0.0.1:{port}"}
    words = [sys.executable, "-m", "omnichannel.launcher", "run"]
    launcher = subprocess.Popen(words, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL)
    try:
        eventually(lambda: answers(f"http://127.0.0.1:{port}/readyz"), 120)
        time.sleep(SETTLE_SECONDS)
        return {"mb": memory_mb(launcher.pid)}
    finally:
        launcher.send_signal(signal.SIGINT)
        launcher.wait(30)
