"""One running installation for all journeys, and a browser where there is one."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.running import Running, running

CHROMIUM = next((path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), None)
# Debian's Chromium as root needs the first; the others keep it from calling home.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The product, started once."""
    with running(tmp_path_factory.mktemp("running")) as started:
        yield started


# Closed with its module: while Playwright runs, Django takes the thread for an asynchronous one and refuses queries.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium; without one the test is skipped, or fails where REQUIRE_BROWSER=1 asks for it."""
    if CHROMIUM is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail("REQUIRE_BROWSER=1, and there is no Chromium here.")
        pytest.skip("There is no Chromium here; browser tests need one.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def pictures(request: pytest.FixtureRequest) -> Path:
    """The folder for screenshots: the documentation's when SCREENSHOTS=1, else one that is thrown away."""
    if os.environ.get("SCREENSHOTS") == "1":
        return Path(__file__).parents[2] / "docs" / "images"
    folder: Any = request.getfixturevalue("tmp_path")
    return Path(folder)
