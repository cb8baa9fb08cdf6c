"""The simulated gateway takes what Apple takes and refuses what Apple refuses."""

import base64
import time
from typing import Any
from uuid import uuid4

import jwt
import pytest

from omnichannel import amb
from simulator.fault_kinds import FaultKind
from simulator.models import Phone, Violation
from simulator.services import faults, phones
from simulator.services.setup import register_business, set_up
from tests.simulator.apple import IDENTITIES, FakeApple, FakePhone
from tests.simulator.conftest import Send

DATA = {
    "bid": amb.BUSINESS_BID,
    "data": {
        "version": "1.0",
        "requestIdentifier": "r1",
        "listPicker": {"sections": [{"items": [{"identifier": "54", "title": "54"}]}]},
    },
    "receivedMessage": {"title": "Which size?"},
}
KEY = base64.b64decode(IDENTITIES["secret_base64"])


def signed(claims: dict[str, Any], key: bytes | str = KEY, algorithm: str = "HS256") -> str:
    return f"Bearer {jwt.encode(claims, key, algorithm=algorithm)}"


def test_a_good_message_is_answered_with_an_empty_200_and_shown(send: Send, phone: FakePhone) -> None:
    answer = send({"body": "Größe 54 🚲"})

    assert (answer.status_code, answer.content, answer.headers["Content-Length"]) == (200, b"", "0")
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "Strict-Transport-Security" in answer.headers
    assert phone.texts == ["Größe 54 🚲"]


def test_our_own_client_reaches_the_phone(apple: FakeApple, phone: FakePhone) -> None:
    message = amb.TextMessage(
        id=str(uuid4()), source_id=apple.business_id, destination_id=phone.row.opaque_id, body="Hello"
    )

    apple.gateway().send(message)

    assert phone.texts == ["Hello"]


@pytest.mark.accepts("E1")
@pytest.mark.parametrize("headers", [{}, {"Authorization": ""}])
def test_a_call_without_a_token_is_answered_401(send: Send, phone: FakePhone, headers: dict[str, str]) -> None:
    answer = send(headers=headers, without=() if headers else ("Authorization",))

    assert answer.status_code == 401
    assert phone.texts == []


@pytest.mark.accepts("E2")
@pytest.mark.parametrize(
    "token",
    [
        lambda: "Bearer nonsense",
        lambda: "Basic abc",
        lambda: signed({"iss": IDENTITIES["msp_id"], "iat": int(time.time())}, key=b"x" * 48),
        lambda: signed({"iss": IDENTITIES["msp_id"], "iat": int(time.time())}, key="", algorithm="none"),
        lambda: signed({"iss": IDENTITIES["other_msp_id"], "iat": int(time.time())}),
        lambda: signed({"iss": IDENTITIES["business_id"], "iat": int(time.time())}),
        lambda: signed({"iss": "nobody", "iat": int(time.time())}),
        lambda: signed({"iat": int(time.time())}),
        lambda: signed({"iss": IDENTITIES["msp_id"]}),
        lambda: signed({"iss": IDENTITIES["msp_id"], "iat": int(time.time()) + 3600}),
        lambda: amb.apple_bearer(amb.Credentials(IDENTITIES["msp_id"], IDENTITIES["secret_base64"])),
    ],
)
def test_a_wrong_token_is_answered_403(send: Send, phone: FakePhone, token: Any) -> None:
    answer = send(headers={"Authorization": token()})

    assert answer.status_code == 403
    assert "\n" not in answer.text
    assert phone.texts == []


@pytest.mark.accepts("E2", "E3")
def test_every_outbound_token_of_the_vectors_is_judged_as_written(send: Send, vectors: dict[str, Any]) -> None:
    cases = [case for case in vectors["jwt"]["cases"] if case["direction"] == "msp_to_apple"]

    answers = {case["name"]: send(headers={"Authorization": f"Bearer {case['token']}"}).status_code for case in cases}

    assert answers == {case["name"]: case["expected_http_status"] for case in cases}


@pytest.mark.accepts("E3")
def test_a_token_signed_with_the_base64_text_is_answered_403(send: Send) -> None:
    claims = {"iss": IDENTITIES["msp_id"], "iat": int(time.time())}

    assert send(headers={"Authorization": signed(claims, key=IDENTITIES["secret_base64"])}).status_code == 403
    assert send(headers={"Authorization": signed(claims)}).status_code == 200


@pytest.mark.accepts("E4")
@pytest.mark.parametrize("name", ["id", "source-id", "destination-id"])
def test_a_missing_header_is_answered_400_and_named(send: Send, name: str) -> None:
    answer = send(without=(name,))

    assert (answer.status_code, answer.text) == (400, f"The header {name} is missing.")


@pytest.mark.accepts("E5")
@pytest.mark.parametrize(
    "source", [str(uuid4()), IDENTITIES["msp_id"], "not-an-id"], ids=["stranger", "provider", "no id"]
)
def test_a_source_that_is_not_the_providers_business_is_answered_403(send: Send, source: str) -> None:
    answer = send({"sourceId": source}, headers={"source-id": source})

    assert answer.status_code == 403


@pytest.mark.accepts("E5")
def test_the_business_of_another_provider_is_answered_403(send: Send) -> None:
    other = str(uuid4())
    set_up(
        msp_id=IDENTITIES["other_msp_id"],
        secret=IDENTITIES["other_secret_base64"],
        webhook_url="http://127.0.0.1:9",
        businesses={other: "Elsewhere"},
    )

    assert send({"sourceId": other}, headers={"source-id": other}).status_code == 403


@pytest.mark.accepts("E6")
def test_an_unknown_destination_is_answered_404(send: Send) -> None:
    unknown = "urn:mbid:AQAAYw=="

    assert send({"destinationId": unknown}, headers={"destination-id": unknown}).status_code == 404


@pytest.mark.accepts("E6")
def test_the_customer_of_another_business_is_answered_404(send: Send, apple: FakeApple) -> None:
    other_id = str(uuid4())
    theirs = phones.start(register_business(apple.business.provider, other_id, "Second shop"))

    answer = send({"destinationId": theirs.opaque_id}, headers={"destination-id": theirs.opaque_id})

    assert answer.status_code == 404


@pytest.mark.accepts("E7")
@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"text"', b"\xff\xfe", b"null", b'{"v": NaN}', b"[" * 100_000, b'{"v":' + b"9" * 5000 + b"}"],
)
def test_a_body_that_is_no_json_object_is_answered_400(send: Send, body: bytes) -> None:
    answer = send(body=body)

    assert answer.status_code == 400
    assert answer.text.count("\n") == 0
    assert answer.text


@pytest.mark.accepts("E7")
@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"v": None}, "v "),
        ({"v": 2}, "v "),
        ({"v": True}, "v "),
        ({"type": "hologram"}, "type"),
        ({"type": 5}, "type"),
        ({"sourceId": None}, "sourceId"),
        ({"sourceId": str(uuid4())}, "sourceId"),
        ({"destinationId": "urn:mbid:other"}, "destinationId"),
        ({"id": "not-a-uuid"}, "id "),
    ],
)
def test_a_wrong_envelope_is_answered_400_with_the_reason(send: Send, changes: dict[str, Any], named: str) -> None:
    answer = send(changes)

    assert answer.status_code == 400
    assert named in answer.text


@pytest.mark.accepts("E7")
def test_an_id_that_differs_between_header_and_body_is_answered_400(send: Send) -> None:
    answer = send(headers={"id": str(uuid4())})

    assert (answer.status_code, answer.text) == (400, "Incorrect id: body and header id differ.")


def test_letter_case_of_an_id_makes_no_difference(send: Send) -> None:
    identifier = str(uuid4())

    assert send({"id": identifier.upper()}, headers={"id": identifier}).status_code == 200


@pytest.mark.accepts("E8")
@pytest.mark.parametrize(
    "changes",
    [
        {"body": None},
        {"body": ""},
        {"body": 5},
        {"type": "interactive"},
        {"type": "interactive", "interactiveData": "x"},
        {"type": "richLink"},
        {"type": "richLink", "richLinkData": {"url": "u"}, "richLinkDataRef": {"url": "u"}},
    ],
)
def test_a_message_without_its_content_is_answered_400(send: Send, phone: FakePhone, changes: dict[str, Any]) -> None:
    answer = send(changes)

    assert answer.status_code == 400
    assert answer.text
    assert phone.shown == []


@pytest.mark.accepts("E9")
def test_a_close_of_the_business_is_answered_400(send: Send, phone: FakePhone) -> None:
    answer = send({"type": "close", "body": None})

    assert (answer.status_code, answer.text) == (400, "Only the customer closes a conversation.")
    assert not phone.row.is_closed


@pytest.mark.accepts("E20")
@pytest.mark.parametrize(("switch", "status"), [(None, 404), (403, 403), (404, 404), (410, 410), (200, 200)])
def test_a_send_after_the_customer_left_is_answered_as_switched_and_logged(
    send: Send, phone: FakePhone, switch: int | None, status: int
) -> None:
    phone.close()
    if switch:
        faults.arm(FaultKind.CLOSED_ANSWER, value=switch)

    answer = send()

    assert answer.status_code == status
    assert phone.shown == []
    assert list(Violation.objects.values_list("kind", "detail")) == [("send after close", "text")]


def test_writing_again_lifts_the_block(send: Send, phone: FakePhone) -> None:
    phone.close()
    phone.write("I am back")

    assert send().status_code == 200
    assert phone.texts == ["We open at nine."]


def test_typing_alone_does_not_lift_the_block(send: Send, phone: FakePhone) -> None:
    phone.close()
    phones.set_typing(Phone.objects.get(pk=phone.row.pk), is_typing=True)

    assert send().status_code == 404


def test_typing_shows_and_hides_the_dots_and_is_no_bubble(send: Send, phone: FakePhone) -> None:
    send({"type": "typing_start", "body": None})
    began = phone.is_told_of_typing
    send({"type": "typing_end", "body": None})

    assert (began, phone.is_told_of_typing, phone.shown) == (True, False, [])


def test_a_text_ends_typing(send: Send, phone: FakePhone) -> None:
    send({"type": "typing_start", "body": None})

    send()

    assert not phone.is_told_of_typing


def test_a_repeated_id_is_accepted_counted_and_shown_once(send: Send, phone: FakePhone) -> None:
    identifier = str(uuid4())

    answers = [send({"id": identifier}).status_code for _ in range(3)]

    assert (answers, phone.texts, phone.shown[0].repeats) == ([200, 200, 200], ["We open at nine."], 2)


def test_a_repeated_id_is_shown_again_when_switched_so(send: Send, phone: FakePhone) -> None:
    faults.arm(FaultKind.SHOW_DUPLICATES)
    identifier = str(uuid4())

    for _ in range(2):
        send({"id": identifier})

    assert phone.texts == ["We open at nine.", "We open at nine."]


def test_a_kind_that_the_device_lacks_is_not_shown_and_logged(send: Send, phone: FakePhone) -> None:
    Phone.objects.update(capabilities=["QUICK"])

    answer = send({"type": "interactive", "body": None, "interactiveData": DATA})

    assert (answer.status_code, phone.shown) == (200, [])
    assert list(Violation.objects.values_list("kind", "detail")) == [("unsupported kind", "LIST")]


def test_the_same_message_twice_breaks_a_rule_once(send: Send, phone: FakePhone) -> None:
    Phone.objects.update(capabilities=["QUICK"])
    identifier = str(uuid4())

    for _ in range(2):
        send({"id": identifier, "type": "interactive", "body": None, "interactiveData": DATA})

    assert Violation.objects.count() == 1


def test_an_interactive_message_is_shown_by_its_title(send: Send, phone: FakePhone) -> None:
    send({"type": "interactive", "body": None, "interactiveData": DATA})

    assert [(bubble.type, bubble.body, bubble.payload) for bubble in phone.shown] == [
        ("interactive", "Which size?", DATA)
    ]


@pytest.mark.accepts("E21")
def test_a_lent_reference_shows_the_same_bubble_again(send: Send, phone: FakePhone) -> None:
    first = send({"type": "interactive", "body": None, "interactiveData": DATA}, headers={"include-data-ref": "true"})
    reference = first.json()["dataRef"]

    again = send({"type": "interactive", "body": None, "interactiveDataRef": reference})
    altered = send({"type": "interactive", "body": None, "interactiveDataRef": reference | {"size": 1}})
    unknown = send(
        {"type": "interactive", "body": None, "interactiveDataRef": reference | {"url": "https://x.example"}}
    )

    assert "key" not in reference
    assert [bubble.payload for bubble in phone.shown] == [DATA, DATA]
    assert (again.status_code, altered.status_code, unknown.status_code) == (200, 400, 400)


@pytest.mark.accepts("E21")
def test_a_reference_of_another_business_is_answered_400(send: Send, apple: FakeApple) -> None:
    reference = send(
        {"type": "interactive", "body": None, "interactiveData": DATA}, headers={"include-data-ref": "true"}
    ).json()["dataRef"]
    other_id = str(uuid4())
    theirs = phones.start(register_business(apple.business.provider, other_id, "Second shop"))

    answer = send(
        {
            "type": "interactive",
            "body": None,
            "interactiveDataRef": reference,
            "sourceId": other_id,
            "destinationId": theirs.opaque_id,
        },
        headers={"source-id": other_id, "destination-id": theirs.opaque_id},
    )

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ("https://shop.example/54", ["https://shop.example/54"]),
        ("Look:\n https://shop.example/54 \nNice?", ["https://shop.example/54"]),
        ("Look at https://shop.example/54.", []),
        ("http://intranet/", []),
    ],
)
def test_an_address_that_came_as_a_text_is_noted(send: Send, phone: FakePhone, text: str, noted: list[str]) -> None:
    send({"body": text})

    assert list(Violation.objects.filter(kind="url as text").values_list("detail", flat=True)) == noted
