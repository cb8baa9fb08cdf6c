"""Payloads become what a device shows: bubbles, buttons, links, sheets."""

import datetime as dt
from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from omnichannel.device import (
    AppSheet,
    Bubble,
    DatePage,
    Drawn,
    FormSheet,
    InputPage,
    Link,
    ListSheet,
    PaymentSheet,
    Picture,
    Replies,
    SelectPage,
    SignInSheet,
    TimeSheet,
    Unsupported,
    WheelPage,
    Words,
    draw,
    write_date,
)
from omnichannel.device.dates import read_date
from tests.device import prompts

NOW = dt.datetime(2036, 11, 1, tzinfo=dt.UTC)


def drawn(payload: dict[str, Any], *, own: bool = False) -> Drawn:
    """Draw with addresses that say what they are of."""
    return draw(payload, src=lambda data: f"/{str(data)[-6:]}" if data else "", own=own, now=NOW)


def as_html(message: Drawn) -> str:
    """Return bubble and sheet as a page holds them."""
    bubble = render_to_string("device/message.html", {"drawn": message})
    return bubble + (render_to_string("device/sheet.html", {"drawn": message}) if message.sheet else "")


def test_a_quick_reply_is_buttons() -> None:
    shape = drawn(prompts.QUICK_REPLY).shape

    assert isinstance(shape, Replies)
    assert (shape.summary, [button.title for button in shape.buttons]) == (
        "Drop-off day",
        ["Monday", "Tuesday", "Another day"],
    )


def test_a_tapped_button_leaves_its_words() -> None:
    answer = deepcopy(prompts.QUICK_REPLY)
    answer["data"]["quick-reply"] |= {"selectedIndex": 1, "selectedIdentifier": "tue"}

    shape = drawn(answer, own=True).shape

    assert shape == Words("Tuesday")


def test_a_list_has_its_sections_in_the_order_that_they_ask_for() -> None:
    message = drawn(prompts.LIST_PICKER)

    sheet = message.sheet
    assert isinstance(sheet, ListSheet)
    assert [(group.title, group.is_multiple) for group in sheet.groups] == [("Repairs", True), ("Return", False)]
    assert [line.title for line in sheet.groups[0].lines] == ["Wheel truing", "Brake tune-up"]
    assert [line.picture is not None for line in sheet.groups[0].lines] == [False, True]


def test_a_bubble_has_its_style_and_its_picture() -> None:
    shape = drawn(prompts.LIST_PICKER).shape

    assert isinstance(shape, Bubble)
    assert (shape.title, shape.style) == ("What does your bike need?", "small")
    assert shape.picture == Picture("/" + prompts.LIST_PICKER["data"]["images"][0]["data"][-6:], "The shop")


def test_an_unknown_style_is_the_small_square() -> None:
    payload = deepcopy(prompts.TIME_PICKER)
    payload["receivedMessage"]["style"] = "gigantic"

    assert getattr(drawn(payload).shape, "style", None) == "icon"


def test_a_picture_that_the_message_lacks_is_a_blank() -> None:
    payload = deepcopy(prompts.LIST_PICKER)
    payload["receivedMessage"]["imageIdentifier"] = "nowhere"

    assert getattr(drawn(payload).shape, "picture", None) == Picture("")


def test_an_answer_shows_the_reply_bubble_inside_its_data() -> None:
    answer = deepcopy(prompts.LIST_PICKER)
    answer["data"] |= {"replyMessage": {"title": "Courier"}, "receivedMessage": answer.pop("receivedMessage")}
    answer.pop("replyMessage")

    message = drawn(answer, own=True)

    assert isinstance(message.shape, Bubble)
    assert (message.shape.title, message.sheet) == ("Courier", None)


def test_times_are_grouped_by_day_by_the_clock_of_the_event_and_past_ones_are_hidden() -> None:
    sheet = drawn(prompts.TIME_PICKER).sheet

    assert isinstance(sheet, TimeSheet)
    assert (sheet.title, sheet.place, sheet.zone) == ("Bike fitting", "Kettle & Spoke, Hof 3", "GMT+1")
    assert [(day.date.day, [slot.starts_at.strftime("%H:%M") for slot in day.slots]) for day in sheet.days] == [
        (3, ["10:30"]),
        (4, ["00:30"]),
    ]


def test_times_without_a_zone_of_their_own_are_the_devices() -> None:
    payload = deepcopy(prompts.TIME_PICKER)
    del payload["data"]["event"]["timezoneOffset"]

    with timezone.override(ZoneInfo("Asia/Tokyo")):
        sheet = drawn(payload).sheet

    assert isinstance(sheet, TimeSheet)
    assert sheet.zone == ""
    assert [slot.starts_at.hour for day in sheet.days for slot in day.slots] == [18, 8]


@pytest.mark.parametrize(("offset", "words"), [(0, "GMT"), (-210, "GMT-3:30"), (330, "GMT+5:30")])
def test_a_fixed_zone_is_named(offset: int, words: str) -> None:
    payload = deepcopy(prompts.TIME_PICKER)
    payload["data"]["event"]["timezoneOffset"] = offset

    assert getattr(drawn(payload).sheet, "zone", None) == words


def test_a_form_has_a_page_of_each_type() -> None:
    sheet = drawn(prompts.FORM).sheet

    assert isinstance(sheet, FormSheet)
    assert [type(page) for page in sheet.pages] == [SelectPage, InputPage, WheelPage, SelectPage, DatePage, InputPage]
    assert (sheet.start, sheet.has_summary) == ("kind", True)
    assert sheet.splash is not None
    assert (sheet.splash.header, sheet.splash.button) == ("Repair request", "Start")


def test_the_pages_of_a_form_branch() -> None:
    sheet = drawn(prompts.FORM).sheet

    assert isinstance(sheet, FormSheet)
    assert [sheet.pages[0].page_after("k1"), sheet.pages[0].page_after("k2")] == ["size", "motor"]
    assert [sheet.pages[1].page_after(), sheet.pages[-1].page_after()] == ["size", ""]


def test_an_input_page_knows_its_limits() -> None:
    sheet = drawn(prompts.FORM).sheet

    assert isinstance(sheet, FormSheet)
    single, multi = (page for page in sheet.pages if isinstance(page, InputPage))
    assert (single.is_required, single.maximum, single.regex) == (True, 12, "^[A-Z0-9]{6,12}$")
    assert (single.label, single.prefix, single.placeholder) == ("Number", "No.", "AB12CD")
    assert (multi.is_required, multi.maximum, multi.is_multiline) == (False, 300, True)


@pytest.mark.parametrize(
    ("keyboard", "mode"),
    [("numberPad", "numeric"), ("UIKeyboardTypeEmailAddress", "email"), ("default", "text"), ("", "text")],
)
def test_a_keyboard_is_the_one_that_the_page_asks_for(keyboard: str, mode: str) -> None:
    payload = deepcopy(prompts.FORM)
    payload["data"]["dynamic"]["data"]["pages"][1]["options"]["keyboardType"] = keyboard

    sheet = drawn(payload).sheet

    assert isinstance(sheet, FormSheet)
    assert getattr(sheet.pages[1], "input_mode", None) == mode


def date_page(**dates: str) -> DatePage:
    """Return the form's page with a date, as its options change."""
    payload = deepcopy(prompts.FORM)
    pages = payload["data"]["dynamic"]["data"]["pages"]
    pages[4]["options"] |= dates
    sheet = drawn(payload).sheet
    assert isinstance(sheet, FormSheet)
    page = sheet.pages[4]
    assert isinstance(page, DatePage)
    return page


def test_a_date_page_reads_its_dates_in_more_than_one_form() -> None:
    page = date_page()

    assert (page.start, page.earliest, page.latest) == (
        dt.date(2036, 11, 2),
        dt.date(2036, 11, 2),
        dt.date(2036, 12, 31),
    )


@pytest.mark.parametrize(
    ("start", "shown"),
    [("", dt.date(2036, 11, 2)), ("2036-11-05", dt.date(2036, 11, 5)), ("2037-05-01", dt.date(2036, 12, 31))],
)
def test_a_date_page_begins_at_a_day_that_can_be_chosen(start: str, shown: dt.date) -> None:
    assert date_page(startDate=start).start == shown


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("", "11/05/2036"),
        ("dd.MM.yyyy", "05.11.2036"),
        ("d/M/yy", "5/11/36"),
        ("yyyy-MM-dd", "2036-11-05"),
        ("d MMMM yyyy", "5 November 2036"),
        ("EEE d", "EEE 5"),
    ],
)
def test_a_date_is_written_in_the_pattern_of_its_page(pattern: str, words: str) -> None:
    assert write_date(dt.date(2036, 11, 5), pattern) == words


def test_a_pattern_that_names_a_part_twice_reads_nothing() -> None:
    assert read_date("05 05", "dd dd") is None


@pytest.mark.parametrize("words", ["2036-11-05", "11/05/2036", "05.11.2036", "2036-11-05 00:00:00"])
def test_a_date_is_read_in_each_form_that_is_seen(words: str) -> None:
    assert read_date(words, "dd.MM.yyyy") == dt.date(2036, 11, 5)


@pytest.mark.parametrize("words", ["", "soon", "2036-13-05"])
def test_what_is_no_date_reads_as_none(words: str) -> None:
    assert read_date(words) is None


def test_a_payment_has_its_items_and_total() -> None:
    sheet = drawn(prompts.PAYMENT).sheet

    assert isinstance(sheet, PaymentSheet)
    assert [(item.label, item.amount, item.is_pending) for item in sheet.items] == [
        ("Frame 54", "450.00", False),
        ("Shipping", "0.00", True),
    ]
    assert (sheet.total.label, sheet.total.amount, sheet.currency) == ("Velo shop", "450.00", "EUR")


def test_a_sign_in_says_for_what() -> None:
    assert drawn(prompts.SIGN_IN).sheet == SignInSheet("Sign in to Velo shop", "To see your orders")


def test_an_app_shows_every_line_of_its_bubble_and_no_style() -> None:
    message = drawn(prompts.APP)

    assert message.shape == Bubble(
        title="Job 7731",
        subtitle="In the workshop",
        image_title="Rear wheel",
        secondary_subtitle="Step 2",
        tertiary_subtitle="of 4",
        app_name="Spoke Tracker",
    )
    assert message.sheet == AppSheet("Spoke Tracker", "?job=7731&step=2", (("job", "7731"), ("step", "2")))


def test_a_link_shows_its_title_its_host_and_its_picture() -> None:
    shape = drawn(prompts.LINK).shape

    assert isinstance(shape, Link)
    assert (shape.title, shape.host, shape.has_video) == ("Frame 54, steel", "shop.example", False)
    assert shape.picture is not None


def test_a_link_with_a_video_says_so() -> None:
    assert getattr(drawn(prompts.VIDEO_LINK).shape, "has_video", None) is True


@pytest.mark.parametrize("url", ["javascript:alert(1)", "tel:1", "http://[", ""])
def test_a_link_leads_to_pages_of_the_web_only(url: str) -> None:
    assert getattr(drawn(prompts.LINK | {"url": url}).shape, "url", None) == ""


def test_a_reference_to_a_link_is_drawn_as_a_link() -> None:
    reference = {"url": "https://shop.example/clip", "title": "Clip", "owner": "o", "key": "00", "bid": "link"}

    assert drawn(reference).shape == Link("Clip", "https://shop.example/clip", "shop.example")


@pytest.mark.parametrize("data", [{}, {"hologram": {}}, {"event": {}, "dynamic": {}}, None])
def test_what_no_device_knows_is_a_note(data: object) -> None:
    assert drawn({"data": data}).shape == Unsupported()


def _less(value: Any) -> Iterator[Any]:
    """Yield the value with one of its parts left out, or spoilt, at each place."""
    if isinstance(value, dict):
        for name in value:
            yield {key: each for key, each in value.items() if key != name}
            yield value | {name: 7}
            yield value | {name: None}
            for inner in _less(value[name]):
                yield value | {name: inner}
    elif isinstance(value, list):
        for place, each in enumerate(value):
            for inner in _less(each):
                yield [*value[:place], inner, *value[place + 1 :]]


@pytest.mark.parametrize("name", [*prompts.PROMPTS, "link"])
def test_whatever_is_missing_is_drawn_without_an_error(name: str) -> None:
    payload = (prompts.PROMPTS | {"link": prompts.VIDEO_LINK})[name]

    for poorer in _less(payload):
        message = drawn(poorer)

        assert message.shape is not None
        assert drawn(poorer, own=True).sheet is None


@pytest.mark.parametrize("name", [*prompts.PROMPTS, "link"])
def test_every_kind_has_its_templates(name: str) -> None:
    payload = (prompts.PROMPTS | {"link": prompts.VIDEO_LINK})[name]

    page = as_html(drawn(payload))

    assert "device-message" in page
    assert 'type="submit"' not in page


def test_a_form_shows_its_questions() -> None:
    page = as_html(drawn(prompts.FORM))

    assert all(words in page for words in ("What kind of bike is it?", "Frame size", "Earliest drop-off", "Summary"))


def test_words_of_a_business_are_no_html() -> None:
    payload = deepcopy(prompts.LIST_PICKER)
    payload["receivedMessage"]["title"] = "<b>bold</b>"

    assert "<b>bold</b>" not in as_html(drawn(payload))
