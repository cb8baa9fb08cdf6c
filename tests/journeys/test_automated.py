"""An administrator writes what is said by itself, and the next customer reads it on the phone."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.people import in_path, open_page, sign_in
from tests.journeys.running import Running, eventually

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def test_what_an_administrator_writes_greets_the_next_customer(
    product: Running, chromium: Browser, faults: list[str]
) -> None:
    page = open_page(chromium, faults, 1440)
    sign_in(page, product, "administrator")
    page.goto(f"{product.base_url}/admin/automated-messages/greeting/?language=en")
    field, bubble = page.get_by_label("Localized text"), page.locator("[data-bubble]")

    field.fill("Welcome to {Shop}")
    expect(page.get_by_role("status").filter(has_text="{Shop} stands for nothing.")).to_be_visible()
    field.fill("Welcome to ")
    page.get_by_role("button", name="{QueueName}", exact=True).click()
    expect(bubble).to_have_text("Welcome to Sales")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(re.compile(r"automated-messages/\?language=en$"))

    phone = product.simulator("POST", "phones", json={"business_id": product.demo["businesses"][0]["id"]})["id"]
    product.simulator("POST", f"phones/{in_path(phone)}/messages", json={"text": "Hello"})
    shown = eventually(lambda: product.simulator("GET", f"phones/{in_path(phone)}")["messages"][1:])
    assert [message["text"] for message in shown] == ["Welcome to Sales"]

    page.get_by_label("Greeting message for async channels and voice").check()
    page.get_by_role("button", name="Reset to stock").click()
    expect(page.get_by_text("Thanks for writing to us.")).to_be_visible()


def test_messages_of_an_instance_are_added_and_removed_on_its_page(
    product: Running, chromium: Browser, faults: list[str]
) -> None:
    page = open_page(chromium, faults, 1440)
    sign_in(page, product, "administrator")
    page.goto(f"{product.base_url}/admin/automated-messages/instances/1/")
    before = page.locator("[data-message]").count()

    page.get_by_role("button", name="Add message").click()
    added = page.locator("[data-message]").nth(before)
    added.get_by_label("Message trigger").select_option("holiday")
    added.get_by_role("textbox", name="Automated message").fill("Back on {$Day$}")
    expect(added.locator("[data-bubble]")).to_have_text("Back on ‹Day›")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("are saved.")).to_be_visible()
    saved = page.locator("[data-message]", has_text="Back on")
    saved.get_by_label("Remove").check()
    expect(saved).to_be_visible()
    page.get_by_role("button", name="Save").click()

    expect(saved).to_have_count(0)
