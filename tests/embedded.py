"""A pytest plugin that gives a test run its servers, keys and folder before Django reads its settings."""

import os
from contextlib import ExitStack

import pytest

from omnichannel.launcher.throwaway import surroundings


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Prepare the environment once; the workers of pytest-xdist inherit it."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        stack = ExitStack()
        early_config.add_cleanup(stack.close)
        os.environ.update(stack.enter_context(surroundings()))
