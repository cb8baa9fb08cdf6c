"""Routing rules in a browser: written by an administrator, felt by a customer."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.people import sign_in
from tests.journeys.running import Running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture
def rules(product: Running, chromium: Browser) -> Iterator[Page]:
    """The rules of the first workstream, in front of an administrator."""
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    sign_in(page, product, "administrator")
    page.goto(f"{product.base_url}/admin/workstreams/workstream/")
    page.locator(".results tbody a").first.click()
    page.get_by_role("link", name="No rules yet").click()
    yield page
    page.close()


@pytest.mark.accepts("A2.11-3")
def test_an_administrator_writes_a_rule_and_tries_it(product: Running, rules: Page) -> None:
    rules.get_by_role("link", name="Add rule").click()
    rules.get_by_label("Rule name").fill("Groups")
    rules.get_by_label("What is looked at").select_option(label="Group id")
    expect(rules.get_by_label("Value", exact=True)).to_be_visible()
    rules.get_by_label("How").select_option(label="is set (contains data)")
    expect(rules.get_by_label("Value", exact=True)).to_be_hidden()
    rules.get_by_role("button", name="Add condition").click()
    second = rules.get_by_role("group", name="Condition 2")
    expect(second.get_by_label("What is looked at")).to_be_focused()
    second.get_by_label("Value", exact=True).fill("billing")
    rules.get_by_label("Route to queue").select_option(index=1)

    rules.get_by_label("Rule name").press("Enter")

    expect(rules.get_by_text("Group id is set and Intent id equals billing")).to_be_visible()
    rules.get_by_label("Group id").fill("tokyo")
    rules.get_by_label("Intent id").fill("Billing")
    rules.get_by_role("button", name="Try", exact=True).click()
    expect(rules.get_by_text("Rule 1 matched because Group id is set and Intent id equals billing")).to_be_visible()
    rules.get_by_role("link", name="Delete Groups").click()
    rules.get_by_role("button", name="Delete").click()
    expect(rules.get_by_text("No rules yet: every conversation")).to_be_visible()
