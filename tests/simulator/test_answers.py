"""Answers have the shapes that devices send, and a sheet lets nothing else through."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from omnichannel import amb
from simulator.fault_kinds import FaultKind
from simulator.models import Delivery, Phone, PhoneMessage
from simulator.services import faults, phones, references
from simulator.services.answers import CannotAnswer, pattern
from tests.device import prompts
from tests.simulator.apple import FakeApple, FakePhone

Choose = Callable[..., dict[str, Any]]
FILLED = {
    "kind": "k2",
    "motor": "AB12CD",
    "size": "s54",
    "extras": ["chain", "lights"],
    "when": "2036-11-05",
    "words": "Thank you",
}
CHOICES: dict[str, Any] = {
    "quick_reply": "tue",
    "list_picker": ["brake", "courier"],
    "time_picker": "early",
    "form": FILLED,
    "payment": "cancel",
    "sign_in": "cancel",
    "app": "?job=7731&step=3",
}


def shown(phone: FakePhone, payload: dict[str, Any]) -> PhoneMessage:
    """Have the phone show a prompt."""
    return phone.row.messages.create(side="business", type="interactive", payload=payload)


def delivered(phone: FakePhone) -> dict[str, Any]:
    """Return the newest message that waits for the webhook."""
    body: dict[str, Any] = json.loads(Delivery.objects.filter(phone=phone.row).latest("pk").body)
    return body


@pytest.fixture
def choose(phone: FakePhone) -> Choose:
    """Answer a prompt on the phone; returns the interactive data that travel."""

    def answer(payload: dict[str, Any], chosen: Any) -> dict[str, Any]:
        held = Phone.objects.select_related("business").get(pk=phone.row.pk)
        message = phones.choose(held, shown(phone, payload), chosen)
        assert isinstance(message.payload, dict)
        return message.payload

    return answer


def without_images(payload: dict[str, Any]) -> dict[str, Any]:
    """Return a prompt that is small enough to be answered inline."""
    copy = deepcopy(payload)
    copy.get("data", {}).pop("images", None)
    return copy


def test_a_quick_reply_repeats_its_buttons_and_says_which_was_tapped(choose: Choose) -> None:
    answer = choose(prompts.QUICK_REPLY, "tue")

    assert answer["data"] == {
        "version": "1.0",
        "requestIdentifier": "request-1",
        "quick-reply": {
            "items": prompts.QUICK_REPLY["data"]["quick-reply"]["items"],
            "selectedIndex": 1,
            "selectedIdentifier": "tue",
        },
        "replyMessage": {"title": "Tuesday"},
    }


def test_a_list_comes_back_with_what_was_chosen_alone(choose: Choose) -> None:
    answer = choose(prompts.LIST_PICKER, ["courier", "brake"])

    sections = prompts.LIST_PICKER["data"]["listPicker"]["sections"]
    assert answer["data"]["listPicker"] == {
        "sections": [
            {"title": "Repairs", "items": [sections[1]["items"][1]]},
            {"title": "Return", "items": [sections[0]["items"][1]]},
        ]
    }
    assert answer["data"]["images"] == prompts.LIST_PICKER["data"]["images"]
    assert answer["data"]["receivedMessage"] == prompts.LIST_PICKER["receivedMessage"]
    assert answer["data"]["replyMessage"]["title"] == "Brake tune-up, Courier"
    assert {"receivedMessage", "replyMessage"}.isdisjoint(answer)


def test_a_time_comes_back_alone_in_apples_form(choose: Choose) -> None:
    answer = choose(prompts.TIME_PICKER, "early")

    assert answer["data"]["event"] == prompts.TIME_PICKER["data"]["event"] | {
        "timeslots": [{"identifier": "early", "startTime": "2036-11-03T09:30+0000", "duration": 2700}]
    }
    assert answer["data"]["replyMessage"]["title"] == "Monday, 3 November, 10:30"


def test_a_time_that_passed_while_the_sheet_was_open_says_so(choose: Choose) -> None:
    with time_machine.travel("2036-11-03T09:31Z"), pytest.raises(CannotAnswer, match="This time has passed"):
        choose(prompts.TIME_PICKER, "early")


def test_a_form_comes_back_page_by_page(choose: Choose) -> None:
    answer = choose(prompts.FORM, FILLED)

    assert answer["data"]["dynamic"] == {
        "version": "1.2",
        "template": "messageForms",
        "selections": [
            {
                "pageIdentifier": "kind",
                "subtitle": "What kind of bike is it?",
                "items": [{"identifier": "k2", "title": "E-bike", "value": "ebike", "type": "select"}],
            },
            {
                "pageIdentifier": "motor",
                "subtitle": "Motor serial number",
                "items": [{"identifier": "motor", "value": "AB12CD", "type": "input"}],
            },
            {
                "pageIdentifier": "size",
                "subtitle": "Frame size",
                "items": [{"identifier": "s54", "title": "54", "value": "54", "type": "picker"}],
            },
            {
                "pageIdentifier": "extras",
                "subtitle": "What shall we look at as well?",
                "items": [
                    {"identifier": "lights", "title": "Lights", "value": "lights", "type": "select"},
                    {"identifier": "chain", "title": "Chain", "value": "chain", "type": "select"},
                ],
            },
            {
                "pageIdentifier": "when",
                "subtitle": "Earliest drop-off",
                "items": [{"identifier": "when", "value": "05.11.2036", "type": "datePicker"}],
            },
            {
                "pageIdentifier": "words",
                "subtitle": "Anything else?",
                "items": [{"identifier": "words", "value": "Thank you", "type": "input"}],
            },
        ],
    }
    assert answer["data"]["replyMessage"]["title"] == "Your choice"


def test_pages_that_a_branch_passes_by_are_absent(choose: Choose) -> None:
    answer = choose(prompts.FORM, FILLED | {"kind": "k1"})

    pages = [page["pageIdentifier"] for page in answer["data"]["dynamic"]["selections"]]
    assert pages == ["kind", "size", "extras", "when", "words"]


def test_a_private_form_says_so_in_its_answer(choose: Choose) -> None:
    form = deepcopy(prompts.FORM)
    form["data"]["dynamic"]["data"]["private"] = True

    assert choose(form, FILLED)["data"]["dynamic"]["private"] is True


def test_a_sign_in_is_cancelled(choose: Choose) -> None:
    assert choose(prompts.SIGN_IN, "cancel")["data"]["authenticate"] == {"status": "cancel"}


def test_a_payment_that_is_not_completed_comes_back_as_devices_change_it(choose: Choose) -> None:
    answer = choose(prompts.PAYMENT, "cancel")

    payment = answer["data"]["payment"]
    asked = prompts.PAYMENT["data"]["payment"]
    total = {"label": "Velo shop", "amount": "450", "type": "Final"}
    assert payment["state"] == "paymentNotCompleted"
    assert payment["paymentRequest"] == asked["paymentRequest"] | {
        "lineItems": [
            {"label": "Frame 54", "amount": "450", "type": "Final"},
            {"label": "Shipping", "amount": "0", "type": "Pending"},
            total,
        ],
        "total": total,
        "shippingMethods": [],
    }
    assert payment["merchantSession"] == asked["merchantSession"]
    assert payment["endpoints"] == {"fallbackUrl": "https://velo.example/"}
    assert answer["data"]["replyMessage"]["subtitle"] == "450 EUR, not paid"


def test_an_app_hands_its_address_back_and_no_data(choose: Choose) -> None:
    answer = choose(prompts.APP, "?job=7731&step=3")

    assert answer == {
        "bid": prompts.APP["bid"],
        "URL": "?job=7731&step=3",
        "replyMessage": prompts.APP["receivedMessage"],
        "sessionIdentifier": "job-7731",
    }


@pytest.mark.parametrize("kind", prompts.PROMPTS)
def test_every_answer_is_read_by_the_product(choose: Choose, kind: str) -> None:
    answer = amb.InteractiveData.model_validate(choose(prompts.PROMPTS[kind], CHOICES[kind]))

    assert amb.answer_key(answer) != ""
    assert answer.reply_bubble is not None


@pytest.mark.parametrize("kind", prompts.PROMPTS)
def test_a_message_is_answered_as_often_as_its_customer_likes(phone: FakePhone, kind: str) -> None:
    prompt = shown(phone, prompts.PROMPTS[kind])

    first, second = (phones.choose(phone.row, prompt, CHOICES[kind]).payload for _ in range(2))

    assert first == second
    assert isinstance(first, dict)
    assert first["sessionIdentifier"]


def test_two_prompts_have_sessions_of_their_own(choose: Choose) -> None:
    first, second = (choose(prompts.QUICK_REPLY, "tue")["sessionIdentifier"] for _ in range(2))

    assert first != second


@pytest.mark.parametrize(
    ("kind", "chosen"),
    [
        ("quick_reply", "never"),
        ("quick_reply", ""),
        ("quick_reply", ["mon", "tue"]),
        ("list_picker", []),
        ("list_picker", ["nothing"]),
        ("list_picker", ["shop", "courier"]),
        ("list_picker", {"a": "b"}),
        ("time_picker", "past"),
        ("time_picker", "nothing"),
        ("time_picker", []),
        ("form", "kind"),
        ("form", {}),
        ("form", FILLED | {"nowhere": "x"}),
        ("form", FILLED | {"kind": "k3"}),
        ("form", FILLED | {"kind": ["k1", "k2"]}),
        ("form", FILLED | {"motor": ""}),
        ("form", FILLED | {"motor": "ab"}),
        ("form", FILLED | {"motor": "A" * 13}),
        ("form", FILLED | {"extras": []}),
        ("form", FILLED | {"size": "s99"}),
        ("form", FILLED | {"when": ""}),
        ("form", FILLED | {"when": "05.11.2036"}),
        ("form", FILLED | {"when": "2036-11-01"}),
        ("form", FILLED | {"when": "2037-01-01"}),
        ("form", FILLED | {"words": "x" * 301}),
        ("payment", "pay"),
        ("sign_in", "yes"),
        ("app", []),
    ],
)
def test_a_sheet_lets_nothing_else_through(phone: FakePhone, kind: str, chosen: Any) -> None:
    prompt = shown(phone, prompts.PROMPTS[kind])

    with pytest.raises(CannotAnswer):
        phones.choose(phone.row, prompt, chosen)

    assert Delivery.objects.count() == 0


def test_what_is_optional_may_stay_empty(choose: Choose) -> None:
    given = {name: value for name, value in FILLED.items() if name != "words"}

    pages = choose(prompts.FORM, given)["data"]["dynamic"]["selections"]

    assert pages[-1]["items"] == [{"identifier": "words", "value": "", "type": "input"}]


def test_a_form_that_leads_in_a_circle_ends(choose: Choose) -> None:
    form = deepcopy(prompts.FORM)
    form["data"]["dynamic"]["data"]["pages"][2]["nextPageIdentifier"] = "kind"

    pages = choose(form, FILLED)["data"]["dynamic"]["selections"]

    assert [page["pageIdentifier"] for page in pages] == ["kind", "motor", "size"]


def test_a_pattern_that_no_device_reads_checks_nothing(choose: Choose) -> None:
    form = deepcopy(prompts.FORM)
    form["data"]["dynamic"]["data"]["pages"][1]["options"]["regex"] = amb.regex_to_text("(")

    assert choose(form, FILLED | {"motor": "anything"})


def test_a_pattern_that_comes_to_no_end_checks_nothing(choose: Choose, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pattern, "LONGEST_SECONDS", 0.5)
    form = deepcopy(prompts.FORM)
    form["data"]["dynamic"]["data"]["pages"][1]["options"] = {
        "regex": amb.regex_to_text("^(a+)+$"), "maximumCharacterCount": 60,
    }  # fmt: skip

    assert choose(form, FILLED | {"motor": "a" * 50 + "!"})


@pytest.mark.parametrize("payload", [None, [], {}, {"data": {}}, {"data": {"listPicker": 5}}, {"data": "x"}])
def test_what_asks_nothing_has_no_answer(phone: FakePhone, payload: Any) -> None:
    with pytest.raises(CannotAnswer):
        phones.choose(phone.row, shown(phone, payload), "x")


def large(payload: dict[str, Any]) -> dict[str, Any]:
    """Return the prompt with a picture that makes its answer large."""
    copy = deepcopy(payload)
    copy["data"]["images"] = [{"identifier": "shop", "data": "A" * 11_000}]
    return copy


@pytest.mark.parametrize("kind", ["list_picker", "time_picker", "form"])
def test_an_answer_with_pictures_travels_as_a_reference(
    apple: FakeApple, phone: FakePhone, choose: Choose, kind: str
) -> None:
    answer = choose(large(prompts.PROMPTS[kind]), CHOICES[kind])

    reference = amb.DataReference.model_validate(delivered(phone)["interactiveDataRef"])
    fetched = apple.gateway().fetch_reference(apple.business_id, reference)
    assert fetched == amb.InteractiveData.model_validate(answer)


@pytest.mark.parametrize("kind", ["list_picker", "form"])
def test_a_large_answer_can_travel_in_both_forms(phone: FakePhone, choose: Choose, kind: str) -> None:
    faults.arm(FaultKind.BOTH_FORMS, business=phone.row.business)

    choose(large(prompts.PROMPTS[kind]), CHOICES[kind])

    assert {"interactiveData", "interactiveDataRef"} <= delivered(phone).keys()


@pytest.mark.parametrize("kind", prompts.PROMPTS)
def test_an_answer_can_arrive_twice_under_two_ids(phone: FakePhone, choose: Choose, kind: str) -> None:
    faults.arm(FaultKind.DUPLICATE_INTERACTIVE, phone=phone.row, times=1)

    choose(without_images(prompts.PROMPTS[kind]), CHOICES[kind])

    first, second = (json.loads(body) for body in Delivery.objects.order_by("pk").values_list("body", flat=True))
    assert first["id"] != second["id"]
    assert first["interactiveData"] == second["interactiveData"]


def test_an_answer_can_be_overtaken(phone: FakePhone, choose: Choose) -> None:
    faults.arm(FaultKind.OUT_OF_ORDER, phone=phone.row, times=1)

    choose(prompts.QUICK_REPLY, "mon")
    choose(prompts.QUICK_REPLY, "tue")

    late, timely = Delivery.objects.order_by("pk")
    assert late.due_at > timely.due_at


@pytest.mark.parametrize("kind", ["quick_reply", "list_picker", "time_picker", "form", "sign_in", "payment"])
def test_an_answer_can_be_of_a_kind_that_nobody_knows(phone: FakePhone, choose: Choose, kind: str) -> None:
    faults.arm(FaultKind.UNKNOWN_MARKER, phone=phone.row, times=1)

    choose(without_images(prompts.PROMPTS[kind]), CHOICES[kind])

    inner = delivered(phone)["interactiveData"]["data"]
    assert "hologram" in inner
    assert set(inner).isdisjoint(amb.Marker)


@pytest.mark.parametrize("kind", prompts.PROMPTS)
def test_an_answer_without_optional_keys_says_the_same(phone: FakePhone, choose: Choose, kind: str) -> None:
    faults.arm(FaultKind.MISSING_KEYS, phone=phone.row)

    full = choose(without_images(prompts.PROMPTS[kind]), CHOICES[kind])

    sparing = delivered(phone)["interactiveData"]
    words = '"selectedIdentifier"', '"receivedMessage"'
    assert not any(word in json.dumps(sparing) for word in words)
    title = amb.answer_title(amb.InteractiveData.model_validate(sparing))
    assert title or kind == "app"
    assert kind == "form" or title == amb.answer_title(amb.InteractiveData.model_validate(full))


def test_a_reference_without_optional_keys_can_still_be_fetched(
    apple: FakeApple, phone: FakePhone, choose: Choose
) -> None:
    faults.arm(FaultKind.MISSING_KEYS, phone=phone.row)

    choose(large(prompts.LIST_PICKER), ["brake"])

    reference = delivered(phone)["interactiveDataRef"]
    assert {"title", "signature-base64"}.isdisjoint(reference)
    fetched = apple.gateway().fetch_reference(apple.business_id, amb.DataReference.model_validate(reference))
    assert amb.answer_title(fetched) == "Brake tune-up"


def ask(client: Client, phone: FakePhone, body: dict[str, Any]) -> Any:
    address = f"/simulator/api/phones/{quote(phone.row.opaque_id, safe='')}/answers"
    return client.post(address, json.dumps(body), content_type="application/json")


@pytest.mark.parametrize("kind", prompts.PROMPTS)
def test_scripts_answer_every_kind(client: Client, phone: FakePhone, kind: str) -> None:
    prompt = shown(phone, prompts.PROMPTS[kind])

    answer = ask(client, phone, {"message": str(prompt.apple_id), "chosen": CHOICES[kind]})

    assert answer.status_code == 201
    assert answer.json()["interactive"] == phone.shown[-1].payload
    assert answer.json()["text"] == references.title(answer.json()["interactive"])


def test_scripts_are_told_what_a_sheet_would_not_let_through(client: Client, phone: FakePhone) -> None:
    prompt = shown(phone, prompts.LIST_PICKER)

    answer = ask(client, phone, {"message": str(prompt.apple_id), "chosen": []})

    assert (answer.status_code, answer.json()) == (400, {"error": "Choose at least one."})


@pytest.mark.parametrize("chosen", [None, 5, {"a": 5}, ["a\0b"], {"a": ["\0"]}, {"\0": "a"}])
def test_scripts_are_told_of_a_choice_of_no_known_shape(client: Client, phone: FakePhone, chosen: Any) -> None:
    prompt = shown(phone, prompts.LIST_PICKER)

    answer = ask(client, phone, {"message": str(prompt.apple_id), "chosen": chosen})

    assert (answer.status_code, answer.json()["error"].startswith("Please correct chosen")) == (400, True)


def test_only_a_message_of_the_business_on_this_phone_is_answered(client: Client, phone: FakePhone) -> None:
    own = phone.write("Hello")

    answers = [ask(client, phone, {"message": str(each), "chosen": "x"}) for each in (uuid4(), own.apple_id)]

    assert [answer.status_code for answer in answers] == [404, 404]
