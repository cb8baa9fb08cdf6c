"""The rules of each kind: what is refused, and at which field the sentence stands."""

import json
from typing import Any

import pytest
import time_machine
from django.utils import translation

from omnichannel import amb
from richmessages.approximate import approximate
from richmessages.kinds import KINDS
from richmessages.kinds.kind import SendContext
from richmessages.kinds.spelling import respelled
from richmessages.lint import is_complete, lint
from richmessages.models import PictureSource, SourceState
from tests.richmessages.content import changed, complete
from tests.richmessages.rules import faults, picture, warnings


@pytest.fixture(autouse=True)
def _early_summer() -> Any:
    with time_machine.travel("2026-06-01T12:00Z", tick=False):
        yield


QUESTION = {"type": "multiline_input", "title": "Anything else?"}
TWO = [{"value": "a"}, {"value": "b"}]


@pytest.mark.accepts("A5.12-2")
@pytest.mark.parametrize(
    ("slug", "place", "value", "field"),
    [
        ("suggested_reply", "options", ["One"], "options"),
        ("suggested_reply", "options", list("abcdef"), "options"),
        ("form", "questions", [QUESTION] * 11, "questions"),
        ("list_picker", "sections.0.options", [], "sections.0.options"),
        ("video_link", "url", "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "url"),
        ("video_link", "url", "https://vimeo.com/22439234", "url"),
    ],
)
def test_what_the_manual_forbids_is_refused_at_its_field(slug: str, place: str, value: Any, field: str) -> None:
    assert list(faults(slug, changed(slug, place, value))) == [field]


@pytest.mark.parametrize(
    ("slug", "place", "value"),
    [
        ("apple_pay", "messageTitle", ""),
        ("apple_pay", "currencyCode", "EURO"),
        ("apple_pay", "currencyCode", "XXX"),
        ("apple_pay", "requiredBillingContactFields", []),
        ("apple_pay", "requiredBillingContactFields.0", "fax"),
        ("apple_pay", "total.amount", "0"),
        ("apple_pay", "total.amount", "-1"),
        ("apple_pay", "total.amount", "12,50"),
        ("apple_pay", "total.amount", "469.905"),
        ("apple_pay", "lineItems.0.amount", "0.001"),
        ("apple_pay", "total.type", "maybe"),
        ("apple_pay", "shippingMethods.0.amount", "-0.01"),
        ("apple_pay", "lineItems.0.label", "x" * 201),
        ("authentication", "receivedmessage", "   "),
        ("authentication", "replymessage", "bell\a"),
        ("custom_json", "bid", "com.example.app"),
        (
            "custom_json",
            "bid",
            amb.BUSINESS_BID,
        ),
        ("custom_json", "URL", "job=1"),
        ("custom_json", "URL", "?job=1 2"),
        ("custom_json", "URL", "?" + "x" * 64 * 1024),
        ("custom_json", "appId", "0"),
        ("custom_json", "appId", ""),
        ("custom_json", "messageTitle", ""),
        ("form", "start_button", ""),
        ("form", "title", None),
        ("form", "questions", []),
        ("form", "questions.0", {"title": "No type"}),
        ("form", "questions.0.choices", TWO[:1]),
        ("form", "questions.0.choices.1.value", "city"),
        ("form", "questions.0.choices.0.next", "nowhere"),
        ("form", "questions.0.choices.0.next", "kind"),
        ("form", "questions.2.next", "motor"),
        ("form", "questions.1.id", "size-is-far-too-long"),
        ("form", "questions.1.id", "with blank"),
        ("form", "questions.1.maximum_length", 31),
        ("form", "questions.1.maximum_length", 0),
        ("form", "questions.1.regex", "(["),
        ("form", "questions.1.regex", "a{99999999999}"),
        ("form", "questions.1.input_type", "colour"),
        ("form", "questions.2.default", "60"),
        ("form", "questions.4.maximum_length", 301),
        ("form", "questions.5.minimum", "tomorrow"),
        ("form", "questions.5.minimum", "2027-01-01"),
        ("form", "questions.5.start", "2026-11-01"),
        ("form", "questions.5.start", "2027-01-01"),
        ("form", "message_title", ""),
        ("time_picker", "time_zone", "Europe/Kettle"),
        ("time_picker", "time_zone", "posix/Europe/Berlin"),
        ("time_picker", "duration", -1),
        ("time_picker", "duration", "long"),
        ("time_picker", "display", "both"),
        ("time_picker", "days", []),
        ("time_picker", "days.0.times", []),
        ("time_picker", "days.0.times.1", "10:00"),
        ("time_picker", "days.0.times.1", "25:00"),
        ("time_picker", "days.0.times.1", "10:00Z"),
        ("time_picker", "days.0.date", "1999-12-31"),
        ("video_link", "url", "http://cdn.example/film.mp4"),
        ("website_link", "url", "https://user:secret@shop.example/"),
        ("website_link", "url", "https://"),
        ("website_link", "image_url", ""),
    ],
)
def test_a_rule_that_is_broken_marks_its_field(slug: str, place: str, value: Any) -> None:
    assert list(faults(slug, changed(slug, place, value))) == [place]


@pytest.mark.parametrize(
    ("code", "amount", "text"),
    [
        ("EUR", "12.50", None),
        ("EUR", "12.500", None),
        ("EUR", "12.505", "EUR has at most 2 decimals."),
        ("JPY", "1250", None),
        ("JPY", "1250.5", "Amounts in JPY have no decimals."),
        ("KWD", "1.250", None),
        ("KWD", "1.2505", "KWD has at most 3 decimals."),
    ],
)
def test_an_amount_has_no_more_decimals_than_its_currency(code: str, amount: str, text: str | None) -> None:
    content = changed("apple_pay", "currencyCode", code) | {"lineItems": [], "shippingMethods": []}

    found = faults("apple_pay", content | {"total": {"label": "Kettle & Spoke", "amount": amount, "type": "final"}})

    assert found == ({"total.amount": text} if text else {})


@pytest.mark.parametrize(
    ("slug", "place", "value", "field"),
    [
        ("apple_pay", "total.amount", "470.00", "total.amount"),
        ("form", "questions.0.choices", [{"value": str(n)} for n in range(11)], "questions.0.choices"),
        ("form", "questions.0.choices.1.next", "size", "questions.1"),
        ("video_link", "image_url", "", "image_url"),
        ("suggested_reply", "options.1", "monday", "options.1"),
        ("time_picker", "days.0.date", "2026-05-01", "days.0.times.0"),
    ],
)
def test_what_is_only_unwise_is_a_warning(slug: str, place: str, value: Any, field: str) -> None:
    content = changed(slug, place, value)

    assert field in warnings(slug, content)
    assert faults(slug, content) == {}


@pytest.mark.parametrize(
    ("slug", "place", "value"),
    [
        ("apple_pay", "total.amount", 469.9),
        ("apple_pay", "requiredShippingContactFields", []),
        ("custom_json", "URL", "https://app.example/job/7"),
        ("custom_json", "appId", 1234567890),
        ("form", "questions.1.maximum_length", "12"),
        ("form", "questions.5.minimum", ""),
        ("form", "questions.0.choices.0.next", "when"),
        ("form", "header", None),
        ("time_picker", "duration", 0),
        ("website_link", "title", "Frames 👩‍🔧 فارسی"),
    ],
)
def test_what_is_allowed_has_no_fault(slug: str, place: str, value: Any) -> None:
    assert faults(slug, changed(slug, place, value)) == {}


@pytest.mark.parametrize(
    "ending", ["mp4", "mkv", "wmv", "m4v", "mov", "avi", "flv", "webm", "flac", "mka", "m4a", "aac", "ogg"]
)
def test_every_documented_ending_of_a_film_is_taken(ending: str) -> None:
    url = f"https://cdn.example/film.{ending.upper()}?quality=high"
    content = changed("video_link", "url", url)

    link = encoded("video_link", content)

    assert faults("video_link", content) == {}
    assert link["assets"]["video"]["url"] == url


def test_a_link_without_a_kept_picture_has_a_blank_one() -> None:
    link = encoded("video_link", changed("video_link", "image_url", ""))

    assert link["assets"]["image"]["mimeType"] == "image/png"
    assert link["assets"]["image"]["data"].startswith("iVBORw0KGgo")


def test_a_day_to_come_needs_a_max() -> None:
    content = complete("form")
    content["questions"][5] = {"type": "date_picker", "title": "When?", "minimum": "2026-06-02"}

    assert faults("form", content) == {"questions.5.minimum": "A day to come can be chosen only with a Max after it."}


def test_two_questions_of_one_identifier_are_refused() -> None:
    content = changed("form", "questions.4.id", "size")

    assert faults("form", content) == {"questions.4.id": "Another question has this identifier."}


def test_all_questions_may_go_without_an_identifier() -> None:
    content = complete("form")
    content["questions"] = [{"type": "single_select", "title": "A or B?", "choices": TWO}, QUESTION, QUESTION]

    pages = encoded("form", content)["data"]["dynamic"]["data"]["pages"]

    assert [page["pageIdentifier"] for page in pages] == ["page-1", "page-2", "page-3"]
    assert [page.get("nextPageIdentifier") for page in pages] == [None, "page-3", None]
    assert [item["nextPageIdentifier"] for item in pages[0]["items"]] == ["page-2", "page-2"]
    assert [page.get("submitForm") for page in pages] == [None, None, True]


@pytest.mark.accepts("R12")
def test_hidden_answers_are_asked_for_as_private() -> None:
    form = encoded("form", changed("form", "hide_responses", True))["data"]["dynamic"]["data"]

    assert form["private"] is True


@pytest.mark.parametrize(
    ("input_type", "options"),
    [
        ("text", {"keyboardType": "default"}),
        ("name", {"keyboardType": "namePhonePad", "textContentType": "name"}),
        ("url", {"keyboardType": "URL", "textContentType": "URL"}),
        ("phone", {"keyboardType": "phonePad", "textContentType": "telephoneNumber"}),
        ("email", {"keyboardType": "emailAddress", "textContentType": "emailAddress"}),
        ("number", {"keyboardType": "decimalPad"}),
    ],
)
def test_the_input_type_chooses_keyboard_and_autofill(input_type: str, options: dict[str, str]) -> None:
    content = complete("form")
    content["questions"] = [{"type": "single_input", "title": "You?", "input_type": input_type}]

    (page,) = encoded("form", content)["data"]["dynamic"]["data"]["pages"]

    assert page["options"] == {
        "required": False,
        "inputType": "singleline",
        "maximumCharacterCount": 30,
        "placeholder": "Optional",
        **options,
    }


def test_what_the_product_adds_is_not_in_the_language_of_the_sender() -> None:
    content = complete("form")

    with translation.override("de"):
        sent_by_a_german = encoded("form", content)

    assert sent_by_a_german == encoded("form", content)


def test_pasted_json_is_read_in_any_letter_case() -> None:
    pasted = {
        "MESSAGETITLE": "Your new frame",
        "imageUrl": "https://cdn.example/frame.png",
        "currencycode": "EUR",
        "requiredBillingContactFields": ["EMAIL", "phoneticname"],
        "lineItems": [{"Label": "Frame", "Amount": "3", "Type": "Final"}],
        "Total": {"label": "Kettle & Spoke", "amount": "3", "type": "Pending"},
        "// a comment": "stays, and is refused",
    }

    tidy = respelled(KINDS["apple_pay"].content, pasted)

    assert tidy == {
        "messageTitle": "Your new frame",
        "imageURL": "https://cdn.example/frame.png",
        "currencyCode": "EUR",
        "requiredBillingContactFields": ["email", "phoneticName"],
        "lineItems": [{"label": "Frame", "amount": "3", "type": "final"}],
        "total": {"label": "Kettle & Spoke", "amount": "3", "type": "pending"},
        "// a comment": "stays, and is refused",
    }
    assert faults("apple_pay", tidy) == {"// a comment": "There is no such field."}


@pytest.mark.parametrize(
    "pasted", [{}, {"total": 3, "lineItems": "x"}, {"total": {"type": ["final"]}}, {"lineItems": [[1]]}]
)
def test_pasted_json_of_any_shape_is_left_to_the_linter(pasted: dict[str, Any]) -> None:
    assert respelled(KINDS["apple_pay"].content, pasted) == pasted


@pytest.mark.accepts("R11")
def test_an_app_is_called_without_data() -> None:
    call = encoded("custom_json", complete("custom_json"))

    assert "data" not in call
    assert {"appId", "URL", "receivedMessage"} <= set(call)


def test_pictures_that_are_not_kept_keep_a_message_from_being_published() -> None:
    kind, content = KINDS["website_link"], complete("website_link")
    url = content["image_url"]

    waiting = lint(kind, content, {})
    failed = lint(kind, content, {url: PictureSource(url=url, state=SourceState.FAILED, reason="Not found.")})

    assert [(fault.name, fault.text) for fault in waiting] == [("image_url", "The picture is being fetched.")]
    assert [(fault.name, fault.text) for fault in failed] == [("image_url", "Not found.")]


def test_a_picture_whose_address_is_wrong_is_not_said_to_be_fetched() -> None:
    kind, content = KINDS["website_link"], complete("website_link") | {"image_url": "http://cdn.example/a.png"}

    assert [(fault.name, fault.text) for fault in lint(kind, content, {})] == [
        ("image_url", "Write a complete address that begins with https://.")
    ]


def test_all_pictures_together_have_a_limit() -> None:
    kind, content = KINDS["list_picker"], complete("list_picker")
    options = [{"title": str(n), "image_url": f"https://cdn.example/{n}.png"} for n in range(26)]
    content["sections"] = [{"title": "Frames", "options": options}]
    urls = [content["image_url"], *(option["image_url"] for option in options)]
    sources = {
        url: PictureSource(url=url, state=SourceState.KEPT, picture=picture(str(n), bytes(200_000)))
        for n, url in enumerate(urls)
    }

    found = lint(kind, content, sources)

    assert not is_complete(found)
    assert [fault.name for fault in found] == [""]


def encoded(slug: str, content: Any) -> Any:
    """Return a message as JSON, without pictures."""
    kind = KINDS[slug]
    message = kind.encode(approximate(kind.content, content), SendContext("request"))
    return json.loads(message.model_dump_json(by_alias=True, exclude_none=True))


def test_a_list_or_a_form_of_more_choices_than_anybody_scrolls_through_is_refused() -> None:
    options = [{"title": str(number)} for number in range(60)]
    sections = [{"title": title, "options": options} for title in "ab"]
    choices = [{"value": str(number)} for number in range(50)]
    questions = [{"type": "multi_select", "title": str(number), "choices": choices} for number in range(5)]

    assert list(faults("list_picker", changed("list_picker", "sections", sections))) == ["sections"]
    assert list(faults("form", changed("form", "questions", questions))) == ["questions"]
