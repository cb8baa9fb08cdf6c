"""What customers answered, as agents read it: leniently, and nothing of what is private."""

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnichannel import amb
from richmessages.answers import read_answer
from richmessages.kinds import KINDS
from richmessages.kinds.kind import Answer, AnswerLine
from tests.richmessages.content import golden
from tests.richmessages.strategies import json_like

BERLIN = ZoneInfo("Europe/Berlin")
APP = "com.apple.messages.MSMessageExtensionBalloonPlugin:AB12CD34EF:example.app"


def read(data: Any = None, **keys: Any) -> Answer | None:
    """Return the answer in a reply of the customer."""
    inner = {} if data is None else {"data": {"version": "1.0", **data}}
    return read_answer(amb.InteractiveData.model_validate({**inner, **keys}), BERLIN)


@pytest.mark.accepts("A5.12-3", "R12")
def test_a_form_answer_shows_the_values_to_the_agent() -> None:
    pages = [
        {
            "pageIdentifier": "kind",
            "subtitle": "What kind of bike is it?",
            "items": [{"identifier": "k2", "title": "E-bike", "value": "ebike"}],
        }
    ]

    answer = read({"dynamic": {"selections": pages}})

    assert answer == Answer("ebike", (AnswerLine("What kind of bike is it?", ("ebike",)),))


@pytest.mark.accepts("A5.12-3", "R12")
@pytest.mark.parametrize("private", [{"private": True}, {"data": {"private": True}}])
def test_of_a_form_that_hides_its_answers_agents_see_that_it_was_submitted(private: dict[str, Any]) -> None:
    reply = golden("form", "answer")
    reply["data"]["dynamic"].update(private)
    data = amb.InteractiveData.model_validate(reply)

    assert read_answer(data, BERLIN) == Answer("Form submitted", is_hidden=True)
    assert amb.answer_title(data) == "Form submitted"


@pytest.mark.accepts("A5.12-5", "R7")
def test_a_list_reply_is_one_answer_with_the_chosen_titles() -> None:
    items = [{"identifier": "0.1", "title": "Brake tune-up"}, {"identifier": "0.0", "title": "Wheel truing"}]

    answer = read({"listPicker": {"sections": [{"title": "Repairs", "items": items}, {"title": "Return"}]}})

    assert answer == Answer("Brake tune-up, Wheel truing")


@pytest.mark.accepts("R6")
@pytest.mark.parametrize("chosen", [{"selectedIndex": 1}, {"selectedIdentifier": "1"}])
def test_either_key_tells_the_tapped_button(chosen: dict[str, Any]) -> None:
    items = [{"identifier": "0", "title": "Monday"}, {"identifier": "1", "title": "Tuesday"}]

    assert read({"quick-reply": {"items": items, **chosen}}) == Answer("Tuesday")


@pytest.mark.parametrize(
    ("payment", "title"),
    [
        ({"state": "paid"}, "Paid, as the device reports"),
        ({"state": "paymentNotCompleted"}, "Payment not completed"),
        ({"state": "something new"}, "The outcome of the payment is unknown"),
        ({}, "The outcome of the payment is unknown"),
    ],
)
def test_a_payment_is_told_in_words(payment: dict[str, Any], title: str) -> None:
    assert read({"payment": payment}) == Answer(title)


@pytest.mark.parametrize(
    ("outcome", "answer"),
    [
        ({"status": "authenticated", "token": "sealed"}, Answer("Signed in")),
        ({"status": "success"}, Answer("Signed in")),
        ({"status": "cancel"}, Answer("Sign-in cancelled")),
        ({"status": "failure", "error_code": 7}, Answer("Sign-in failed", (AnswerLine("Reason", ("Code 7",)),))),
        (
            {"status": "failed", "errors": [{"code": 0, "domain": "d", "message": "No code."}, {}]},
            Answer("Sign-in failed", (AnswerLine("Reason", ("No code.",)),)),
        ),
        ({"status": "unknown"}, Answer("The outcome of the sign-in is unknown")),
        ({}, Answer("The outcome of the sign-in is unknown")),
    ],
)
def test_a_sign_in_is_told_in_words(outcome: dict[str, Any], answer: Answer) -> None:
    assert read({"authenticate": outcome}) == answer


@pytest.mark.accepts("R11")
def test_an_app_answers_with_its_bubble_and_its_address() -> None:
    answer = read(bid=APP, URL="?step=3", replyMessage={"title": "Job 7", "subtitle": "Collected"})

    assert answer == Answer("Job 7", (AnswerLine("", ("Collected",)), AnswerLine("URL", ("?step=3",))))


def test_an_app_that_says_nothing_has_answered_all_the_same() -> None:
    assert read(bid=APP) == Answer("Answer of an app")
    assert read(bid=APP, appName="Tracker") == Answer("Tracker")


def test_what_is_an_answer_to_no_kind_is_left_to_others() -> None:
    assert read({"notification": {"id": "yes"}}) is None
    assert read({}) is None
    assert read({"payment": {}, "authenticate": {}}) is None


def test_a_kind_that_knows_its_own_answers_reads_them_before_others_of_the_same_marker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def is_stars(data: amb.InteractiveData) -> bool:
        return bool(data.data and data.data.list_picker and data.data.list_picker.sections[0].title == "Stars")

    stars = replace(KINDS["list_picker"], slug="stars", reads=is_stars, read_answer=lambda *_: Answer("Five stars"))
    monkeypatch.setitem(KINDS, "stars", stars)
    items = [{"identifier": "5", "title": "★★★★★"}]

    assert read({"listPicker": {"sections": [{"title": "Stars", "items": items}]}}) == Answer("Five stars")
    assert read({"listPicker": {"sections": [{"title": "Signs", "items": items}]}}) == Answer("★★★★★")


MARKERS = st.sampled_from(list(amb.Marker))


@given(marker=MARKERS, content=st.dictionaries(st.text(max_size=9), json_like(), max_size=4), words=json_like())
def test_no_answer_of_any_shape_does_harm(marker: str, content: Any, words: Any) -> None:
    keys = ("selections", "sections", "items", "timeslots", "state", "status", "errors", "selectedIndex")
    data = {marker: {**content, **dict.fromkeys(keys, words)}, "replyMessage": words}
    try:
        whole = amb.InteractiveData.model_validate({"data": data})
    except ValueError:
        return

    answer = read_answer(whole, BERLIN)

    assert answer is None or answer.title
