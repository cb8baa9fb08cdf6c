"""An address that an agent sends arrives as a link with the title and the picture of its page."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, expect

from tests.journeys.people import open_page, open_the_phone, sign_in
from tests.journeys.running import Running
from tests.website import Website, a_website

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture
def shop() -> Iterator[Website]:
    """The website of a shop, on this machine."""
    out = io.BytesIO()
    wheel = Image.new("RGB", (1200, 630), "teal")
    ImageDraw.Draw(wheel).ellipse((385, 100, 815, 530), outline="white", width=40)
    wheel.save(out, "JPEG")
    with a_website() as site:
        site.has("/wheel.jpg", out.getvalue())
        site.has(
            "/54",
            "<title>Shop</title><meta property='og:title' content='Frame 54, steel'>"
            "<meta property='og:image' content='/wheel.jpg'>",
        )
        yield site


@pytest.mark.accepts("R5")
def test_an_address_becomes_a_link(product: Running, chromium: Browser, faults: list[str], shop: Website) -> None:
    agent, phone = open_page(chromium, faults, 1440), open_page(chromium, faults, 1180)
    sign_in(agent, product, "agent")
    phone.goto(f"{product.base_url}/simulator/")
    phone.get_by_label("Business", exact=True).select_option(label="Velo shop")
    phone.get_by_label("Intent").fill("order")
    open_the_phone(phone)
    phone.get_by_label("Message", exact=True).fill("Do you have frames?")
    phone.get_by_label("Message", exact=True).press("Enter")
    agent.goto(f"{product.base_url}/console/?view=open&q=Do+you+have+frames")
    agent.get_by_role("link").filter(has_text="Do you have frames?").first.click()

    agent.get_by_label("Message to").fill(f"This one:\n{shop.url('/54')}\nShall I reserve it?")
    agent.get_by_label("Message to").press("Enter")

    expect(phone.get_by_text("Shall I reserve it?")).to_be_visible()
    expect(phone.get_by_text("Frame 54, steel").first).to_be_visible()
    expect(agent.get_by_role("log").get_by_text("Frame 54, steel").first).to_be_visible()
    agent.reload()
    expect(agent.get_by_role("log").get_by_text("Frame 54, steel").first).to_be_visible()
