"""The first day of an installation: from an empty database to the conversation that a customer's phone starts."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.keyboard import Keyboard
from tests.journeys.people import in_path, open_page
from tests.journeys.running import ROOT, Running, bare, eventually
from tests.journeys.test_set_up import Shop, add_account, create_workstream, press, set_up, summary_of

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SECRET = "QmFzZTY0IG9mIHRoaXJ0eS10d28gcmFuZG9tIGJ5dGU="
PASSWORD = "granite-olive-birch"
QUEUE_OF = """
SELECT queue.name
FROM conversations_conversation conversation
JOIN conversations_customer customer ON customer.id = conversation.customer_id
JOIN workstreams_queue queue ON queue.id = conversation.queue_id
WHERE customer.customer_id = %s
"""


@pytest.fixture
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """An installation that knows nobody but its first administrator."""
    with bare(tmp_path_factory.mktemp("bare")) as started:
        command = [sys.executable, "manage.py", "add_administrator", "ada"]
        subprocess.run(command, cwd=ROOT, env=started.environment, check=True, input=PASSWORD, text=True)
        yield started


def sign_in(page: Page, product: Running) -> None:
    """Sign the administrator in, and stay on the home page."""
    page.goto(f"{product.base_url}/admin/")
    page.get_by_label("User name").fill("ada")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    press(page, "Sign in")
    expect(page.get_by_text("Next step: Add a connection.")).to_be_visible()


def connect(page: Page, msp_id: str) -> None:
    """Follow the checklist to the connection, and enter what Apple Business Register shows."""
    page.get_by_role("link", name="Add a connection").click()
    page.get_by_label("Name", exact=True).fill("Kettle & Spoke")
    page.get_by_label("MSP ID").fill(msp_id)
    page.get_by_label("API secret").fill(SECRET)
    page.get_by_label("Gateway address").fill(f"{page.url.partition('/admin')[0]}/simulator/v1")
    press(page, "Save")
    expect(page.get_by_role("link", name="Kettle & Spoke").first).to_be_visible()


def queue_of(product: Running, shop: Shop) -> str:
    """Write from a phone, and return the name of the queue where that waits."""
    phone = product.simulator("POST", "phones", json={"business_id": shop.business_id})["id"]
    product.simulator("POST", f"phones/{in_path(phone)}/messages", json={"text": "Do you rent tandems?"})
    with psycopg.connect(product.environment["DATABASE_URL"], autocommit=True) as connection:
        row = eventually(lambda: connection.execute(QUEUE_OF, [phone]).fetchone())
    assert row
    return str(row[0])


@dataclass(frozen=True)
class AtApple:
    """What Apple has registered of us, and knows of nobody else."""

    shop: Shop
    msp_id: str


@pytest.fixture
def at_apple(empty: Running) -> AtApple:
    """A provider and its first business."""
    shop, msp_id = Shop("Velo rental", str(uuid4())), str(uuid4())
    draft = {"business_id": shop.business_id, "name": shop.name, "msp_id": msp_id, "secret": SECRET}
    empty.simulator("POST", "businesses", json=draft)
    return AtApple(shop, msp_id)


@pytest.mark.accepts("A2.1-1", "A2.3-3", "A2.3-4")
def test_an_empty_installation_comes_to_its_first_conversation_by_mouse(
    empty: Running, at_apple: AtApple, chromium: Browser, faults: list[str]
) -> None:
    page, shop = open_page(chromium, faults, 1440), at_apple.shop

    sign_in(page, empty)
    connect(page, at_apple.msp_id)
    page.get_by_role("link", name="Accounts and channels").click()
    add_account(page, shop)
    create_workstream(page, shop)
    set_up(page, shop)

    assert queue_of(empty, shop) == f"{shop.name} team"
    page.goto(f"{empty.base_url}/admin/")
    expect(page.get_by_text("Last inbound call from Apple")).to_be_visible()


@pytest.mark.accepts("A2.1-1", "A2.3-3", "A2.3-4")
def test_an_empty_installation_comes_to_its_first_conversation_by_keyboard_alone(
    empty: Running, at_apple: AtApple, chromium: Browser, faults: list[str]
) -> None:
    page, shop = open_page(chromium, faults, 1440), at_apple.shop
    keys = Keyboard(page)

    page.goto(f"{empty.base_url}/admin/")
    keys.types("ada").press("Tab")
    keys.types(PASSWORD).press("Enter")
    expect(page.get_by_text("Next step: Add a connection.")).to_be_visible()
    connect_by_keyboard(keys, empty, at_apple.msp_id)
    add_account_by_keyboard(keys, shop)
    create_workstream_by_keyboard(keys, shop)
    set_up_by_keyboard(keys, shop)

    assert queue_of(empty, shop) == f"{shop.name} team"


def connect_by_keyboard(keys: Keyboard, product: Running, msp_id: str) -> None:
    """Add the connection from the home page, and go on to the accounts."""
    keys.opens("Add a connection", "Add MSP connection")
    keys.writes("Name", "Kettle & Spoke")
    keys.writes("MSP ID", msp_id)
    keys.writes("API secret", SECRET)
    # What Tab reaches is selected, so typing takes its place.
    keys.writes("Gateway address", f"{product.base_url}/simulator/v1")
    keys.opens("Save", "MSP connections")
    keys.opens("Accounts and channels", "Accounts")


def add_account_by_keyboard(keys: Keyboard, shop: Shop) -> None:
    """Add the business, from the list of accounts back to it."""
    keys.opens("Add account", "Channel details")
    keys.writes("Name", shop.name)
    keys.to("Apple Messages for Business").press("Space")
    keys.opens("Next: Add account", "Add account")
    # Enter in a field goes on, it does not go back.
    keys.writes("Apple Messages for Business account ID", shop.business_id)
    keys.press("Enter")
    assert summary_of(keys.page) == {
        "Name": shop.name,
        "Channels": "Apple Messages for Business",
        "Apple Messages for Business account ID": shop.business_id,
        "MSP connection": "Kettle & Spoke",
    }
    keys.opens("Finish", "Accounts")


def create_workstream_by_keyboard(keys: Keyboard, shop: Shop) -> None:
    """Create a workstream with a queue of its own, and begin to set it up."""
    keys.opens("Workstreams", "Workstreams")
    keys.opens("Add workstream", "New workstream")
    keys.writes("Name", shop.name)
    keys.to("Create new").press("Space")
    keys.writes("Name of the new queue", f"{shop.name} team")
    keys.opens("Create", shop.name)
    keys.opens("Set up Apple Messages for Business", "Accounts")


def set_up_by_keyboard(keys: Keyboard, shop: Shop) -> None:
    """Put the account to work."""
    keys.chooses(f"{shop.name} {shop.business_id}", among='input[name="accounts-account"]')
    keys.opens("Next: Language", "Language")
    keys.writes("Language", "Germ")
    keys.opens("Next: Behaviors", "Behaviors")
    keys.to("Add message").press("Enter")
    keys.press("ArrowDown")
    keys.writes("Automated message", "Willkommen!")
    keys.opens("Next: User features", "User features")
    keys.to("File attachments: agents").press("Space")
    keys.opens("Next: Summary", "Summary")
    assert summary_of(keys.page) == {
        "Account": shop.name,
        "Account ID": shop.business_id,
        "Language": "German",
        "Custom automated messages": "Greeting message for async channels and voice: Willkommen!",
        "Post-conversation survey": "Off",
        "Authentication settings": "Off",
        "File attachments: customers": "Off",
        "File attachments: agents": "On",
        "Apple Pay": "Off",
    }
    keys.to("Create").press("Enter")
    expect(keys.page.get_by_text("is at work: customers can write now.")).to_be_visible()
