"""The doctor with real workers, a real web process and a browser; and a link that is typed and followed."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.people import sign_in
from tests.journeys.running import Running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def administrator(product: Running, chromium: Browser) -> Iterator[Page]:
    """A person who may open every page of the portal."""
    page = chromium.new_page()
    sign_in(page, product, "administrator")
    yield page
    page.close()


def test_a_worker_tests_what_the_button_asks_for(product: Running, administrator: Page) -> None:
    administrator.goto(f"{product.base_url}/admin/doctor/")

    administrator.get_by_role("button", name="Test everything").click()

    endpoint = f"{product.base_url}/applemessagesforbusiness is reached."
    expect(administrator.get_by_text(endpoint)).to_be_visible()
    administrator.get_by_role("link", name=product.demo["businesses"][0]["name"]).first.click()
    expect(administrator.get_by_text("It answers and takes our token.")).to_be_visible()
    expect(administrator.get_by_text("It takes calls for this account ID.")).to_be_visible()
    expect(administrator.get_by_text("The gateway and this host agree about the time.")).to_be_visible()


def test_the_link_follows_what_is_typed_and_the_phone_follows_the_link(product: Running, administrator: Page) -> None:
    administrator.goto(f"{product.base_url}/admin/channels_app/account/")
    administrator.get_by_role("link", name=product.demo["businesses"][0]["name"], exact=True).click()
    administrator.get_by_role("link", name="QR code, intent, group and first words").click()
    administrator.get_by_label("Intent").fill("order-status")
    administrator.get_by_label("First words").press_sequentially("Where is it?")

    expect(administrator.get_by_text("?biz-intent-id=order-status&body=Where%20is%20it%3F")).to_be_visible()
    expect(administrator.get_by_label("First words")).to_be_focused()
    administrator.get_by_role("link", name="Try it on the simulated phone").click()
    administrator.get_by_role("button", name="Open the phone").click()
    expect(administrator.get_by_label("Message", exact=True)).to_have_value("Where is it?")
