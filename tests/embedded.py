"""A pytest plugin that gives a test run its servers, keys and folder before Django reads its settings."""

import os
import re
from contextlib import ExitStack
from pathlib import Path

import pytest

from omnichannel.launcher.throwaway import surroundings

# Tests empty their Redis database and what is counted; so each worker has its own, and never the one that people use.
FIRST_REDIS_DATABASE = 8


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Prepare the environment once; the workers of pytest-xdist inherit it."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    if "PYTEST_XDIST_WORKER" not in os.environ:
        stack = ExitStack()
        early_config.add_cleanup(stack.close)
        os.environ.update(stack.enter_context(surroundings()))
    number = FIRST_REDIS_DATABASE + int(worker.removeprefix("gw"))
    os.environ["METRICS_DIR"] = str(Path(os.environ["DATA_DIR"]) / f"metrics-{worker}")
    os.environ["REDIS_URL"] = re.sub(r"(//[^/?]+)(/\d*)?", rf"\1/{number}", os.environ["REDIS_URL"])
