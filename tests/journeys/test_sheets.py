"""Rich messages on the phone, answered without a mouse, and looked at by axe with a sheet open."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
import requests
from playwright.sync_api import Browser, Locator, Page, expect

from omnichannel import amb
from tests.device import prompts
from tests.journeys.axe import grave_faults
from tests.journeys.keyboard import Keyboard
from tests.journeys.people import in_path, open_page, open_the_phone
from tests.journeys.running import Running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@dataclass(frozen=True)
class Phone:
    """A customer's phone in a browser, and the business that writes to it."""

    product: Running
    page: Page
    customer: str

    @property
    def log(self) -> Locator:
        """Return the conversation."""
        return self.page.get_by_role("log")

    @property
    def sheet(self) -> Locator:
        """Return the open sheet."""
        return self.page.get_by_role("dialog")

    def receives(self, payload: dict[str, Any], type_: str = "interactive") -> None:
        """Have the business send a rich message."""
        msp, business = self.product.demo["msp"], self.product.demo["businesses"][0]["id"]
        identifier = str(uuid4())
        headers = {
            "Authorization": amb.bearer(amb.Credentials(msp["id"], msp["secret"])),
            "id": identifier,
            "source-id": business,
            "destination-id": self.customer,
        }
        name = "richLinkData" if type_ == "richLink" else "interactiveData"
        body = {"v": 1, "id": identifier, "type": type_, "sourceId": business, "destinationId": self.customer}
        address = f"{self.product.demo['gateway_url']}/message"
        answer = requests.post(address, json=body | {name: payload}, headers=headers, timeout=30)
        assert answer.ok, answer.text

    def last_answer(self) -> dict[str, Any]:
        """Return the newest interactive data that the customer sent."""
        shown = self.product.simulator("GET", f"phones/{in_path(self.customer)}")["messages"]
        newest = next(each for each in reversed(shown) if each["from"] == "customer" and each["interactive"])
        data: dict[str, Any] = newest["interactive"]
        return data


@pytest.fixture
def phone(product: Running, chromium: Browser, faults: list[str]) -> Phone:
    """A new customer of the first demo business."""
    page = open_page(chromium, faults, 1180)
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{product.base_url}/simulator/")
    page.get_by_label("Business", exact=True).select_option(label=product.demo["businesses"][0]["name"])
    open_the_phone(page)
    page.get_by_label("Message", exact=True).wait_for()
    return Phone(product, page, page.locator(".opaque").inner_text().strip())


def test_a_quick_reply_is_tapped_by_keyboard_alone(phone: Phone) -> None:
    keys = Keyboard(phone.page)

    phone.receives(prompts.QUICK_REPLY)
    expect(phone.log.get_by_role("button", name="Tuesday")).to_be_visible()
    keys.to("Tuesday").press("Enter")
    expect(phone.log.get_by_text("You: Tuesday")).to_be_visible()
    expect(phone.log.get_by_text("Drop-off day")).to_be_visible()


def test_a_list_is_closed_and_opened_again_and_answered_by_keyboard_alone(phone: Phone) -> None:
    keys = Keyboard(phone.page)

    phone.receives(prompts.LIST_PICKER)
    expect(phone.log.get_by_role("button", name="What does your bike need?")).to_be_visible()
    keys.to("What does your bike need?").press("Enter")
    expect(phone.sheet.get_by_role("button", name="Send")).to_be_disabled()
    expect(phone.sheet.get_by_label("Wheel truing")).to_be_focused()
    keys.press("Tab", "Space")
    keys.to("Collect in the shop").press("Space", "ArrowDown")
    phone.page.keyboard.press("Escape")
    expect(phone.sheet).to_have_count(0)
    expect(phone.log.get_by_role("button", name="What does your bike need?")).to_be_focused()
    keys.press("Enter")
    expect(phone.sheet.get_by_label("Wheel truing")).to_be_focused()
    keys.press("Tab", "Space")
    keys.to("Collect in the shop").press("Space", "ArrowDown", "Enter")
    expect(phone.log.get_by_text("Brake tune-up, Courier")).to_be_visible()


def test_times_apps_payments_and_sign_ins_are_answered_by_keyboard_alone(phone: Phone) -> None:
    keys = Keyboard(phone.page)

    phone.receives(prompts.TIME_PICKER)
    expect(phone.log.get_by_role("button", name="Pick a time")).to_be_visible()
    keys.to("Pick a time").press("Enter")
    expect(phone.sheet.get_by_role("radio")).to_have_count(2)
    keys.press("Space", "Enter")
    expect(phone.log.get_by_text("Monday, 3 November, 10:30")).to_be_visible()

    phone.receives(prompts.APP)
    expect(phone.log.get_by_role("button", name="Job 7731")).to_be_visible()
    keys.to("Rear wheel").press("Enter")
    expect(phone.sheet).to_be_visible()
    keys.to("step").press("Control+a")
    keys.types("3").press("Enter")
    expect(phone.sheet).to_have_count(0)
    assert phone.last_answer()["URL"] == "?job=7731&step=3"

    for prompt, words in ((prompts.PAYMENT, "Do not pay"), (prompts.SIGN_IN, "Do not sign in")):
        title = prompt["receivedMessage"]["title"]
        phone.receives(prompt)
        expect(phone.log.get_by_role("button", name=title)).to_be_visible()
        keys.to(title).press("Enter")
        expect(phone.sheet.get_by_role("button", name=words)).to_be_visible()
        keys.to(words).press("Enter")
        expect(phone.sheet).to_have_count(0)
    assert phone.last_answer()["data"]["authenticate"] == {"status": "cancel"}


def test_a_form_is_filled_in_page_by_page_by_keyboard_alone(phone: Phone) -> None:
    keys = Keyboard(phone.page)
    phone.receives(prompts.FORM)
    expect(phone.log.get_by_role("button", name="Repair request")).to_be_visible()

    keys.to("Repair request").press("Enter")
    expect(phone.sheet.get_by_role("button", name="Start")).to_be_visible()
    keys.to("Start").press("Enter")
    expect(phone.sheet.get_by_role("button", name="Next")).to_be_disabled()
    keys.to("City bike").press("Space", "ArrowDown")
    keys.to("Next").press("Enter")
    expect(phone.sheet.get_by_role("group", name="Motor serial number")).to_be_visible()
    expect(phone.sheet.get_by_role("button", name="Next")).to_be_disabled()
    keys.to("Number").types("ab").press("Tab")
    expect(phone.sheet.get_by_role("alert").filter(has_text="not in the form")).to_be_visible()
    keys.press("Shift+Tab", "Control+a")
    keys.types("AB12CD").press("Enter")
    expect(phone.sheet.get_by_role("group", name="Frame size")).to_be_visible()
    keys.to("cm").press("ArrowUp", "Enter")
    keys.to("Lights").press("Space")
    keys.to("Next").press("Enter")
    expect(phone.sheet.get_by_role("group", name="Earliest drop-off")).to_be_visible()
    keys.to("Next").press("Enter")
    keys.to("Anything else?").types("Thank you")
    keys.to("Next").press("Enter")
    summary = phone.sheet.get_by_role("definition")
    expect(summary).to_have_text(["E-bike", "AB12CD", "50", "Lights", "2036-11-02", "Thank you"])
    keys.to("Send").press("Enter")

    expect(phone.sheet).to_have_count(0)
    pages = phone.last_answer()["data"]["dynamic"]["selections"]
    assert [page["items"][0]["value"] for page in pages] == [
        "ebike",
        "AB12CD",
        "50",
        "lights",
        "02.11.2036",
        "Thank you",
    ]


def test_what_comes_meanwhile_leaves_the_focus_on_a_bubble(phone: Phone) -> None:
    phone.receives(prompts.TIME_PICKER)
    bubble = phone.log.get_by_role("button", name="Pick a time")
    bubble.focus()

    phone.receives(prompts.APP)
    expect(phone.log.get_by_role("button", name="Job 7731")).to_be_visible()

    expect(bubble).to_be_focused()


@pytest.mark.parametrize("width", [1180, 390])
def test_a_sheet_that_slides_in_moves_neither_the_phone_nor_the_window(phone: Phone, width: int) -> None:
    phone.page.set_viewport_size({"width": width, "height": 900})
    phone.page.emulate_media(reduced_motion="no-preference")
    prompts_with_sheets = (prompts.LIST_PICKER, prompts.TIME_PICKER, prompts.FORM)
    for payload in prompts_with_sheets:
        phone.receives(payload)

    for payload in prompts_with_sheets:
        # Not with the mouse: that would scroll by itself to what it presses.
        phone.log.get_by_role("button", name=payload["receivedMessage"]["title"]).dispatch_event("click")
        expect(phone.sheet).to_be_visible()
        phone.sheet.evaluate("sheet => Promise.all(sheet.getAnimations().map(each => each.finished))")
        assert phone.page.evaluate("[document.querySelector('.phone').scrollTop, scrollY]") == [0, 0]
        phone.sheet.get_by_role("button", name="Cancel").dispatch_event("click")
        expect(phone.sheet).to_have_count(0)


@pytest.mark.parametrize(("width", "scheme"), [(1180, "light"), (390, "dark")])
def test_axe_finds_nothing_grave_with_a_sheet_open(phone: Phone, width: int, scheme: Any) -> None:
    phone.page.set_viewport_size({"width": width, "height": 900})
    phone.page.emulate_media(color_scheme=scheme)
    with_sheets = [
        prompts.LIST_PICKER,
        prompts.TIME_PICKER,
        prompts.FORM,
        prompts.PAYMENT,
        prompts.SIGN_IN,
        prompts.APP,
    ]
    phone.receives(prompts.LINK, "richLink")
    for payload in prompts.PROMPTS.values():
        phone.receives(payload)
    bubbles = [phone.log.get_by_role("button", name=each["receivedMessage"]["title"]) for each in with_sheets]
    for bubble in bubbles:
        expect(bubble).to_be_visible()
    found = [grave_faults(phone.page)]

    for bubble in bubbles:
        bubble.click()
        expect(phone.sheet).to_be_visible()
        found.append(grave_faults(phone.page))
        phone.sheet.get_by_role("button", name="Cancel").click()
        expect(phone.sheet).to_have_count(0)

    assert found == [[]] * 7
