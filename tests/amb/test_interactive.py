"""Interactive messages: what is sent, what comes back, and what it means."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnichannel import amb
from tests.amb.samples import VECTORS, as_bytes, inbound

TIMES: list[dict[str, Any]] = VECTORS["time_picker"]["parse_cases"]
ZONES: list[dict[str, Any]] = VECTORS["time_picker"]["fixed_zone_display_cases"]
PATTERNS: list[dict[str, Any]] = VECTORS["form_regex"]["cases"]
DELIVERIES: list[dict[str, Any]] = VECTORS["duplicate_interactive_deliveries"]["deliveries"]
LIST_REPLY: dict[str, Any] = VECTORS["interactive_data_ref"]["decode_payload_response_flat"]

DAYS = [{"identifier": "mon", "title": "Monday"}, {"identifier": "tue", "title": "Tuesday"}]
SELECTIONS = [
    {
        "pageIdentifier": "kind",
        "subtitle": "Kind?",
        "items": [{"identifier": "k2", "title": "E-bike", "value": "ebike", "type": "select"}],
    },
    {
        "pageIdentifier": "motor",
        "subtitle": "Motor?",
        "items": [{"identifier": "motor", "title": "Motor", "value": "AB12", "type": "input"}],
    },
    {"pageIdentifier": "size", "subtitle": "Size?", "items": [{"identifier": "s54", "value": 54, "type": "picker"}]},
    {
        "pageIdentifier": "when",
        "subtitle": "When?",
        "items": [{"identifier": "when", "title": "05.11.2026", "type": "datePicker"}, {}],
    },
]
FORM_REPLY: dict[str, Any] = {"version": "1.2", "template": "messageForms", "selections": SELECTIONS}
SLOT: dict[str, Any] = {"identifier": "s1", "startTime": "2026-11-03T09:30+0000", "duration": 2700}
APP: dict[str, Any] = {
    "bid": "com.apple.messages.MSMessageExtensionBalloonPlugin:AB12CD34EF:example.app",
    "URL": "?job=7",
}

PROMPTS: dict[str, dict[str, Any]] = {
    "quick reply": {"quick-reply": {"summaryText": "Drop-off day", "items": DAYS}},
    "list picker": {
        "images": [{"identifier": "pic", "data": "iVBORw0KGgo", "description": "A brake"}],
        "listPicker": {
            "sections": [
                {
                    "title": "Repairs",
                    "order": 0,
                    "multipleSelection": True,
                    "items": [
                        {
                            "identifier": "a",
                            "title": "Truing",
                            "subtitle": "30 min",
                            "order": 0,
                            "style": "default",
                            "imageIdentifier": "pic",
                        }
                    ],
                }
            ]
        },
    },
    "time picker": {
        "event": {
            "identifier": "fit-1",
            "title": "Bike fitting",
            "timezoneOffset": 60,
            "location": {"title": "Hof 3", "latitude": 52.5012, "longitude": 13.4431, "radius": 100.0},
            "timeslots": [SLOT],
        }
    },
    "form": {
        "dynamic": {
            "version": "1.2",
            "template": "messageForms",
            "data": {
                "startPageIdentifier": "kind",
                "showSummary": True,
                "private": False,
                "splash": {
                    "header": "Repair",
                    "splashtext": "Four questions.",
                    "buttonTitle": "Start",
                    "imageIdentifier": "hero",
                },
                "pages": [
                    {
                        "pageIdentifier": "kind",
                        "type": "select",
                        "title": "Bike",
                        "subtitle": "Kind?",
                        "multipleSelection": False,
                        "items": [
                            {"identifier": "k1", "title": "City", "value": "city", "nextPageIdentifier": "motor"}
                        ],
                    },
                    {
                        "pageIdentifier": "motor",
                        "type": "input",
                        "subtitle": "Motor?",
                        "hintText": "On the frame",
                        "nextPageIdentifier": "when",
                        "options": {
                            "required": True,
                            "inputType": "singleline",
                            "maximumCharacterCount": 12,
                            "regex": '"^[A-Z]+$"',
                            "later": 1,
                        },
                    },
                    {
                        "pageIdentifier": "when",
                        "type": "datePicker",
                        "subtitle": "When?",
                        "submitForm": True,
                        "options": {"dateFormat": "dd.MM.yyyy", "minimumDate": "2026-11-02", "labelText": "Day"},
                    },
                ],
            },
        }
    },
    "sign-in": {
        "authenticate": {
            "oauth2": {"responseType": "code", "scope": ["openid"], "state": "s", "redirectURI": "https://a"}
        }
    },
    "payment": {
        "payment": {
            "paymentRequest": {"total": {"amount": "3.00"}},
            "merchantSession": {"a": 1},
            "endpoints": {"b": "c"},
        }
    },
    "invitation": {"notification": {"templateId": "binaryChoice.engage.noImage", "referenceId": "r"}},
}


def read(data: dict[str, Any], **keys: Any) -> amb.InteractiveData:
    return amb.InteractiveData.model_validate({"bid": amb.BUSINESS_BID, "data": {"version": "1.0", **data}, **keys})


@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS.keys())
def test_every_prompt_is_written_as_it_was_read(prompt: dict[str, Any]) -> None:
    body = inbound(
        "interactive",
        interactiveData={
            "bid": amb.BUSINESS_BID,
            "data": {"version": "1.0", "requestIdentifier": "r-1", **prompt},
            "receivedMessage": {"title": "Choose", "subtitle": "Tap", "style": "small", "imageIdentifier": "pic"},
            "replyMessage": {"title": "Chosen", "alternateTitle": "Failed"},
            "useLiveLayout": True,
            "sessionIdentifier": "s-1",
        },
    )

    assert json.loads(amb.encode(amb.decode(as_bytes(body)))) == body


def test_an_app_message_is_written_without_data() -> None:
    data = {**APP, "appId": 1234567890, "appName": "Spoke", "appIcon": "iVBO", "receivedMessage": {"title": "Job 7"}}

    message = amb.InteractiveData.model_validate(data)

    assert json.loads(message.model_dump_json(by_alias=True, exclude_none=True)) == data
    assert (message.marker, message.request_identifier) == (None, None)


@pytest.mark.accepts("B7")
@pytest.mark.parametrize(
    ("data", "marker"),
    [
        (PROMPTS["quick reply"], amb.Marker.QUICK_REPLY),
        (PROMPTS["list picker"], amb.Marker.LIST_PICKER),
        (PROMPTS["time picker"], amb.Marker.TIME_PICKER),
        ({"timePicker": PROMPTS["time picker"]}, amb.Marker.TIME_PICKER),
        ({"dynamic": FORM_REPLY}, amb.Marker.FORM),
        (PROMPTS["sign-in"], amb.Marker.AUTHENTICATE),
        (PROMPTS["payment"], amb.Marker.PAYMENT),
        (PROMPTS["invitation"], amb.Marker.NOTIFICATION),
        ({"quickReply": {"items": DAYS}}, None),
        ({"holo": {}}, None),
        ({}, None),
        (PROMPTS["quick reply"] | PROMPTS["payment"], None),
    ],
)
def test_the_kind_is_read_from_its_marker_and_never_guessed(data: dict[str, Any], marker: amb.Marker | None) -> None:
    assert read(data).marker == marker


def test_a_reply_names_the_prompt_it_answers() -> None:
    assert read({"requestIdentifier": "r-1"}).request_identifier == "r-1"


def test_the_older_name_of_the_version_is_accepted() -> None:
    data = amb.Data.model_validate({"mspVersion": 2})

    assert data.version == "2"


@pytest.mark.accepts("B5")
def test_bubbles_are_looked_up_inside_data_first() -> None:
    inside = read(
        {"receivedMessage": {"title": "asked"}, "replyMessage": {"title": "inside"}}, replyMessage={"title": "outside"}
    )
    outside = read({}, receivedMessage={"title": "asked"}, replyMessage={"title": "outside"})

    assert (inside.received_bubble, inside.reply_bubble) == (amb.Bubble(title="asked"), amb.Bubble(title="inside"))
    assert (outside.received_bubble, outside.reply_bubble) == (amb.Bubble(title="asked"), amb.Bubble(title="outside"))
    assert amb.InteractiveData().reply_bubble is None


def test_a_malformed_bubble_spares_the_answer() -> None:
    assert read({"replyMessage": "x"}, receivedMessage=5) == read({})


@pytest.mark.parametrize(
    ("selection", "index"),
    [
        ({"selectedIndex": 1, "selectedIdentifier": "tue"}, 1),
        ({"selectedIndex": 1}, 1),
        ({"selectedIdentifier": "tue"}, 1),
        ({"selectedIndex": 0, "selectedIdentifier": "tue"}, 1),
        ({"selectedIndex": 0, "selectedIdentifier": "sun"}, 0),
        ({"selectedIndex": 7}, None),
        ({"selectedIndex": -1}, None),
        ({"selectedIndex": "x"}, None),
        ({}, None),
    ],
)
def test_a_tap_is_resolved_from_whatever_is_there(selection: dict[str, Any], index: int | None) -> None:
    reply = amb.QuickReply.model_validate({"items": DAYS, **selection})

    assert reply.chosen_index == index
    assert reply.chosen == (None if index is None else amb.QuickReplyItem.model_validate(DAYS[index]))


def test_a_list_reply_holds_what_was_chosen() -> None:
    data = amb.InteractiveData.model_validate(LIST_REPLY)

    assert data.data is not None
    assert data.data.list_picker is not None
    assert data.data.list_picker.items == (
        amb.ListItem(identifier="svc-brake", title="Brake tune-up", order=1, image_identifier="pic-2"),
    )


def test_a_time_reply_holds_the_chosen_slot() -> None:
    event = amb.Event.model_validate({"identifier": "e", "timeslots": [SLOT]})

    assert event.chosen == amb.Timeslot(identifier="s1", start_time="2026-11-03T09:30+0000", duration=2700)
    assert event.chosen.starts_at == datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
    assert amb.Event().chosen is None
    assert amb.TimePicker is amb.Event


@pytest.mark.accepts("B11")
@pytest.mark.parametrize("case", TIMES, ids=lambda case: case["start_time"] or "empty")
def test_start_times_are_read_in_apples_form_and_its_relatives(case: dict[str, Any]) -> None:
    if case["valid"]:
        assert amb.parse_start_time(case["start_time"]) == datetime.fromtimestamp(case["epoch"], UTC)
    else:
        with pytest.raises(amb.DecodeError):
            amb.parse_start_time(case["start_time"])


@pytest.mark.parametrize(
    "text", ["2026-11-03T09:30+9999", "0001-01-01T00:00+2300", "٢٠٢٦-11-03T09:30Z", "2026-11-03T09:30Z\n"]
)
def test_a_start_time_outside_the_calendar_is_a_fault(text: str) -> None:
    with pytest.raises(amb.DecodeError):
        amb.parse_start_time(text)


def test_start_times_are_written_in_gmt() -> None:
    berlin = timezone(timedelta(hours=1))

    assert amb.format_start_time(datetime(2026, 11, 3, 10, 30, 59, tzinfo=berlin)) == "2026-11-03T09:30+0000"


def test_a_start_time_without_a_zone_is_no_moment() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        amb.format_start_time(datetime(2026, 11, 3))  # noqa: DTZ001


@pytest.mark.accepts("B11")
@given(st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_start_time_survives_its_journey(start: datetime) -> None:
    assert amb.parse_start_time(amb.format_start_time(start)) == start.replace(second=0, microsecond=0)


@pytest.mark.parametrize("case", ZONES, ids=lambda case: str(case["timezone_offset_minutes"]))
def test_an_event_shows_its_own_clock(case: dict[str, Any]) -> None:
    slot = amb.Timeslot(identifier="s", start_time=case["start_time"])
    event = amb.Event(timezone_offset=case["timezone_offset_minutes"], timeslots=(slot,))

    assert event.local_start(slot).strftime("%Y-%m-%d %H:%M") == case["shown_local"]


def test_an_offset_that_no_clock_has_counts_as_absent() -> None:
    assert amb.Event.model_validate({"timezoneOffset": 5000}).zone == UTC


@pytest.mark.parametrize("case", PATTERNS, ids=lambda case: case["pattern"])
def test_a_pattern_is_json_inside_json(case: dict[str, Any]) -> None:
    text = amb.regex_to_text(case["pattern"])

    assert text == case["json_encoded_once"]
    assert json.dumps({"regex": text}) == case["wire_fragment"]
    assert amb.regex_from_text(text) == case["pattern"]


@pytest.mark.parametrize("text", ["^[a-z]$", "5", "", "[" * 100_000])
def test_a_pattern_that_is_not_json_text_is_a_fault(text: str) -> None:
    with pytest.raises(amb.DecodeError):
        amb.regex_from_text(text)


@pytest.mark.parametrize(
    ("data", "title"),
    [
        ({"quick-reply": {"items": DAYS, "selectedIndex": 1}}, "Tuesday"),
        ({"quick-reply": {"items": DAYS}}, "shown"),
        (
            {"listPicker": {"sections": [{"items": DAYS}, {"items": [{"identifier": "x", "title": "Sunday"}]}]}},
            "Monday, Tuesday, Sunday",
        ),
        ({"listPicker": {}}, "shown"),
        ({"event": {"timeslots": [SLOT]}}, "2026-11-03 09:30 UTC"),
        ({"event": {"timeslots": [SLOT], "timezoneOffset": 60}}, "2026-11-03 10:30 UTC+01:00"),
        ({"event": {"timeslots": [SLOT | {"startTime": "tomorrow"}]}}, "tomorrow"),
        (
            {"event": {"timeslots": [SLOT | {"startTime": "9999-12-31T23:59Z"}], "timezoneOffset": 60}},
            "9999-12-31T23:59Z",
        ),
        ({"event": {}}, "shown"),
        ({"dynamic": FORM_REPLY}, "ebike, AB12, 54, 05.11.2026"),
        ({"dynamic": {**FORM_REPLY, "private": True}}, "Form submitted"),
        ({"dynamic": {**FORM_REPLY, "data": {"private": True}}}, "Form submitted"),
        ({"authenticate": {"status": "success"}}, "shown"),
        ({}, "shown"),
    ],
)
def test_an_answer_is_told_in_words(data: dict[str, Any], title: str) -> None:
    assert amb.answer_title(read({**data, "replyMessage": {"title": "shown"}})) == title


def test_an_answer_without_words_is_empty() -> None:
    assert amb.answer_title(amb.InteractiveData()) == ""


@pytest.mark.accepts("B15")
def test_two_deliveries_of_one_tap_share_a_key_and_another_tap_does_not() -> None:
    messages = [amb.decode(as_bytes(delivery["message"])) for delivery in DELIVERIES]

    keys = [
        amb.answer_key(m.interactive_data)
        for m in messages
        if isinstance(m, amb.InteractiveMessage) and m.interactive_data
    ]

    assert len(keys) == len(DELIVERIES) == 5
    assert keys[0] == keys[1] == keys[2] == keys[4]
    assert keys[3] not in {keys[0], ""}


@pytest.mark.accepts("B15")
def test_a_tap_has_the_same_key_however_it_is_described() -> None:
    described: list[dict[str, Any]] = [
        {"selectedIndex": 1},
        {"selectedIdentifier": "tue"},
        {"selectedIndex": 1, "selectedIdentifier": "tue"},
    ]

    keys = {amb.answer_key(read({"quick-reply": {"items": DAYS, **how}}, sessionIdentifier="s")) for how in described}

    assert len(keys) == 1


@pytest.mark.accepts("B15")
def test_different_answers_have_different_keys() -> None:
    answers: list[dict[str, Any]] = [
        {"quick-reply": {"items": DAYS, "selectedIndex": 0}},
        {"quick-reply": {"items": DAYS, "selectedIndex": 0}, "requestIdentifier": "other"},
        {"quick-reply": {"items": [], "selectedIdentifier": "mon"}},
        {"quick-reply": {"items": [], "selectedIdentifier": "tue"}},
        {"listPicker": {"sections": [{"items": DAYS}]}},
        {"listPicker": {"sections": [{"items": DAYS[:1]}]}},
        {"event": {"timeslots": [SLOT]}},
        {"event": {"timeslots": [SLOT | {"identifier": "s2"}]}},
        {"dynamic": FORM_REPLY},
        {"dynamic": {**FORM_REPLY, "selections": SELECTIONS[:1]}},
        {"authenticate": {"status": "success"}},
        {"authenticate": {"status": "failure"}},
        {"payment": {"state": "paid"}},
        {"payment": {"state": "paymentNotCompleted"}},
        {"notification": {"id": "yes"}},
        {"notification": {"id": "no"}},
    ]

    keys = {amb.answer_key(read(answer, sessionIdentifier="s")) for answer in answers}

    assert len(keys - {""}) == len(answers)


def test_an_apps_answer_is_its_address() -> None:
    one, other = (
        amb.InteractiveData.model_validate({**APP, "URL": url, "sessionIdentifier": "s"}) for url in ("?a", "?b")
    )

    assert amb.answer_key(one) != amb.answer_key(other)


@pytest.mark.parametrize(
    "data",
    [
        read({"quick-reply": {"items": DAYS, "selectedIndex": 0}}),
        read({}, sessionIdentifier="s"),
        amb.InteractiveData(),
    ],
)
def test_an_answer_that_cannot_be_recognised_has_no_key(data: amb.InteractiveData) -> None:
    assert amb.answer_key(data) == ""


def test_what_was_sealed_is_not_shown() -> None:
    data = read({"authenticate": {"token": "sealed", "oauth2": {"clientSecret": "sealed"}}})

    assert "sealed" not in repr(data)
