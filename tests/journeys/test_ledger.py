"""What went wrong is found in the ledger by a supervisor, tried again, and arrives."""

import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.people import in_path, open_page, sign_in
from tests.journeys.running import ROOT, Running, eventually

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


ADD_ACCOUNT = """
from channels_app.models import Account, MspConnection
Account.objects.create(name="Velo rental", business_id="{business}", connection=MspConnection.objects.first())
"""
PUT_TO_WORK = """
from channels_app.models import Account, ChannelInstance
from workstreams.models import Workstream
account = Account.objects.get(business_id="{business}")
ChannelInstance.objects.create(account=account, workstream=Workstream.objects.first())
"""


def provider(product: Running) -> dict[str, str]:
    """The provider of the demo, as the simulator wants it."""
    return {"msp_id": product.demo["msp"]["id"], "secret": product.demo["msp"]["secret"]}


def in_shell(product: Running, code: str) -> str:
    """Run Python in the installation and return what it printed."""
    command = [sys.executable, "manage.py", "shell", "--verbosity", "0", "--command", code]
    answer = subprocess.run(
        command, cwd=ROOT, env=product.environment, check=True, capture_output=True, text=True, timeout=60
    )
    return answer.stdout.strip()


def conversation_of(product: Running, phone: str) -> Any:
    """The customer's conversation, as soon as there is one."""
    found = eventually(lambda: product.api("GET", "conversations/", params={"customer": phone})["results"])
    return found[0]["id"]


def answers_on(product: Running, phone: str) -> list[str]:
    """The words of the business that a phone shows."""
    bubbles = product.simulator("GET", f"phones/{in_path(phone)}")["messages"]
    return [bubble["text"] for bubble in bubbles if bubble["from"] == "business"]


def words_in(product: Running, conversation: int) -> list[str]:
    """What the customer has written."""
    messages = product.api("GET", f"conversations/{conversation}/messages/")["results"]
    return [each["text"] for each in messages if each["direction"] == "in"]


@pytest.fixture
def supervisor(product: Running, chromium: Browser, faults: list[str]) -> Page:
    """The window of a supervisor."""
    page = open_page(chromium, faults, 1440)
    sign_in(page, product, "supervisor")
    return page


def test_a_message_that_apple_refused_is_found_and_arrives(product: Running, supervisor: Page, pictures: Path) -> None:
    business = product.demo["businesses"][0]["id"]
    phone = product.simulator("POST", "phones", json={"business_id": business})["id"]
    product.simulator("POST", f"phones/{in_path(phone)}/messages", json={"text": "When do you open?"})
    conversation = conversation_of(product, phone)
    # The greeting is past the gateway before that has a bad day.
    [greeting] = eventually(lambda: answers_on(product, phone))
    product.simulator("PUT", "faults", json={"kind": "gateway_400", "phone": phone, "on": True, "times": 1})
    message = product.api("POST", f"conversations/{conversation}/messages/", json={"text": "We open at nine."})["id"]

    supervisor.goto(f"{product.base_url}/admin/ledger/")
    line = supervisor.locator(f'a[href$="/to-apple/{message}/"]')
    eventually(lambda: supervisor.reload() and line.count())
    supervisor.screenshot(path=pictures / "ledger.png")
    supervisor.get_by_label("Find by id").fill(f"message {message}")
    supervisor.get_by_label("Find by id").press("Enter")
    expect(supervisor.get_by_role("heading", name=f"Message {message}")).to_be_visible()
    supervisor.screenshot(path=pictures / "ledger-message.png")
    supervisor.get_by_role("button", name="Send again").click()
    expect(supervisor.get_by_text("It is queued and goes out in a moment")).to_be_visible()

    assert eventually(lambda: answers_on(product, phone)[1:]) == ["We open at nine."]
    assert answers_on(product, phone)[0] == greeting
    # The phone has it a moment before the worker hears that, and writes it down.
    sent = supervisor.get_by_role("cell", name="Sent", exact=True)
    eventually(lambda: supervisor.reload() and sent.count())


def test_a_delivery_that_nobody_was_ready_for_is_applied_once_somebody_is(product: Running, supervisor: Page) -> None:
    business = str(uuid4())
    product.simulator("POST", "businesses", json={"business_id": business, "name": "Velo rental"} | provider(product))
    in_shell(product, ADD_ACCOUNT.format(business=business))
    phone = product.simulator("POST", "phones", json={"business_id": business})["id"]
    product.simulator("POST", f"phones/{in_path(phone)}/messages", json={"text": "Anybody there?"})
    supervisor.goto(f"{product.base_url}/admin/ledger/from-apple/?state=parked")
    lines = supervisor.get_by_role("row").filter(has_text="Velo rental")
    # The phone says that somebody types before it says what.
    eventually(lambda: supervisor.reload() and lines.count() == 2)
    expect(lines.first.get_by_text("No channel instance uses this account.")).to_be_visible()

    in_shell(product, PUT_TO_WORK.format(business=business))
    for number in range(2):
        lines.nth(number).get_by_role("checkbox").check()
    supervisor.get_by_role("button", name="Apply the chosen again").click()

    expect(supervisor.get_by_text("2 deliveries are applied again.")).to_be_visible()
    conversation = conversation_of(product, phone)
    assert eventually(lambda: words_in(product, conversation)) == ["Anybody there?"]
