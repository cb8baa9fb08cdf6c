"""One running installation for all journeys, and a browser where there is one."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Locator, expect, sync_playwright

from tests.journeys.people import close_pages
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


PUT_AWAY = """
UPDATE richmessages_richmessage SET state = 'draft', edits = NULL WHERE state = 'active' AND id <> ALL(%s)
"""

# A bound for what is broken, not a goal: other tests keep both cores busy meanwhile.
expect.set_options(timeout=20_000)


@pytest.fixture(autouse=True, scope="session")
def pages_wake_first() -> Iterator[None]:
    """A click or a key that leads to another page waits until its scripts run.

    Playwright goes on as soon as an element is there, and an Enter before the phone is awake only begins a new line.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name in ("click", "press"):
            patch.setattr(Locator, name, _and_waits(getattr(Locator, name)))
        yield


def _and_waits(act: Callable[..., None]) -> Callable[..., None]:
    def act_and_wait(locator: Locator, *args: Any, **options: Any) -> None:
        act(locator, *args, **options)
        locator.page.wait_for_load_state()

    return act_and_wait


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The product, started once."""
    with running(tmp_path_factory.mktemp("running")) as started:
        yield started


@pytest.fixture
def faults() -> Iterator[list[str]]:
    """What the browser complains about; a page that breaks the content security policy does so here."""
    heard: list[str] = []
    yield heard
    complaints = list(heard)
    close_pages()
    assert complaints == []


@pytest.fixture
def shop_as_it_was(product: Running) -> Iterator[None]:
    """Put away afterwards what a test has published, so that the next one finds the demo's rich messages alone."""
    with psycopg.connect(product.environment["DATABASE_URL"], autocommit=True) as connection:
        known = [row[0] for row in connection.execute("SELECT id FROM richmessages_richmessage WHERE state = 'active'")]
        yield
        connection.execute(PUT_AWAY, [known])


# Closed with its package: while Playwright runs, Django takes the thread for an asynchronous one and refuses queries.
@pytest.fixture(scope="package")
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
