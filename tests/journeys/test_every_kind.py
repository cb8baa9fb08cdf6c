"""Every kind of rich message from the designer to the customer's answer."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.album import keep_all
from tests.journeys.people import open_page, open_the_phone, sign_in
from tests.journeys.running import Running, eventually
from tests.journeys.test_ledger import in_shell

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300), pytest.mark.usefixtures("shop_as_it_was")]

SITE = "https://kettle-and-spoke.example"
# The demo keeps the pictures of these addresses.
GREEN, BLUE = f"{SITE}/pictures/green-with-basket.jpg", f"{SITE}/pictures/blue-54.jpg"
IN_A_WEEK = (datetime.now(UTC) + timedelta(days=7)).date().isoformat()
APP = "com.apple.messages.MSMessageExtensionBalloonPlugin:AB12CD34EF:example.kettle.fitting.messages"


@dataclass(frozen=True)
class Phone:
    """The customer's phone."""

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

    def writes(self, words: str) -> None:
        """Send a text."""
        self.page.get_by_label("Message", exact=True).fill(words)
        self.page.get_by_label("Message", exact=True).press("Enter")

    def opens(self, title: str) -> None:
        """Tap a message, and wait for what opens."""
        self.log.get_by_role("button", name=title).click()
        expect(self.sheet).to_be_visible()

    def show(self, name: str) -> None:
        """Put the phone into the manual."""
        keep_all(self.page, name, self.page.locator("#phone"))

    def taps(self, *names: str) -> None:
        """Tap one button of the sheet after the other."""
        for name in names:
            self.sheet.get_by_role("button", name=name, exact=True).click()


@dataclass(frozen=True)
class Case:
    """What is typed into the designer, what then stands in the conversation, and what the customer does about it.

    ``typed`` names the fields as the form does; a field of an entry that is not there yet adds it, and an entry by
    itself stands for the type that is chosen for it.
    """

    type: str
    name: str
    typed: dict[str, str | bool]
    shown: str
    answer: Callable[[Phone], Any]
    read: tuple[str, ...]
    reason: str = ""
    is_in_readme: bool = False

    def __str__(self) -> str:
        return self.type

    @property
    def slug(self) -> str:
        """Return its name for files."""
        return self.type.lower().replace(" ", "-")


def choose_two_sizes(phone: Phone) -> None:
    """Answer the list."""
    phone.opens("Which frame size?")
    phone.sheet.get_by_label("54 cm").check()
    phone.sheet.get_by_label("58 cm").check()
    phone.show("phone-list")
    phone.taps("Send")


def choose_a_time(phone: Phone) -> None:
    """Answer with the later of two times."""
    phone.opens("When shall we fit your bike?")
    phone.sheet.get_by_role("radio").last.check()
    phone.taps("Send")


def fill_in(phone: Phone) -> None:
    """Answer every page of the form."""
    phone.opens("Before the fitting")
    phone.show("phone-form")
    phone.taps("Start")
    phone.sheet.get_by_role("textbox").fill("178")
    phone.taps("Next")
    phone.sheet.get_by_label("Every day").check()
    phone.taps("Next")
    phone.sheet.get_by_label("Knees").check()
    phone.sheet.get_by_label("Back").check()
    phone.taps("Next")
    phone.sheet.get_by_role("listbox").select_option("Town")
    phone.taps("Next")
    phone.sheet.locator('input[type="date"]:visible').fill("2020-05-04")
    phone.taps("Next")
    phone.sheet.locator("textarea:visible").fill("I lean to the left.")
    phone.taps("Next", "Send")


def answer_in_the_app(phone: Phone) -> None:
    """Change what the app was told, and send it."""
    phone.opens("Your fitting")
    phone.sheet.get_by_label("saddle").fill("79")
    phone.taps("Send")


def cancel(title: str, button: str) -> Callable[[Phone], None]:
    """Return how a customer turns a request down."""

    def turn_down(phone: Phone) -> None:
        phone.opens(title)
        phone.taps(button)

    return turn_down


CASES = (
    Case(
        "List picker",
        "Frame sizes",
        {
            "title": "Which frame size?",
            "subtitle": "In stock this week",
            "image_url": GREEN,
            "sections.0.title": "Town bikes",
            "sections.0.allow_multi_select": True,
            "sections.0.options.0.title": "54 cm",
            "sections.0.options.0.subtitle": "Blue",
            "sections.0.options.0.image_url": BLUE,
            "sections.0.options.1.title": "58 cm",
            "sections.1.title": "Something else",
            "sections.1.options.0.title": "Another size",
            "response": "We put it aside.",
        },
        shown="Which frame size?",
        answer=choose_two_sizes,
        read=("54 cm", "58 cm"),
        is_in_readme=True,
    ),
    Case(
        "Suggested reply",
        "Call back",
        {"summary": "Call back", "options.0": "This morning", "options.1": "This evening", "options.2": "No need"},
        shown="This evening",
        answer=lambda phone: phone.log.get_by_role("button", name="This evening").click(),
        read=("This evening",),
    ),
    Case(
        "Time picker",
        "Appointment",
        {
            "title": "When shall we fit your bike?",
            "image_url": GREEN,
            "event_title": "Fitting",
            "location": "Hof 3",
            "time_zone": "Europe/Berlin",
            "daylight_saving": True,
            "display": "event",
            "duration": "45",
            "days.0.date": IN_A_WEEK,
            "days.0.times.0": "10:00",
            "days.0.times.1": "15:30",
        },
        shown="When shall we fit your bike?",
        answer=choose_a_time,
        read=("15:30 UTC+0",),
    ),
    Case(
        "Forms",
        "Rider questions",
        {
            "title": "Six questions, so that we are quick.",
            "header": "Your fitting",
            "image_url": BLUE,
            "questions.0.title": "How tall are you?",
            "questions.0.required": True,
            "questions.1": "Single-select",
            "questions.1.title": "How often do you ride?",
            "questions.1.choices.0.value": "daily",
            "questions.1.choices.0.text": "Every day",
            "questions.1.choices.1.value": "rarely",
            "questions.2": "Multi-select",
            "questions.2.title": "What hurts?",
            "questions.2.choices.0.value": "Knees",
            "questions.2.choices.1.value": "Back",
            "questions.3": "Dropdown picker",
            "questions.3.title": "Where do you ride?",
            "questions.3.choices.0.value": "Forest",
            "questions.3.choices.1.value": "Town",
            "questions.4": "Date picker",
            "questions.4.title": "When did you buy the bike?",
            "questions.5": "Multiline input",
            "questions.5.title": "What else should we know?",
            "message_title": "Before the fitting",
        },
        shown="Before the fitting",
        answer=fill_in,
        read=("178", "daily", "Knees", "Back", "Town", "2020-05-04", "I lean to the left."),
    ),
    Case(
        "Custom JSON",
        "Measuring app",
        {
            "bid": APP,
            "URL": "?saddle=77",
            "appId": "1234567890",
            "appName": "Spoke Fitting",
            "messageTitle": "Your fitting",
            "messageSubtitle": "Tap to change it",
        },
        shown="Your fitting",
        answer=answer_in_the_app,
        read=("?saddle=79",),
    ),
    Case(
        "Website rich link",
        "Saddles",
        {"title": "Saddles, and how to choose", "url": f"{SITE}/saddles", "image_url": BLUE},
        shown="Saddles, and how to choose",
        answer=lambda phone: phone.writes("I take the brown one."),
        read=("I take the brown one.",),
    ),
    Case(
        "Video rich link",
        "Seat film",
        {"title": "How high is a saddle?", "url": f"{SITE}/films/saddle.mp4", "image_url": GREEN},
        shown="How high is a saddle?",
        answer=lambda phone: phone.writes("Now I know."),
        read=("Now I know.",),
    ),
    Case(
        "Apple Pay",
        "Fitting fee",
        {
            "messageTitle": "Pay for the fitting",
            "imageURL": GREEN,
            "currencyCode": "EUR",
            "lineItems.0.label": "Fitting",
            "lineItems.0.amount": "45.00",
            "total.label": "Kettle & Spoke",
            "total.amount": "45.00",
        },
        shown="Pay for the fitting",
        answer=cancel("Pay for the fitting", "Do not pay"),
        read=("Payment not completed",),
        reason="Apple Pay is not set up for this channel.",
    ),
    Case(
        "Authentication",
        "My bikes",
        {"receivedmessage": "Sign in to see your bikes", "replymessage": "Thank you, you are signed in"},
        shown="Sign in to see your bikes",
        answer=cancel("Sign in to see your bikes", "Do not sign in"),
        read=("Sign-in cancelled",),
        reason="Sign-in is not set up for this channel.",
    ),
)
# What sending will do once the settings of payments and sign-ins add their part: here the kind's own sample stands in.
ASK = """
from conversations.models import Conversation
from conversations.outbound.request_ids import encode
from conversations.outbound.send import queue
from conversations.outbound.send_rich import columns_of, title_of
from richmessages.kinds.kind import SendContext
from richmessages.models import RichMessage
from richmessages.pictures.sources import kept, sources_of

rich = RichMessage.objects.get(name="{name}")
kind = rich.described
sources = sources_of(kind, rich.content)
context = SendContext(picture_by_url=kept(sources), locale=rich.locale, extra=kind.extra_sample)
encoded = encode(kind, kind.content.model_validate(rich.content), context, sources)
conversation = Conversation.objects.get(pk={conversation})
queue(conversation, title_of(encoded), by=None, rich_message=rich, **columns_of(encoded))
"""


@dataclass(frozen=True)
class Designer:
    """An administrator at the designer."""

    page: Page

    def begin(self, kind: str, name: str) -> None:
        """Go to the list, and create a message with the dialog."""
        self.page.get_by_role("link", name="Rich messages", exact=True).first.click()
        self.page.get_by_role("link", name="Add rich message").click()
        self.page.get_by_label("Name", exact=True).fill(name)
        self.page.get_by_role("radio", name=kind).check()
        self.page.get_by_role("button", name="Save").click()
        expect(self.page.get_by_role("heading", name=name)).to_be_visible()

    def write(self, name: str, value: str | bool) -> None:
        """Fill in a field, in an entry that is added where it is missing."""
        field = self.page.locator(f'#fields [name="{name}"]:visible')
        entry = re.match(r"(.+)\.(\d+)", name)
        if entry and not self.page.locator(f'#fields [data-entry="{entry[0]}"]').count():
            self._add(entry[1], entry[0], value)
        if isinstance(value, bool):
            field.set_checked(value)
        elif field.count():
            _set(field, value)

    def publish(self) -> None:
        """Publish, once everything typed is saved and nothing is left to do."""
        state = self.page.locator("#state")
        expect(state.locator("[data-saved]")).to_have_text("Saved")
        state.get_by_role("button", name="Publish").click()
        expect(state.get_by_text("Active", exact=True)).to_be_visible()

    def _add(self, listed: str, entry: str, value: str | bool) -> None:
        self.page.locator(f'[id="add:{listed}"]').click()
        menu = self.page.locator(f'[id="f-{listed}"] .menu button')
        if menu.count():
            menu.filter(has_text=re.compile(f"^{value}$")).click()
        self.page.locator(f'[data-entry="{entry}"]').wait_for()


def _set(field: Locator, value: str) -> None:
    if field.evaluate("it => it.tagName") == "SELECT":
        field.select_option(value)
    else:
        field.fill(value)


@pytest.fixture
def designer(product: Running, chromium: Browser, faults: list[str]) -> Designer:
    """An administrator who has signed in."""
    page = open_page(chromium, faults, 1440)
    sign_in(page, product, "administrator")
    page.goto(f"{product.base_url}/admin/")
    return Designer(page)


@pytest.fixture
def phone(product: Running, chromium: Browser, faults: list[str]) -> Phone:
    """A customer who has written."""
    page = open_page(chromium, faults, 1180)
    page.goto(f"{product.base_url}/simulator/")
    page.get_by_label("Business", exact=True).select_option(label=product.demo["businesses"][0]["name"])
    open_the_phone(page)
    page.get_by_label("Message", exact=True).wait_for()
    phone = Phone(page, page.locator(".opaque").inner_text().strip())
    phone.writes("My knees hurt when I ride.")
    return phone


@dataclass(frozen=True)
class Console:
    """An agent with a conversation in front of them."""

    page: Page
    conversation: int

    @property
    def log(self) -> Locator:
        """Return the transcript."""
        return self.page.get_by_role("log")

    def finds(self, name: str) -> Locator:
        """Search with /rm, and return what is listed first."""
        self.page.get_by_label("Message to").press_sequentially(f"/rm {name.lower()}")
        found = self.page.get_by_role("option", name=name)
        expect(found).to_have_attribute("aria-selected", "true")
        return found

    def expect_in_order(self, *words: str) -> None:
        """Wait until the transcript has all of it, and see that each stands below the one before."""
        for each in words:
            expect(self.log.locator(".entry").filter(has_text=each).first).to_be_visible()
        entries = self.log.locator(".entry").all_inner_texts()
        places = [max(at for at, text in enumerate(entries) if each in text) for each in words]
        assert places == sorted(places), entries


@pytest.fixture
def console(product: Running, chromium: Browser, phone: Phone, faults: list[str]) -> Console:
    """An agent who looks at what the customer has written."""
    address = f"conversations/?customer={quote(phone.customer, safe='')}"
    [conversation] = eventually(lambda: product.api("GET", address)["results"])
    page = open_page(chromium, faults, 1440)
    sign_in(page, product, "agent")
    page.goto(f"{product.base_url}/console/conversations/{conversation['id']}/")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()
    return Console(page, conversation["id"])


@pytest.mark.accepts("A5.12-1", "A5.12-3", "A5.12-5", "A6-4", "R6", "R7", "R8", "R11", "R12")
@pytest.mark.parametrize("case", CASES, ids=str)
def test_it_is_designed_published_sent_answered_and_read(
    case: Case, product: Running, designer: Designer, phone: Phone, console: Console, pictures: Path
) -> None:
    designer.begin(case.type, case.name)
    for name, value in case.typed.items():
        designer.write(name, value)
    designer.publish()
    preview = designer.page.locator("#preview .device-message")
    expect(preview).to_contain_text(case.shown)
    keep_all(designer.page, f"design-{case.slug}", designer.page.locator(".desk"))

    found = console.finds(case.name)
    if case.reason:
        expect(found).to_contain_text(case.reason)
    console.page.keyboard.press("Enter")
    drawn = console.page.get_by_role("group", name="As the phone shows it").first
    expect(drawn.get_by_text(case.shown).first).to_be_visible()
    if case.reason:
        expect(console.page.get_by_text(case.reason).last).to_be_visible()
        expect(console.page.get_by_role("button", name="Send Message")).to_have_attribute("aria-disabled", "true")
        in_shell(product, ASK.format(name=case.name, conversation=console.conversation))
    else:
        console.page.get_by_role("button", name="Send Message").click()

    on_phone = phone.log.locator(".device-message").last
    expect(on_phone).to_contain_text(case.shown)
    assert on_phone.inner_text() == preview.inner_text()
    case.answer(phone)
    console.expect_in_order(case.shown, *case.read[:1])
    console.page.reload()
    console.expect_in_order(case.shown, *case.read[:1])
    for words in case.read:
        expect(console.log.locator(".entry").last).to_contain_text(words)
    if case.is_in_readme:
        console.page.screenshot(path=pictures / "console.png")
        phone.page.screenshot(path=pictures / "phone.png")


@pytest.mark.accepts("A5.3-1")
def test_what_has_gaps_is_marked_not_published_and_not_offered(designer: Designer, console: Console) -> None:
    designer.begin("List picker", "Half a list")
    designer.write("sections.0.title", "In stock")
    designer.page.get_by_role("button", name="Publish").click()

    wrong = designer.page.locator('#fields [aria-invalid="true"]')
    expect(wrong).to_have_count(2)
    expect(wrong.first).to_be_focused()
    expect(designer.page.locator("#state").get_by_text("Inactive", exact=True)).to_be_visible()
    keep_all(designer.page, "rich-faults")

    console.page.get_by_label("Message to").press_sequentially("/rm half a list")
    expect(console.page.get_by_text("No rich message has these words or tags")).to_be_visible()
