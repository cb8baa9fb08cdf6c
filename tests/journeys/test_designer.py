"""The designer in a browser: by mouse, by keyboard alone, with quick hands, slow answers, other tabs and in a hurry."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import APIResponse, Browser, Dialog, Locator, Page, Route, expect

from tests.journeys.people import sign_in
from tests.journeys.running import Running, eventually

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.usefixtures("shop_as_it_was")]


@pytest.fixture
def page(product: Running, chromium: Browser) -> Iterator[Page]:
    """An administrator at the list of rich messages."""
    context = chromium.new_context(viewport={"width": 1440, "height": 1400})
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    sign_in(page, product, "administrator")
    page.goto(f"{product.base_url}/admin/richmessages/richmessage/")
    yield page
    context.close()
    assert faults == []


def begin(page: Page, name: str) -> None:
    """Make a draft of a list picker."""
    page.get_by_role("link", name="Add rich message").first.click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("radio", name=re.compile("^List picker")).check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def titles(page: Page) -> Locator:
    """Return the fields of the options' titles, in their order."""
    return page.get_by_label("Option title")


def expect_titles(page: Page, *expected: str) -> None:
    """Wait until the options stand in this order."""
    expect(titles(page)).to_have_count(len(expected))
    for number, text in enumerate(expected):
        expect(titles(page).nth(number)).to_have_value(text)


def expect_saved(page: Page) -> None:
    """Wait until nothing that was typed is still to be saved."""
    expect(page.locator("[data-saved]")).to_contain_text("Saved")


def hold(page: Page, act: Callable[[], None]) -> Callable[[], None]:
    """Do what has an answer that is long in coming; returns what lets it come."""
    held: list[tuple[Route, APIResponse]] = []

    def keep(route: Route) -> None:
        held.append((route, route.fetch()))

    def let_go() -> None:
        [(route, answer)] = held
        route.fulfill(response=answer)

    page.route("**/change/", keep, times=1)
    act()
    while not held:
        page.wait_for_timeout(10)
    return let_go


def on_the_phone(page: Page) -> Locator:
    """Return the phone beside the form."""
    return page.locator("#preview")


def test_a_list_picker_is_designed_with_the_mouse(page: Page) -> None:
    begin(page, "Repairs by mouse")
    page.get_by_label("Message title").fill("What can we repair?")
    page.get_by_label("Section title").fill("Brakes")
    titles(page).first.fill("Front")
    page.get_by_role("button", name="Add option").click()
    expect(titles(page).nth(1)).to_be_focused()
    page.keyboard.type("Rear")
    expect(on_the_phone(page).get_by_text("Rear")).to_be_visible()

    page.locator("[data-entry='sections.0.options.1'] .grip").drag_to(
        page.locator("[data-entry='sections.0.options.0'] .entry-head"), target_position={"x": 60, "y": 2}
    )
    expect_titles(page, "Rear", "Front")

    page.get_by_role("button", name="Undo").click()
    expect_titles(page, "Front", "Rear")
    page.get_by_role("button", name="Redo").click()
    expect_titles(page, "Rear", "Front")

    page.get_by_role("button", name="Duplicate 1").last.click()
    expect_titles(page, "Rear", "Rear", "Front")
    page.get_by_role("button", name="Remove 2").last.click()
    expect_titles(page, "Rear", "Front")

    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#state").get_by_text("Active", exact=True)).to_be_visible()
    page.get_by_label("Message title").fill("")
    expect(page.locator("#state").get_by_text("Unpublished edits")).to_be_visible()
    expect(page.get_by_text("Fill this in.")).to_be_visible()
    page.get_by_role("button", name="Discard changes").click()
    expect(page.get_by_label("Message title")).to_have_value("What can we repair?")
    page.reload()
    expect_titles(page, "Rear", "Front")


def test_a_list_picker_is_designed_by_keyboard_alone(page: Page) -> None:
    begin(page, "Repairs by keyboard")
    page.get_by_label("Message title").focus()
    page.keyboard.type("What can we repair?")
    titles(page).first.focus()
    page.keyboard.type("Front")
    page.get_by_role("button", name="Add option").press("Enter")
    expect(titles(page).nth(1)).to_be_focused()
    page.keyboard.type("Rear")

    page.keyboard.press("Alt+ArrowUp")
    expect_titles(page, "Rear", "Front")
    expect(titles(page).first).to_be_focused()

    page.keyboard.press("Control+z")
    expect_titles(page, "Front", "Rear")
    page.keyboard.press("Control+Shift+z")
    expect_titles(page, "Rear", "Front")

    page.get_by_role("button", name="Move 1 down").last.press("Enter")
    expect_titles(page, "Front", "Rear")
    expect(page.get_by_role("button", name="Move 2 up").last).to_be_focused()

    page.get_by_role("button", name="Publish").press("Enter")
    expect(page.get_by_label("Section title")).to_be_focused()
    expect(page.get_by_text("Fill this in.")).to_be_visible()
    page.keyboard.type("Brakes")
    expect(page.get_by_text("Fill this in.")).to_be_hidden()
    page.get_by_role("button", name="Publish").press("Enter")
    expect(page.locator("#state").get_by_text("Active", exact=True)).to_be_visible()


def test_quick_hands_move_what_they_hold_and_lose_no_letter(page: Page) -> None:
    begin(page, "Quick hands")
    for number, title in enumerate(("Front", "Rear", "Chain")):
        if number:
            page.get_by_role("button", name="Add option").click()
        titles(page).nth(number).fill(title)
    titles(page).first.focus()

    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("End")
    page.keyboard.type("!")
    expect_titles(page, "Rear", "Chain", "Front!")
    expect(titles(page).nth(2)).to_be_focused()

    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.type("?")
    expect_titles(page, "Rear", "Chain", "Front!?")

    page.get_by_role("button", name="Move 1 down").last.dblclick()
    expect_titles(page, "Chain", "Rear", "Front!?")
    page.reload()
    expect_titles(page, "Chain", "Rear", "Front!?")


def test_what_is_typed_while_an_answer_is_on_its_way_follows_its_entry(page: Page) -> None:
    begin(page, "Slow answers")
    for number, title in enumerate(("Front", "Rear", "Chain")):
        if number:
            page.get_by_role("button", name="Add option").click()
        titles(page).nth(number).fill(title)
    expect(page.locator("#json")).to_contain_text("Chain")

    let_go = hold(page, page.get_by_role("button", name="Move 1 down").last.click)
    titles(page).nth(0).fill("Front brake")
    titles(page).nth(1).fill("Rear brake")
    page.get_by_label("Message title").fill("What can we repair?")
    page.get_by_role("button", name="Undo").focus()
    let_go()

    expect_titles(page, "Rear brake", "Front brake", "Chain")
    expect(page.get_by_label("Message title")).to_have_value("What can we repair?")
    expect_saved(page)
    page.reload()
    expect_titles(page, "Rear brake", "Front brake", "Chain")
    expect(page.get_by_label("Message title")).to_have_value("What can we repair?")


def test_whoever_types_on_while_an_answer_comes_stays_in_their_field(page: Page) -> None:
    begin(page, "Typing on")
    titles(page).first.fill("Front")
    page.get_by_role("button", name="Add option").click()
    titles(page).nth(1).fill("Rear")
    expect_saved(page)

    let_go = hold(page, page.get_by_role("button", name="Move 1 down").last.click)
    titles(page).nth(1).click()
    page.keyboard.press("End")
    page.keyboard.type(" brake")
    let_go()
    expect_titles(page, "Rear brake", "Front")
    expect(titles(page).first).to_be_focused()
    page.keyboard.type("s")

    expect_titles(page, "Rear brakes", "Front")


def test_what_is_typed_into_an_entry_that_is_removed_goes_with_it(page: Page) -> None:
    begin(page, "Removed")
    titles(page).first.fill("Front")
    page.get_by_role("button", name="Add option").click()
    titles(page).nth(1).fill("Rear")
    expect(page.locator("#json")).to_contain_text("Rear")

    let_go = hold(page, page.get_by_role("button", name="Remove 1").last.click)
    titles(page).nth(0).fill("Lost")
    titles(page).nth(1).fill("Rear brake")
    let_go()

    expect_titles(page, "Rear brake")


def test_a_button_that_is_held_down_while_an_answer_comes_is_pressed(page: Page) -> None:
    begin(page, "Slow finger")
    let_go = hold(page, lambda: page.get_by_label("Message title").fill("Which bike?"))

    page.get_by_role("button", name="Publish").hover()
    page.mouse.down()
    with page.expect_response("**/change/"):
        let_go()
    # Time in which an answer that did not wait would take the button away.
    page.wait_for_timeout(200)
    page.mouse.up()

    expect(page.locator('#fields [aria-invalid="true"]')).not_to_have_count(0)


def test_two_tabs_lose_nothing(page: Page) -> None:
    begin(page, "Two tabs")
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_label("Message title").fill("Theirs")
    expect(other.locator("#preview").get_by_role("heading", name="Theirs")).to_be_visible()

    errors: list[str] = []
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    page.get_by_label("Message title").fill("Mine")
    expect(page.get_by_text("changed in another tab")).to_be_visible()
    expect(page.get_by_label("Message title")).to_have_value("Mine")

    assert errors == []

    page.get_by_role("button", name="Keep mine").click()
    expect(page.get_by_text("changed in another tab")).to_be_hidden()
    page.reload()
    expect(page.get_by_label("Message title")).to_have_value("Mine")


def test_nothing_counts_as_saved_from_the_first_letter_on(page: Page) -> None:
    begin(page, "First letter")
    type_one = "it => (it.value = 'W', it.dispatchEvent(new Event('input', { bubbles: true })))"
    told = "document.querySelector('[data-saved]').textContent"

    assert page.get_by_label("Message title").evaluate(f"it => ({type_one})(it) && {told}") == "Saving…"

    expect_saved(page)


def test_who_leaves_while_typing_finds_it_saved(page: Page) -> None:
    begin(page, "In a hurry")
    address = page.url
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)

    page.get_by_label("Message title").press_sequentially("By the link")
    page.get_by_role("link", name="Rich messages", exact=True).first.click()
    page.wait_for_url("**/richmessages/richmessage/")
    page.goto(address)
    expect(page.get_by_label("Message title")).to_have_value("By the link")
    assert asked == []

    page.get_by_label("Message title").fill("By loading it again")
    page.reload()
    expect(page.get_by_label("Message title")).to_have_value("By loading it again")
    page.get_by_label("Message title").fill("By going back")
    page.go_back()
    page.wait_for_url(lambda url: url != address)
    # It goes out behind the page, which waits for nobody.
    eventually(lambda: page.goto(address) and page.get_by_label("Message title").input_value() == "By going back")


def test_a_page_that_is_older_than_what_was_saved_behind_it_catches_up(page: Page) -> None:
    begin(page, "Loaded too soon")
    other = page.context.new_page()
    other.goto(page.url)
    held: list[Route] = []

    def keep(route: Route) -> None:
        if route.request.resource_type == "fetch":
            held.append(route)
        else:
            route.continue_()

    page.route("**/change/", keep)
    page.evaluate("sessionStorage.setItem(`left:${location.pathname}`, 'title=Behind')")
    page.reload()
    other.get_by_label("Message title").fill("Behind")
    expect_saved(other)
    while not held:
        page.wait_for_timeout(10)
    held[0].continue_()

    expect(page.get_by_label("Message title")).to_have_value("Behind")


def test_a_page_that_the_browser_kept_is_read_anew(page: Page) -> None:
    begin(page, "Back again")
    page.get_by_label("Message title").fill("Kept")
    expect(on_the_phone(page).get_by_role("heading", name="Kept")).to_be_visible()

    with page.expect_navigation():
        page.evaluate("() => { dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })) }")

    expect(page.get_by_label("Message title")).to_have_value("Kept")


def test_a_window_that_is_closed_while_typing_is_saved(page: Page) -> None:
    begin(page, "Closed in a hurry")
    again = page.context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_label("Message title").fill("By closing")

    with page.expect_event("close"):
        page.close(run_before_unload=True)

    eventually(lambda: again.goto(page.url) and again.get_by_label("Message title").input_value() == "By closing")
