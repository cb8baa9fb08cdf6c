"""Scripts drive the phones."""

import json
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from omnichannel import amb
from simulator.fault_kinds import FaultKind
from simulator.models import Delivery, Fault, Phone
from simulator.services.phones import Draft
from simulator.services.sentences import sentence
from tests.device import prompts
from tests.simulator.apple import FakeApple, FakePhone
from tests.simulator.conftest import Send

API = "/simulator/api"


@pytest.fixture
def address(phone: FakePhone) -> str:
    return f"{API}/phones/{quote(phone.row.opaque_id, safe='')}"


def post(client: Client, path: str, body: Any, **headers: str) -> Any:
    return client.post(path, json.dumps(body), content_type="application/json", headers=headers)


def test_a_new_phone_gets_an_opaque_id(client: Client, apple: FakeApple) -> None:
    answer = post(client, f"{API}/phones", {"business_id": apple.business_id})

    row = Phone.objects.get()
    assert (answer.status_code, answer.json()) == (201, {"id": row.opaque_id})
    assert (len(row.opaque_id), row.locale, row.capabilities) == (
        169,
        "en_US",
        ["QUICK", "LIST", "TIME", "AUTH", "AUTH2", "FORM"],
    )


def test_a_new_phone_is_as_described(client: Client, apple: FakeApple) -> None:
    details = {"locale": "ja_JP", "intent": "order", "group": "tokyo", "capabilities": ["LIST"]}

    post(client, f"{API}/phones", {"business_id": apple.business_id} | details)

    assert Phone.objects.values(*details).get() == details


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"business_id": "x"}, 400),
        ({"business_id": str(uuid4())}, 404),
        ({"business_id": str(uuid4()), "colour": "red"}, 400),
        ({"business_id": str(uuid4()), "locale": "x" * 30}, 400),
        ({"business_id": str(uuid4()), "intent": "a\0b"}, 400),
        ([], 400),
    ],
)
def test_a_wrong_phone_is_refused_with_a_sentence(client: Client, apple: FakeApple, body: Any, status: int) -> None:
    answer = post(client, f"{API}/phones", body)

    assert (answer.status_code, list(answer.json())) == (status, ["error"])
    assert Phone.objects.count() == 0


@pytest.mark.parametrize("opaque_id", ["urn:mbid:AQAAY+a/b//c==", "urn:mbid:AQAAYw=="])
@pytest.mark.parametrize("safe", ["", "/+=:"])
def test_an_opaque_id_is_found_encoded_or_not(client: Client, apple: FakeApple, opaque_id: str, safe: str) -> None:
    apple.phone(opaque_id)

    answer = client.get(f"{API}/phones/{quote(opaque_id, safe=safe)}")

    assert (answer.status_code, answer.json()["id"]) == (200, opaque_id)


def test_an_unknown_phone_is_not_found(client: Client, db: None) -> None:
    answer = client.get(f"{API}/phones/urn:mbid:AAAA")

    assert (answer.status_code, answer.json()) == (404, {"error": "There is no phone with this id."})


def test_a_message_is_written_shown_and_waits_for_delivery(client: Client, address: str) -> None:
    answer = post(client, f"{address}/messages", {"text": "Hello 🚲"})

    shown = client.get(address).json()
    assert answer.status_code == 201
    assert [(bubble["id"], bubble["from"], bubble["text"], bubble["state"]) for bubble in shown["messages"]] == [
        (answer.json()["id"], "customer", "Hello 🚲", "sending")
    ]
    assert Delivery.objects.count() == 2


def test_a_phone_shows_both_sides_in_order(client: Client, address: str, send: Send) -> None:
    post(client, f"{address}/messages", {"text": "Hello"})
    send({"body": "Good morning"})
    send({"type": "typing_start", "body": None})

    shown = client.get(address).json()

    assert [(bubble["from"], bubble["text"]) for bubble in shown["messages"]] == [
        ("customer", "Hello"),
        ("business", "Good morning"),
    ]
    assert (shown["typing"], shown["closed"]) == (True, False)


@pytest.mark.parametrize("body", [{"text": ""}, {"text": "  \n"}])
def test_an_empty_message_is_refused(client: Client, address: str, body: dict[str, str]) -> None:
    answer = post(client, f"{address}/messages", body)

    assert (answer.status_code, answer.json()) == (409, {"error": "There is nothing to send."})
    assert Delivery.objects.count() == 0


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"text": 5}', b'{"text": "a\\u0000b"}', b'{"text": "\\ud800"}'])
def test_a_wrong_message_is_refused_with_a_sentence(client: Client, address: str, body: bytes) -> None:
    answer = client.post(f"{address}/messages", body, content_type="application/json")

    assert (answer.status_code, list(answer.json())) == (400, ["error"])


def test_files_travel_with_a_text_and_come_back_decrypted(client: Client, address: str) -> None:
    file = SimpleUploadedFile("größe.txt", b"54 cm", content_type="text/plain")

    answer = client.post(f"{address}/attachments", {"text": "My size", "file": file})

    entry = answer.json()["attachments"][0]
    content = client.get(entry["url"])
    assert (answer.status_code, answer.json()["text"]) == (201, "My size\ufffc")
    assert (entry["name"], entry["mimeType"], entry["size"], entry["broken"]) == ("größe.txt", "text/plain", 5, False)
    assert (content.getvalue(), content["Content-Type"]) == (b"54 cm", "application/octet-stream")
    assert content["Content-Disposition"].startswith("attachment")


def test_a_broken_upload_is_refused_with_a_sentence(client: Client, address: str) -> None:
    answer = client.post(f"{address}/attachments", b"--x", content_type="multipart/form-data; boundary=")

    assert (answer.status_code, list(answer.json())) == (400, ["error"])


def test_a_type_too_long_to_keep_is_cut(client: Client, address: str) -> None:
    file = SimpleUploadedFile("a.txt", b"x", content_type="text/" + "x" * 300)

    answer = client.post(f"{address}/attachments", {"file": file})

    assert answer.json()["attachments"][0]["mimeType"] == "text/" + "x" * 195


def test_typing_is_told(client: Client, address: str) -> None:
    answers = [post(client, f"{address}/typing", {"typing": on}).json() for on in (True, False)]

    assert answers == [{"typing": True}, {"typing": False}]
    assert [json.loads(row.body)["type"] for row in Delivery.objects.order_by("pk")] == ["typing_start", "typing_end"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"kind": "like"}, "Liked “We open at nine.”"),
        ({"kind": "laugh"}, "Laughed at “We open at nine.”"),
        ({"kind": "emoji", "emoji": "🚲"}, "Reacted 🚲 to “We open at nine.”"),
        ({"kind": "sticker"}, "Reacted with a sticker to “We open at nine.”"),
    ],
)
def test_a_reaction_is_a_sentence_on_the_wire_and_a_mark_on_the_phone(
    client: Client, address: str, send: Send, phone: FakePhone, body: dict[str, str], sentence: str
) -> None:
    send()
    target = str(phone.shown[0].apple_id)

    answer = post(client, f"{address}/reactions", body | {"message_id": target})

    shown = client.get(address).json()["messages"]
    assert (answer.status_code, answer.json()["text"]) == (201, sentence)
    assert [(bubble["text"], bubble["reactions"]) for bubble in shown] == [
        ("We open at nine.", [body.get("emoji", body["kind"])])
    ]


def test_a_reaction_to_a_rich_bubble_names_no_text(client: Client, address: str, send: Send, phone: FakePhone) -> None:
    send({"type": "interactive", "body": None, "interactiveData": prompts.APP})

    answer = post(client, f"{address}/reactions", {"kind": "like", "message_id": str(phone.shown[0].apple_id)})

    assert answer.json()["text"] == "Liked 1 Business Message"


@pytest.mark.parametrize(
    ("mime_type", "words"),
    [
        ("image/png", "an image"),
        ("video/mp4", "a video"),
        ("audio/x-caf", "an audio message"),
        ("application/pdf", "a file"),
    ],
)
def test_a_reaction_to_a_file_names_its_kind(phone: FakePhone, mime_type: str, words: str) -> None:
    message = phone.write("", files=(Draft("x", mime_type, [b"x"], 1),))

    told = sentence(message, "love")

    reaction = amb.parse_reaction(told)
    assert told == f"Loved {words}"
    assert reaction is not None
    assert (reaction.kind, reaction.target_text) == ("love", None)


def test_a_form_with_unknown_fields_is_refused(client: Client, address: str) -> None:
    answer = client.post(f"{address}/attachments", {"words": "Hello"})

    assert (answer.status_code, list(answer.json())) == (400, ["error"])


def test_a_fault_is_for_a_phone_or_for_a_business(client: Client, apple: FakeApple, phone: FakePhone) -> None:
    change = {"kind": "duplicate", "phone": phone.row.opaque_id, "business_id": apple.business_id}

    assert client.put(f"{API}/faults", json.dumps(change), content_type="application/json").status_code == 400


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"kind": "hug"}, 400),
        ({"kind": "emoji"}, 400),
        ({"kind": "like", "emoji": "x"}, 400),
        ({"kind": "emoji", "emoji": "hello"}, 400),
        ({"kind": "emoji", "emoji": "🚲\0"}, 400),
        ({"kind": "emoji", "emoji": "🚲" * 17}, 400),
        ({"kind": "like"}, 404),
    ],
)
def test_a_wrong_reaction_is_refused(client: Client, address: str, body: dict[str, str], status: int) -> None:
    answer = post(client, f"{address}/reactions", body | {"message_id": str(uuid4())})

    assert (answer.status_code, list(answer.json())) == (status, ["error"])


def test_a_reply_is_sent(client: Client, address: str) -> None:
    data = {"bid": "b", "data": {"replyMessage": {"title": "Monday"}}}

    answer = post(client, f"{address}/interactive", {"interactiveData": data})

    assert (answer.status_code, answer.json()["text"], answer.json()["interactive"]) == (201, "Monday", data)
    assert json.loads(Delivery.objects.get().body)["interactiveData"] == data


def test_a_reply_that_no_database_takes_is_refused(client: Client, address: str) -> None:
    answer = post(client, f"{address}/interactive", {"interactiveData": {"data": {"title": "a\0b"}}})

    assert (answer.status_code, list(answer.json())) == (400, ["error"])


def test_a_reply_may_speak_of_backslashes(client: Client, address: str) -> None:
    data = {"bid": "b", "title": "a\\u0000"}

    assert post(client, f"{address}/interactive", {"interactiveData": data}).json()["interactive"] == data


@pytest.mark.parametrize("block", [True, False])
def test_a_customer_leaves(client: Client, address: str, block: bool) -> None:
    answer = post(client, f"{address}/close", {"block": block})

    assert answer.json() == {"closed": True, "blocked": block}
    assert json.loads(Delivery.objects.get().body)["type"] == "close"


def test_closing_needs_no_body(client: Client, address: str) -> None:
    assert client.post(f"{address}/close", content_type="application/json").status_code == 200


def test_every_fault_is_listed_armed_and_disarmed(client: Client, phone: FakePhone) -> None:
    kinds = [kind["kind"] for kind in client.get(f"{API}/faults").json()["kinds"]]
    change = {"kind": "gateway_429", "times": 3, "value": 7, "phone": phone.row.opaque_id}
    armed = client.put(f"{API}/faults", json.dumps(change), content_type="application/json").json()["armed"]
    off = client.put(f"{API}/faults", json.dumps(change | {"on": False}), content_type="application/json").json()

    assert kinds == [kind.value for kind in FaultKind]
    assert armed == [{"kind": "gateway_429", "times": 3, "value": 7, "phone": phone.row.opaque_id, "business_id": None}]
    assert off["armed"] == []


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"kind": "rain"}, 400),
        ({"kind": "duplicate", "times": 0}, 400),
        ({"kind": "duplicate", "value": 3}, 400),
        ({"kind": "closed_answer", "value": 418}, 400),
        ({"kind": "gateway_timeout", "value": 3600}, 400),
        ({"kind": "duplicate", "phone": "urn:mbid:AAAA"}, 404),
        ({"kind": "duplicate", "phone": "urn:mbid:\0"}, 400),
        ({"kind": "duplicate", "business_id": str(uuid4())}, 404),
    ],
)
def test_a_wrong_fault_is_refused(client: Client, db: None, change: dict[str, Any], status: int) -> None:
    answer = client.put(f"{API}/faults", json.dumps(change), content_type="application/json")

    assert (answer.status_code, list(answer.json())) == (status, ["error"])
    assert Fault.objects.count() == 0


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}]
)
def test_the_pages_of_other_sites_cannot_call(client: Client, address: str, headers: dict[str, str]) -> None:
    answer = post(client, f"{address}/messages", {"text": "Hello"}, **headers)

    assert (answer.status_code, Delivery.objects.count()) == (403, 0)


def test_our_own_pages_can_call(client: Client, address: str) -> None:
    answer = post(
        client,
        f"{address}/messages",
        {"text": "Hi"},
        **{"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"},
    )

    assert answer.status_code == 201


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded"])
def test_a_content_type_that_any_form_can_send_is_refused(client: Client, address: str, content_type: str) -> None:
    answer = client.post(f"{address}/messages", '{"text": "Hello"}', content_type=content_type)

    assert (answer.status_code, Delivery.objects.count()) == (400, 0)


def test_a_wrong_method_is_named(client: Client, address: str) -> None:
    answer = client.get(f"{address}/messages")

    assert (answer.status_code, answer.json()) == (405, {"error": "Use POST."})
