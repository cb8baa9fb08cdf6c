"""Rich messages in the console, by mouse and by keyboard: found with /rm, changed this once, sent, answered."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.album import keep_all
from tests.journeys.axe import grave_faults
from tests.journeys.keyboard import Keyboard
from tests.journeys.people import open_page, sign_in
from tests.journeys.running import Running, eventually

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

EVERYTHING = ["LIST", "QUICK", "TIME", "FORM"]
# What the demo's shop has in English: how it is found, what the log shows of it, the choice, and how that is told.
JOURNEYS: list[tuple[str, str, Any, str]] = [
    ("What is it about?", "A repair", "1", "A repair"),
    ("Which bike?", "Which bike may we show you?", ["0.0", "0.1"], "Blue, 54 cm, Green with basket"),
    ("Bring it in", "When would you like to bring it?", "0.0", "As the customer saw it"),
    ("#forms repair", "Repair request", {"bike": "0.0", "fault": ["2.0"], "words": "It squeaks"}, "It squeaks"),
    ("Track", "Job 7731", "?job=7731&step=3", "step=3"),
    ("Opening hours", "Open until six, Saturdays until two", None, ""),
    ("#video rich link", "How to true a wheel", None, ""),
]


@dataclass(frozen=True)
class Chat:
    """A customer's phone, and the conversation in front of an agent."""

    product: Running
    customer: str
    agent: Page

    @property
    def log(self) -> Any:
        """Return the transcript."""
        return self.agent.get_by_role("log")

    @property
    def shown(self) -> list[dict[str, Any]]:
        """Return the rich messages that the phone shows, in order."""
        address = f"phones/{quote(self.customer, safe='')}"
        messages = self.product.simulator("GET", address)["messages"]
        return [each for each in messages if each["from"] == "business" and each["type"] != "text"]

    def finds(self, words: str) -> None:
        """Type what opens the best match."""
        self.agent.get_by_label("Message to").press_sequentially(f"/rm {words}")
        self.agent.keyboard.press("Enter")
        expect(self.agent.get_by_role("heading", name="Rich Message Preview")).to_be_focused()

    def sends(self) -> None:
        """Press the button under the preview."""
        self.agent.get_by_role("button", name="Send Message").click()
        expect(self.agent.get_by_role("dialog", name="Rich messages")).to_be_hidden()

    def answers(self, chosen: object) -> None:
        """Have the customer answer the newest rich message, as its sheet would."""
        answer = {"message": self.shown[-1]["id"], "chosen": chosen}
        self.product.simulator("POST", f"phones/{quote(self.customer, safe='')}/answers", json=answer)

    def looks_again(self) -> None:
        """Have the console fetch the conversation anew, as it does when anything happened."""
        with self.agent.expect_response(lambda answer: "/thread/" in answer.url):
            self.agent.evaluate("dispatchEvent(new Event('online'))")
        self.agent.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def chat_of(product: Running, browser: Browser, faults: list[str], capabilities: list[str]) -> Chat:
    """Have a customer write, and an agent look at it."""
    details = {
        "business_id": product.demo["businesses"][0]["id"],
        "locale": "en_US",
        "capabilities": capabilities,
    }
    customer = str(product.simulator("POST", "phones", json=details)["id"])
    product.simulator("POST", f"phones/{quote(customer, safe='')}/messages", json={"text": "Do you have it in blue?"})
    found = eventually(lambda: product.api("GET", "conversations/", params={"customer": customer})["results"])
    agent = open_page(browser, faults, 1440)
    sign_in(agent, product, "agent")
    agent.goto(f"{product.base_url}/console/conversations/{found[0]['id']}/")
    expect(agent.get_by_text("Live", exact=True)).to_be_visible()
    return Chat(product, customer, agent)


@pytest.fixture
def chat(product: Running, chromium: Browser, faults: list[str]) -> Chat:
    """A customer whose device shows everything."""
    return chat_of(product, chromium, faults, EVERYTHING)


@pytest.mark.accepts("A6-4", "A5.12-5")
def test_every_kind_is_sent_answered_and_told_also_after_a_reload(chat: Chat) -> None:
    for number, (words, bubble, chosen, told) in enumerate(JOURNEYS, start=1):
        chat.finds(words)
        chat.sends()
        expect(chat.log.get_by_text(bubble).first).to_be_visible()
        eventually(lambda number=number: len(chat.shown) == number)  # type: ignore[misc]
        if chosen is not None:
            chat.answers(chosen)
            expect(chat.log.locator(".answer").last).to_contain_text(told)

    chat.agent.reload()

    expect(chat.log.locator(".rich-sent")).to_have_count(7)
    expect(chat.log.locator(".answer")).to_have_count(5)
    expect(chat.log.get_by_text("Answer to “Which bike may we show you?”")).to_have_count(1)
    chat.log.get_by_text("Answer to “Which bike may we show you?”").click()
    expect(chat.log.locator("li:focus")).to_contain_text("Which bike may we show you?")
    chat.looks_again()
    expect(chat.log.locator("li:focus")).to_contain_text("Which bike may we show you?")
    keep_all(chat.agent, "rich-answers")


@pytest.mark.accepts("A6-2")
def test_an_agent_changes_a_list_by_mouse_for_one_sending(chat: Chat) -> None:
    agent = chat.agent
    agent.get_by_role("button", name="Rich message").click()
    expect(agent.get_by_role("option", name="Deposit")).to_have_attribute("aria-disabled", "true")
    expect(agent.get_by_role("option", name="Deposit")).to_contain_text("Apple Pay is not set up for this channel.")
    keep_all(agent, "rich-messages")
    agent.get_by_role("option", name="Which bike?").click()
    drawn = agent.get_by_role("group", name="As the phone shows it").first
    expect(drawn.get_by_text("Yellow, 52 cm")).to_be_visible()

    field = agent.get_by_label("Option title 1.3", exact=True)
    field.fill("")
    expect(agent.get_by_text("Fill this in.")).to_be_visible()
    expect(agent.get_by_role("button", name="Send Message")).to_have_attribute("aria-disabled", "true")
    field.fill("Red, 52 cm, from Friday")
    expect(drawn.get_by_text("Red, 52 cm, from Friday")).to_be_visible()
    keep_all(agent, "rich-message-preview")
    chat.sends()

    expect(chat.log.locator(".state").get_by_text("List picker")).to_be_visible()
    eventually(lambda: chat.shown)
    assert "Red, 52 cm, from Friday" in str(chat.shown[-1])
    agent.get_by_role("button", name="Rich message").click()
    agent.get_by_role("option", name="Which bike?").click()
    expect(field).to_have_value("Yellow, 52 cm")


@pytest.mark.accepts("A6-1", "R17")
def test_an_agent_finds_and_sends_a_reply_by_keyboard_alone(
    product: Running, chromium: Browser, faults: list[str]
) -> None:
    chat = chat_of(product, chromium, faults, ["QUICK"])
    agent, keyboard = chat.agent, Keyboard(chat.agent)
    agent.get_by_label("Message to").focus()

    keyboard.types("We close at six. /rm #time pick")
    search = agent.get_by_role("combobox", name="Search rich messages")
    expect(search).to_be_focused()
    keyboard.types("er")
    expect(agent.get_by_role("option")).to_have_count(1)
    expect(agent.get_by_role("option", name="Bring it in")).to_contain_text("device cannot show this")
    keyboard.press("Control+a")
    keyboard.types("#sug")
    expect(agent.get_by_role("option", name="suggested reply 1")).to_have_attribute("aria-selected", "true")
    keyboard.press("Enter")
    expect(search).to_have_value("#suggested reply ")
    expect(agent.get_by_role("option")).to_have_count(1)
    keyboard.press("Enter")
    expect(agent.get_by_role("heading", name="Rich Message Preview")).to_be_focused()
    keyboard.press("Escape")
    expect(search).to_be_focused()
    keyboard.press("Enter")
    expect(agent.get_by_role("heading", name="Rich Message Preview")).to_be_focused()
    keyboard.to("Send Message").press("Enter")

    expect(agent.get_by_label("Message to")).to_be_focused()
    expect(agent.get_by_label("Message to")).to_have_value("We close at six. ")
    expect(chat.log.get_by_text("Something else")).to_be_visible()
    eventually(lambda: chat.shown)


def test_escape_leaves_the_text_and_nothing_found_says_so(chat: Chat) -> None:
    agent, keyboard = chat.agent, Keyboard(chat.agent)
    agent.get_by_label("Message to").focus()

    keyboard.types("Hello /rm nowhere")
    expect(agent.get_by_text("No rich message has these words or tags")).to_be_visible()
    expect(agent.locator("#rich-status")).to_have_text("Nothing found")
    keyboard.press("Escape")

    expect(agent.get_by_role("dialog", name="Rich messages")).to_be_hidden()
    expect(agent.get_by_label("Message to")).to_be_focused()
    expect(agent.get_by_label("Message to")).to_have_value("Hello ")


def test_names_begin_at_one_side_whichever_way_they_are_read(chat: Chat) -> None:
    start = "(name) => { const all = new Range(); all.selectNodeContents(name); return all.getBoundingClientRect().x }"
    chat.agent.get_by_role("button", name="Rich message").click()
    names = chat.agent.locator("#rich-found .rich-what > b")
    expect(names.nth(1)).to_be_visible()

    names.first.evaluate("(name) => { name.textContent = 'أي دراجة؟' }")

    assert names.first.evaluate(start) == pytest.approx(names.nth(1).evaluate(start), abs=1)


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1440, "dark"), (390, "light")])
def test_the_panel_is_accessible_and_fits(chat: Chat, width: int, scheme: Any) -> None:
    agent = chat.agent
    agent.set_viewport_size({"width": width, "height": 800})
    agent.emulate_media(color_scheme=scheme, reduced_motion="reduce")

    agent.get_by_role("button", name="Rich message").click()
    expect(agent.get_by_role("option", name="Which bike?")).to_be_visible()
    listed = grave_faults(agent)
    agent.get_by_role("option", name="Which bike?").click()
    expect(agent.get_by_role("heading", name="Rich Message Preview")).to_be_focused()

    assert listed == grave_faults(agent) == []
    assert agent.evaluate("document.documentElement.scrollWidth") == width
