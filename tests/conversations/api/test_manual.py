"""The page on which developers read our REST and try it out."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests.conversations.api.conftest import give_role
from tests.factories.conversations import ConversationFactory
from tests.factories.workstreams import ApiTokenFactory, UserFactory
from tests.journeys.conftest import CHROMIUM, FLAGS
from workstreams.models import ApiToken
from workstreams.roles import Role

Launch = Callable[[], AbstractContextManager[Page]]


@pytest.fixture
def chromium() -> Launch:
    """Return what opens a page; while it is open, this thread belongs to the browser and not to the database."""
    if CHROMIUM is None and os.environ.get("REQUIRE_BROWSER") != "1":
        pytest.skip("There is no Chromium here; browser tests need one.")

    @contextmanager
    def open_page() -> Iterator[Page]:
        with (
            sync_playwright() as playwright,
            playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS) as browser,
        ):
            yield browser.new_page(viewport={"width": 1280, "height": 900})

    return open_page


@pytest.fixture
def site(plain_static_files: None, transactional_db: None, request: pytest.FixtureRequest) -> str:
    """The address of a server over the test's database; it starts once there is a folder for static files."""
    server: LiveServer = request.getfixturevalue("live_server")
    return server.url


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """The folder for screenshots, thrown away but for those who ask."""
    return Path(os.environ.get("PICTURES", tmp_path))


def test_the_manual_needs_no_sign_in_and_names_only_files_of_ours(client: Client) -> None:
    page = client.get("/api/docs/").content.decode()

    named = re.findall(r'(?:src|href)="/static/([^"?#]+)"', page)
    assert {name for name in named if not finders.find(name)} == set()
    assert {"api/manual.js", "api/manual.css", "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js"} <= set(
        named
    )
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page) == []


def test_the_manual_has_no_inline_script_or_style(client: Client) -> None:
    answer = client.get("/api/docs/")

    page = answer.content.decode()
    assert re.findall(r"<script(?![^>]* src=)|<style|\son[a-z]+=|\sstyle=", page) == []
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.browser
def test_a_developer_tries_the_interface_with_a_token(site: str, chromium: Launch, pictures: Path) -> None:
    user = UserFactory.create()
    give_role(user, Role.API_ACCESS)
    ApiTokenFactory.create(user=user, digest=ApiToken.digest_of("oc_mine"))
    conversation = ConversationFactory.create()

    with chromium() as page:
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda fault: said.append(str(fault)))
        page.on("request", lambda request: said.append(request.url))
        page.goto(f"{site}/api/docs/")
        expect(page.get_by_text("List conversations, newest first")).to_be_visible()
        page.screenshot(path=pictures / "manual.png")
        page.get_by_role("button", name="Authorize").click()
        page.locator(".auth-container input").fill("oc_mine")
        page.get_by_role("button", name="Apply credentials").click()
        page.get_by_role("button", name="Close", exact=True).click()
        page.get_by_text("List conversations, newest first").click()
        page.get_by_role("button", name="Try it out").click()
        page.get_by_role("button", name="Execute").click()
        answer = page.locator(".live-responses-table")
        expect(answer).to_contain_text(conversation.customer.customer_id)
        page.emulate_media(color_scheme="dark")
        expect(page.locator("html.dark-mode")).to_be_attached()
        page.screenshot(path=pictures / "manual-dark.png")

    assert [line for line in said if not line.startswith(site)] == []
