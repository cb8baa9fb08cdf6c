"""What an agent wrote and could not send stays in sight."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.journeys.people import sign_in
from tests.journeys.running import Running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture
def console(product: Running, chromium: Browser) -> Iterator[Page]:
    """An agent's console with a conversation of its own on the screen."""
    phone = product.simulator("POST", "phones", json={"business_id": product.demo["businesses"][0]["id"]})["id"]
    product.simulator("POST", f"phones/{quote(phone, safe='')}/messages", json={"text": f"Is it {phone[-9:-1]}?"})
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    sign_in(page, product, "agent")
    page.goto(f"{product.base_url}/console/?view=open&q=Is+it+{quote(phone[-9:-1])}")
    place = page.get_by_role("link").filter(has_text=phone[-9:-1]).first.get_attribute("href") or ""
    page.goto(f"{product.base_url}{place.partition('?')[0]}?view=open")
    expect(page.get_by_role("log").get_by_text(phone[-9:-1])).to_be_visible()
    yield page
    page.close()


def test_a_text_outlives_the_composer_that_it_stood_in(console: Page) -> None:
    console.get_by_label("Message to").fill("A long and careful answer.")

    console.get_by_role("button", name="End", exact=True).click()
    console.get_by_role("button", name="End conversation").click()

    expect(console.get_by_label("It was not sent")).to_have_value("A long and careful answer.")
    console.get_by_role("button", name="Discard").click()
    expect(console.get_by_label("It was not sent")).to_be_hidden()


def test_messages_that_are_sent_while_another_is_on_its_way_follow_it(console: Page) -> None:
    held: list[Route] = []
    console.route("**/send/", lambda route: held.append(route), times=1)  # noqa: PLW0108  Playwright marks its handlers
    console.get_by_label("Message to").focus()
    for words in ("We have two.", "A red one.", "And a blue one."):
        console.keyboard.type(words)
        console.keyboard.press("Enter")
    console.keyboard.type("Not yet")

    held[0].continue_()

    sent = console.get_by_role("log").locator(".entry").filter(has_text=re.compile("We have|A red|And a"))
    expect(sent).to_have_count(3)
    for number, words in enumerate(("We have two.", "A red one.", "And a blue one.")):
        expect(sent.nth(number)).to_contain_text(words)
    expect(console.get_by_label("Message to")).to_have_value("Not yet")


def test_a_message_that_fails_after_the_agent_went_on_is_told_and_kept(console: Page) -> None:
    held: list[Route] = []
    console.route("**/send/", lambda route: held.append(route))  # noqa: PLW0108  Playwright marks its handlers
    address = console.url
    console.get_by_label("Message to").fill("An answer on its way.")
    console.get_by_label("Message to").press("Enter")
    console.locator("#list-rows .item:not([aria-current])").first.click()
    console.wait_for_url(lambda url: url != address)

    held[0].abort()

    expect(console.get_by_text("Its text is kept in that conversation.")).to_be_visible()
    console.goto(address)
    expect(console.get_by_label("Message to")).to_have_value("An answer on its way.")


def test_of_a_message_that_arrives_after_the_agent_went_on_only_the_rest_is_a_draft(console: Page) -> None:
    held: list[Route] = []
    console.route("**/send/", lambda route: held.append(route))  # noqa: PLW0108  Playwright marks its handlers
    address = console.url
    console.get_by_label("Message to").fill("An answer that arrives.")
    console.get_by_label("Message to").press("Enter")
    console.keyboard.type("And this")
    console.locator("#list-rows .item:not([aria-current])").first.click()
    console.wait_for_url(lambda url: url != address)

    with console.expect_response("**/send/"):
        held[0].continue_()
    console.wait_for_function(
        "Object.values(sessionStorage).every((draft) => !draft.includes('An answer that arrives'))"
    )

    console.goto(address)
    expect(console.get_by_role("log").get_by_text("An answer that arrives.")).to_be_visible()
    expect(console.get_by_label("Message to")).to_have_value("And this")
