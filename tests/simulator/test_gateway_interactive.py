"""The simulated gateway refuses the rich messages that Apple refuses, each with a plain reason."""

import base64
from copy import deepcopy
from typing import Any
from uuid import uuid4

import pytest

from simulator.fault_kinds import FaultKind
from simulator.services import faults, phones
from simulator.services.setup import register_business
from tests.device import prompts
from tests.simulator.apple import GATEWAY_URL, FakeApple, FakePhone
from tests.simulator.conftest import Send

MISSING = object()


def changed(prompt: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return the prompt with one value put in, or taken out, at a path of names and numbers."""
    copy = deepcopy(prompt)
    place: Any = copy
    *way, last = (int(step) if step.isdigit() else step for step in path.split("."))
    for step in way:
        place = place[step]
    if value is MISSING:
        del place[last]
    else:
        place[last] = value
    return copy


def rich(data: dict[str, Any]) -> dict[str, Any]:
    """Return the change that makes a text an interactive message."""
    return {"type": "interactive", "body": None, "interactiveData": data}


def link(data: dict[str, Any]) -> dict[str, Any]:
    """Return the change that makes a text a rich link."""
    return {"type": "richLink", "body": None, "richLinkData": data}


@pytest.mark.accepts("E10", "E11", "E12", "E13", "E14", "E15")
@pytest.mark.parametrize("kind", prompts.PROMPTS)
def test_a_good_prompt_of_every_kind_is_taken_and_shown(send: Send, phone: FakePhone, kind: str) -> None:
    answer = send(rich(prompts.PROMPTS[kind]))

    assert (answer.status_code, answer.content) == (200, b"")
    assert [bubble.payload for bubble in phone.shown] == [prompts.PROMPTS[kind]]


@pytest.mark.accepts("E10")
@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("data", {}, "disallows data"),
        ("data", {"version": "1.0"}, "disallows data"),
        ("appId", MISSING, "appId is missing"),
        ("URL", MISSING, "URL is missing"),
        ("receivedMessage", MISSING, "receivedMessage is missing"),
    ],
)
def test_an_app_of_another_company_says_what_it_must_and_no_more(
    send: Send, phone: FakePhone, path: str, value: Any, reason: str
) -> None:
    answer = send(rich(changed(prompts.APP, path, value)))

    assert (answer.status_code, phone.shown) == (400, [])
    assert reason in answer.text


@pytest.mark.accepts("E11")
@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ("bid", MISSING, "bid is missing"),
        ("data", MISSING, "data is missing"),
        ("data.version", MISSING, "version is missing"),
        ("data.requestIdentifier", MISSING, "requestIdentifier is missing"),
        ("data.quick-reply", MISSING, "exactly one of"),
        ("data.event", {"timeslots": []}, "exactly one of"),
        ("data.quickReply", {}, ""),
        ("data.quick-reply", "mon", "quick-reply is missing"),
    ],
)
def test_apples_own_kinds_have_a_version_an_identifier_and_one_marker(
    send: Send, path: str, value: Any, reason: str
) -> None:
    answer = send(rich(changed(prompts.QUICK_REPLY, path, value)))

    assert (answer.status_code, reason in answer.text) == (400 if reason else 200, True)


@pytest.mark.accepts("E11")
def test_the_version_may_have_its_older_name(send: Send) -> None:
    prompt = changed(changed(prompts.QUICK_REPLY, "data.version", MISSING), "data.mspVersion", "1.0")

    assert send(rich(prompt)).status_code == 200


@pytest.mark.accepts("E12")
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("data.quick-reply.items", MISSING),
        ("data.quick-reply.items", []),
        ("data.quick-reply.items", [{"identifier": "a", "title": "A"}]),
        ("data.quick-reply.items", [{"identifier": str(number), "title": "A"} for number in range(6)]),
        ("data.quick-reply.items.0.identifier", MISSING),
        ("data.quick-reply.items.1.title", ""),
        ("data.quick-reply.items.1", "Monday"),
    ],
)
def test_a_quick_reply_has_two_to_five_named_buttons(send: Send, path: str, value: Any) -> None:
    answer = send(rich(changed(prompts.QUICK_REPLY, path, value)))

    assert answer.status_code == 400
    assert answer.text.startswith("quick-reply: ")


@pytest.mark.accepts("E13")
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("data.listPicker.sections", MISSING),
        ("data.listPicker.sections", []),
        ("data.listPicker.sections.0.items", MISSING),
        ("data.listPicker.sections.0", {"title": "Return", "listPickerItem": [{"identifier": "a", "title": "A"}]}),
        ("data.listPicker.sections.0.items", []),
        ("data.listPicker.sections.1.items.0.identifier", MISSING),
        ("data.listPicker.sections.1.items.0.title", MISSING),
    ],
)
def test_a_list_has_something_named_to_choose_in_every_section(send: Send, path: str, value: Any) -> None:
    answer = send(rich(changed(prompts.LIST_PICKER, path, value)))

    assert answer.status_code == 400
    assert answer.text.startswith("listPicker: ")


@pytest.mark.accepts("E14")
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("data.event.timeslots", MISSING),
        ("data.event.timeslots", []),
        ("data.event.timeslots.0.identifier", MISSING),
        ("data.event.timeslots.0.startTime", MISSING),
        ("data.event.timeslots.0.startTime", "tomorrow"),
        ("data.event.timeslots.0.startTime", "2036-02-30T09:30+0000"),
        ("data.event.timeslots.0.duration", MISSING),
        ("data.event.timeslots.0.duration", "2700"),
        ("data.event.timeslots.0.duration", True),
        ("data.event.timeslots.0.duration", -1),
    ],
)
def test_a_time_picker_has_times_that_exist_and_last(send: Send, path: str, value: Any) -> None:
    answer = send(rich(changed(prompts.TIME_PICKER, path, value)))

    assert answer.status_code == 400
    assert answer.text.startswith("event: ")


@pytest.mark.accepts("E15")
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("data.dynamic.data", MISSING),
        ("data.dynamic.data.pages", MISSING),
        ("data.dynamic.data.pages", []),
        ("data.dynamic.data.pages.0.type", "splash"),
        ("data.dynamic.data.pages.0.type", MISSING),
        ("data.dynamic.data.pages.0.pageIdentifier", MISSING),
        ("data.dynamic.data.pages.5.pageIdentifier", "x" * 20),
        ("data.dynamic.data.pages.5.pageIdentifier", "kind"),
        ("data.dynamic.data.pages.1.nextPageIdentifier", "nowhere"),
        ("data.dynamic.data.pages.0.items.0.nextPageIdentifier", "nowhere"),
        ("data.dynamic.data.startPageIdentifier", "nowhere"),
        ("data.dynamic.data.startPageIdentifier", MISSING),
    ],
)
def test_a_form_has_pages_of_known_types_that_lead_somewhere(send: Send, path: str, value: Any) -> None:
    answer = send(rich(changed(prompts.FORM, path, value)))

    assert answer.status_code == 400
    assert answer.text.startswith("dynamic: ")


@pytest.mark.accepts("E15")
def test_a_page_name_may_have_nineteen_characters(send: Send) -> None:
    form = changed(prompts.FORM, "data.dynamic.data.pages.5.pageIdentifier", "x" * 19)
    form = changed(form, "data.dynamic.data.pages.4.nextPageIdentifier", "x" * 19)

    assert send(rich(form)).status_code == 200


@pytest.mark.accepts("E16")
@pytest.mark.parametrize("data", [prompts.LINK, prompts.VIDEO_LINK])
def test_a_link_with_its_preview_is_taken_and_shown(send: Send, phone: FakePhone, data: dict[str, Any]) -> None:
    answer = send(link(data))

    assert answer.status_code == 200
    assert [(bubble.body, bubble.payload) for bubble in phone.shown] == [("Frame 54, steel", data)]


@pytest.mark.accepts("E16")
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("url", MISSING),
        ("url", 5),
        ("title", MISSING),
        ("title", ""),
        ("assets", MISSING),
        ("assets.image", MISSING),
        ("assets.image", {"url": "https://cdn.example/54.png"}),
        ("assets.image.data", "not Base64"),
        ("assets.image.data", base64.b64encode(bytes(200_001)).decode()),
    ],
)
def test_a_link_has_an_address_a_title_and_a_small_picture(send: Send, phone: FakePhone, path: str, value: Any) -> None:
    answer = send(link(changed(prompts.LINK, path, value)))

    assert (answer.status_code, phone.shown) == (400, [])
    assert answer.text.startswith("richLinkData")


def test_a_picture_of_a_link_may_have_200_kilobytes(send: Send) -> None:
    picture = base64.b64encode(bytes(200_000)).decode()

    assert send(link(changed(prompts.LINK, "assets.image.data", picture))).status_code == 200


def image(size: int, start: bytes = b"\x89PNG\r\n\x1a\n") -> str:
    """Return something of that size that begins like a PNG."""
    return base64.b64encode(start.ljust(size, b"\0")).decode()


BEYOND = [
    (prompts.LIST_PICKER, "receivedMessage.title", "x" * 201),
    (prompts.LIST_PICKER, "replyMessage.subtitle", "x" * 201),
    (prompts.LIST_PICKER, "data.listPicker.sections.0.title", "x" * 201),
    (prompts.LIST_PICKER, "data.listPicker.sections.0.items.0.subtitle", "x" * 201),
    (prompts.LIST_PICKER, "receivedMessage.title", "two\nlines"),
    (prompts.LIST_PICKER, "receivedMessage.title", "a bell\x07"),
    (prompts.LIST_PICKER, "data.images.0.data", image(200_001)),
    (prompts.LIST_PICKER, "data.images.0.data", image(100, b"\xff\xd8\xff")),
    (prompts.LIST_PICKER, "data.images.0.data", "not Base64"),
    (prompts.LIST_PICKER, "data.images.0.identifier", MISSING),
    (prompts.LIST_PICKER, "data.images", [{"identifier": str(n), "data": image(200_000)} for n in range(25)]),
    (prompts.LIST_PICKER, "data.images", "none"),
    (prompts.QUICK_REPLY, "data.quick-reply.items.0.title", "x" * 201),
    (prompts.FORM, "data.dynamic.data.pages.1.hintText", "x" * 201),
    (prompts.FORM, "data.dynamic.data.pages.1.options.labelText", "x" * 201),
    (prompts.FORM, "data.dynamic.data.splash.buttonTitle", "x" * 201),
]


@pytest.mark.parametrize(("prompt", "path", "value"), BEYOND)
def test_words_and_pictures_beyond_apples_limits_are_refused(
    send: Send, prompt: dict[str, Any], path: str, value: Any
) -> None:
    answer = send(rich(changed(prompt, path, value)))

    assert answer.status_code == 400


@pytest.mark.parametrize(("prompt", "path", "value"), BEYOND)
def test_the_relaxed_profile_knows_no_such_limits(
    send: Send, phone: FakePhone, prompt: dict[str, Any], path: str, value: Any
) -> None:
    faults.arm(FaultKind.RELAXED_PROFILE, phone=phone.row)

    answer = send(rich(changed(prompt, path, value)))

    assert answer.status_code == 200


@pytest.mark.parametrize("words", ["x" * 200, "👨‍👩‍👧‍👦 family", "می‌خواهم", "Ünïcode ❤️"])
def test_words_of_every_language_are_printable(send: Send, words: str) -> None:
    assert send(rich(changed(prompts.LIST_PICKER, "receivedMessage.title", words))).status_code == 200


def constructed(apple: FakeApple, url: str, store_region: str = "DE") -> dict[str, Any]:
    """Return the reference to an App Clip's link as it goes over the wire."""
    reference = apple.gateway().construct_payload(apple.business_id, url, store_region=store_region)
    return reference.model_dump(mode="json", by_alias=True, exclude_none=True)


@pytest.mark.accepts("R13")
@pytest.mark.parametrize("url", ["https://www.shop.example/clip/54", "https://appclip.apple.com/id?p=example.Clip"])
def test_the_link_of_an_app_clip_is_sent_by_reference(send: Send, apple: FakeApple, phone: FakePhone, url: str) -> None:
    reference = constructed(apple, url)

    answer = send({"type": "richLink", "body": None, "richLinkDataRef": reference})

    assert answer.status_code == 200
    assert [(bubble.type, bubble.payload["url"], bubble.body) for bubble in phone.shown if bubble.payload] == [
        ("richLink", url, reference["title"])
    ]


@pytest.mark.accepts("R13")
@pytest.mark.parametrize(
    "content",
    [
        {"link": {"url": "https://shop.example/frames/54", "storeRegion": "DE"}},
        {"link": {"url": "http://shop.example/clip/54"}},
        {"link": {"url": "https://[clip"}},
        {"link": {"url": 5}},
        {"link": {"url": "https://shop.example/clip/54", "storeRegion": "Germany"}},
        {"type": "image", "link": {"url": "https://shop.example/clip/54"}},
        {},
        "no JSON",
    ],
)
def test_an_address_without_an_app_clip_is_answered_400(apple: FakeApple, content: Any) -> None:
    gateway = apple.gateway()
    headers = {"Authorization": gateway._authorization(), "source-id": apple.business_id}

    call: dict[str, Any] = {"data": content} if isinstance(content, str) else {"json": content}
    answer = apple.session.post(f"{GATEWAY_URL}/constructPayload", headers=headers, **call)

    assert (answer.status_code, "\n" in answer.text, bool(answer.text)) == (400, False, True)


@pytest.mark.accepts("E21")
@pytest.mark.parametrize("name", ["title", "owner", "size", "key", "signature-base64", "dataRefSig", "url"])
def test_an_altered_reference_to_a_link_is_answered_400(
    send: Send, apple: FakeApple, phone: FakePhone, name: str
) -> None:
    reference = constructed(apple, "https://shop.example/clip/54")

    answer = send({"type": "richLink", "body": None, "richLinkDataRef": reference | {name: "altered"}})

    assert (answer.status_code, phone.shown) == (400, [])


@pytest.mark.accepts("E21")
def test_a_link_of_another_business_is_answered_400(send: Send, apple: FakeApple) -> None:
    reference = constructed(apple, "https://shop.example/clip/54")
    other_id = str(uuid4())
    theirs = phones.start(register_business(apple.business.provider, other_id, "Second shop"))

    answer = send(
        {
            "type": "richLink",
            "body": None,
            "richLinkDataRef": reference,
            "sourceId": other_id,
            "destinationId": theirs.opaque_id,
        },
        headers={"source-id": other_id, "destination-id": theirs.opaque_id},
    )

    assert answer.status_code == 400


@pytest.mark.accepts("E21")
def test_each_reference_stands_for_its_own_kind_only(send: Send, apple: FakeApple) -> None:
    of_a_link = constructed(apple, "https://shop.example/clip/54")
    lent = send(rich(prompts.LIST_PICKER), headers={"include-data-ref": "true"}).json()["dataRef"]

    answers = [
        send({"type": "interactive", "body": None, "interactiveDataRef": of_a_link}),
        send({"type": "richLink", "body": None, "richLinkDataRef": lent}),
    ]

    assert [answer.status_code for answer in answers] == [400, 400]


@pytest.mark.accepts("R17")
@pytest.mark.parametrize(
    ("kind", "capability"),
    [
        ("quick_reply", "QUICK"),
        ("list_picker", "LIST"),
        ("time_picker", "TIME"),
        ("form", "FORM"),
        ("sign_in", "AUTH/AUTH2"),
    ],
)
def test_a_device_shows_no_kind_that_it_lacks(send: Send, apple: FakeApple, kind: str, capability: str) -> None:
    lacking = phones.start(apple.business, capabilities=[])

    answer = send(
        rich(prompts.PROMPTS[kind]) | {"destinationId": lacking.opaque_id},
        headers={"destination-id": lacking.opaque_id},
    )

    assert (answer.status_code, list(lacking.messages.shown())) == (200, [])
    assert list(lacking.violations.values_list("kind", "detail")) == [("unsupported kind", capability)]


@pytest.mark.accepts("R17")
@pytest.mark.parametrize("kind", ["payment", "app"])
def test_apple_pay_and_apps_need_no_capability(send: Send, apple: FakeApple, kind: str) -> None:
    lacking = phones.start(apple.business, capabilities=[])

    send(
        rich(prompts.PROMPTS[kind]) | {"destinationId": lacking.opaque_id},
        headers={"destination-id": lacking.opaque_id},
    )

    assert lacking.messages.shown().count() == 1
