"""Step 1 in a browser, from a business that nobody has added to the conversation that its customer's phone starts."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.journeys.album import keep_all
from tests.journeys.people import in_path, open_page, sign_in
from tests.journeys.running import Running, eventually

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@dataclass(frozen=True)
class Shop:
    """A business that Apple knows and we do not yet."""

    name: str
    business_id: str


@pytest.fixture
def shop(product: Running) -> Shop:
    """A business of the demo's provider, new in every test."""
    shop = Shop(f"Velo rental {uuid4().hex[:6]}", str(uuid4()))
    provider = {"msp_id": product.demo["msp"]["id"]}
    product.simulator("POST", "businesses", json=provider | {"business_id": shop.business_id, "name": shop.name})
    return shop


@pytest.fixture
def page(product: Running, chromium: Browser, faults: list[str]) -> Iterator[Page]:
    """A window in which an administrator has signed in."""
    page = open_page(chromium, faults, 1440)
    sign_in(page, product, "administrator")
    yield page
    page.close()


def summary_of(page: Page) -> dict[str, str]:
    """What the Summary says, by label."""
    expect(page.get_by_role("heading", name="Summary", exact=True)).to_be_visible()
    lines = page.locator(".summary dl")
    return dict(zip(lines.locator("dt").all_inner_texts(), lines.locator("dd").all_inner_texts(), strict=True))


def first_conversation(product: Running, shop: Shop) -> str:
    """Write from a phone and return the name of the queue where that waits."""
    phone = product.simulator("POST", "phones", json={"business_id": shop.business_id})["id"]
    product.simulator("POST", f"phones/{in_path(phone)}/messages", json={"text": "Do you rent tandems?"})
    found = eventually(lambda: product.api("GET", "conversations/", params={"customer": phone})["results"])
    return str(found[0]["queue"]["name"])


def press(page: Page, button: str) -> None:
    """Click a button."""
    page.get_by_role("button", name=button, exact=True).click()


def add_account(page: Page, shop: Shop) -> None:
    """Add the business in the portal, from the list of accounts back to it."""
    page.get_by_role("link", name="Add account").first.click()
    page.get_by_label("Name").fill(shop.name)
    page.get_by_label("Apple Messages for Business").check()
    keep_all(page, "account-channel")
    press(page, "Next: Add account")
    page.get_by_label("account ID").fill(f"  {shop.business_id.upper()} ")
    page.get_by_label("MSP connection").select_option(index=1)
    connection = page.get_by_label("MSP connection").locator("option:checked").inner_text()
    keep_all(page, "account-details")
    press(page, "Next: Summary")
    keep_all(page, "account-summary")
    assert summary_of(page) == {
        "Name": shop.name,
        "Channels": "Apple Messages for Business",
        "Apple Messages for Business account ID": shop.business_id,
        "MSP connection": connection,
    }
    press(page, "Finish")
    expect(page.get_by_role("row").filter(has_text=shop.business_id)).to_contain_text("no workstream yet")


def create_workstream(page: Page, shop: Shop) -> None:
    """Create a workstream with a queue of its own, and stay on its page."""
    page.get_by_role("link", name="Workstreams").click()
    page.get_by_role("link", name="Add workstream").first.click()
    page.get_by_label("Name", exact=True).fill(shop.name)
    page.get_by_label("Push").check()
    page.get_by_label("Create new").check()
    page.get_by_label("Name of the new queue").fill(f"{shop.name} team")
    keep_all(page, "new-workstream")
    press(page, "Create")
    expect(page.get_by_text("No account yet")).to_be_visible()
    keep_all(page, "workstream-without-account")


def set_up(page: Page, shop: Shop) -> None:
    """Put the account to work; sign-in and payment wait for their records."""
    page.get_by_role("link", name="Set up Apple Messages for Business").click()
    page.get_by_label(shop.name).check()
    keep_all(page, "set-up-accounts")
    press(page, "Next: Language")
    page.get_by_label("Language").select_option(label="German")
    keep_all(page, "set-up-language")
    press(page, "Next: Behaviors")
    press(page, "Add message")
    page.get_by_label("Message trigger").select_option(index=1)
    trigger = page.get_by_label("Message trigger").locator("option:checked").inner_text()
    own_text = page.get_by_role("textbox", name="Automated message")
    own_text.fill("Willkommen!")
    page.get_by_role("switch", name="Authentication settings").check()
    expect(page.get_by_text("Draft saved")).to_be_visible()
    keep_all(page, "set-up-behaviors")
    page.reload()
    expect(own_text).to_have_value("Willkommen!")
    press(page, "Next: User features")
    page.get_by_role("switch", name="File attachments: customers").check()
    page.get_by_role("switch", name="Apple Pay").check()
    keep_all(page, "set-up-features")
    press(page, "Back")
    press(page, "Next: User features")
    press(page, "Next: Summary")
    keep_all(page, "set-up-summary")
    assert summary_of(page) == {
        "Account": shop.name,
        "Account ID": shop.business_id,
        "Language": "German",
        "Custom automated messages": f"{trigger}: Willkommen!",
        "Post-conversation survey": "Off",
        "Authentication settings": "On",
        "Authentication setting": "Not chosen yet; it can be chosen later",
        "File attachments: customers": "On",
        "File attachments: agents": "Off",
        "Apple Pay": "On",
        "Payment profile": "Not chosen yet; it can be chosen later",
    }
    press(page, "Create")
    expect(page.get_by_text("Setting missing")).to_be_visible()
    expect(page.get_by_text("Profile missing")).to_be_visible()


@pytest.mark.accepts("A2.1-1", "A2.3-3", "A2.3-4")
def test_step_1_with_the_mouse(product: Running, page: Page, shop: Shop) -> None:
    page.goto(f"{product.base_url}/admin/channels_app/account/")

    add_account(page, shop)
    create_workstream(page, shop)
    set_up(page, shop)

    assert first_conversation(product, shop) == f"{shop.name} team"


def test_a_draft_counts_as_saved_once_the_newest_entry_is(product: Running, page: Page) -> None:
    page.goto(f"{product.base_url}/admin/channels_app/account/add/")
    name, told = page.get_by_label("Name"), page.locator("[data-kept]")
    held: list[Route] = []
    page.route("**/add/**", lambda route: held.append(route), times=2)  # noqa: PLW0108  Playwright marks its handlers
    with page.expect_request("**/add/**"):
        name.fill("Velo")
    name.fill("Velo rental")

    with page.expect_request("**/add/**"):
        held[0].continue_()
    assert told.inner_text() == ""
    held[1].continue_()

    expect(told).to_have_text("Draft saved")
    expect(page.get_by_role("button", name="Discard draft")).to_be_visible()
    page.reload()
    expect(name).to_have_value("Velo rental")
    name.fill("Velo hire")
    page.reload()
    expect(name).to_have_value("Velo hire")
    press(page, "Discard draft")
    expect(page.get_by_text("The draft is discarded.")).to_be_visible()
