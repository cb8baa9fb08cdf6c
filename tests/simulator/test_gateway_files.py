"""Files and large replies in the simulated storage."""

import os
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import requests
from django.test import Client
from django.utils import timezone

from omnichannel import amb
from simulator.fault_kinds import FaultKind
from simulator.models import StoredFile
from simulator.services import faults, references, storage
from simulator.services.setup import register_business
from tests.simulator.apple import GATEWAY_URL, IDENTITIES, FakeApple, FakePhone
from tests.simulator.conftest import Send

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def headers(apple: FakeApple, **more: str) -> dict[str, str]:
    return {"Authorization": amb.bearer(apple.credentials), "source-id": apple.business_id} | {
        name.replace("_", "-"): value for name, value in more.items()
    }


def pre_upload(apple: FakeApple, **more: str) -> requests.Response:
    return apple.session.get(f"{GATEWAY_URL}/preUpload", headers=headers(apple, **more))


def pointer(apple: FakeApple, data: bytes, **changes: Any) -> dict[str, Any]:
    uploaded = apple.gateway().upload(apple.business_id, data)
    return {
        "name": "wheel.png",
        "mimeType": "image/png",
        "size": str(uploaded.size),
        "key": uploaded.key,
        "url": uploaded.url,
        "owner": uploaded.owner,
        "signature-base64": uploaded.signature_base64,
    } | changes


def test_a_file_goes_up_and_comes_down_again(apple: FakeApple) -> None:
    data = os.urandom(200_000)
    gateway = apple.gateway()

    uploaded = gateway.upload(apple.business_id, data)
    entry = uploaded.as_attachment("a.bin", "application/octet-stream")

    assert gateway.download(apple.business_id, entry, limit=1_000_000) == data


def test_only_ciphertext_is_stored(apple: FakeApple) -> None:
    uploaded = apple.gateway().upload(apple.business_id, b"plain words " * 100)

    stored = StoredFile.objects.get(url=uploaded.url)
    with stored.content.open("rb") as file:
        content = file.read()

    assert (len(content), b"plain words" in content, stored.key_text) == (1200, False, "")


def test_an_uploaded_image_is_shown_on_the_phone(apple: FakeApple, send: Send, phone: FakePhone, client: Any) -> None:
    answer = send({"body": "Look \ufffc", "attachments": [pointer(apple, PNG)]})

    shown = phone.shown[0].attachments.get()
    page = client.get(f"/simulator/phones/{phone.row.pk}/files/{shown.pk}")

    assert (answer.status_code, shown.name, shown.is_broken, shown.image_type) == (200, "wheel.png", False, "image/png")
    assert (page.getvalue(), page["Content-Type"], page["X-Content-Type-Options"]) == (PNG, "image/png", "nosniff")


def test_a_wrong_key_makes_the_file_look_broken(apple: FakeApple, send: Send, phone: FakePhone) -> None:
    answer = send({"body": "\ufffc", "attachments": [pointer(apple, PNG, key="00" + "ab" * 32)]})

    assert (answer.status_code, phone.shown[0].attachments.get().is_broken) == (200, True)


def test_an_attachment_without_a_placeholder_is_not_shown(apple: FakeApple, send: Send, phone: FakePhone) -> None:
    files = [pointer(apple, PNG), pointer(apple, PNG)]

    send({"body": "One \ufffc", "attachments": files})

    assert phone.shown[0].attachments.count() == 1


@pytest.mark.accepts("E17")
@pytest.mark.parametrize(
    "changes",
    [
        {"url": "https://content.simulator.example/unknown"},
        {"owner": "somebody"},
        {"signature-base64": "AAAA"},
        {"signature-base64": None},
        {"size": "1"},
        {"size": True},
        {"key": "ab" * 32},
        {"key": "00abc"},
        {"key": 5},
        {"name": ""},
    ],
)
def test_an_attachment_that_storage_does_not_know_is_answered_400(
    apple: FakeApple, send: Send, phone: FakePhone, changes: dict[str, Any]
) -> None:
    answer = send({"body": "\ufffc", "attachments": [pointer(apple, PNG, **changes)]})

    assert answer.status_code == 400
    assert answer.text.startswith("Attachment 1: ")
    assert phone.shown == []


@pytest.mark.accepts("E17")
@pytest.mark.parametrize("attachments", [{}, "x", [5]])
def test_attachments_of_a_wrong_shape_are_answered_400(send: Send, attachments: Any) -> None:
    assert send({"body": "\ufffc", "attachments": attachments}).status_code == 400


@pytest.mark.accepts("E17")
def test_a_file_of_another_business_is_answered_400(apple: FakeApple, send: Send) -> None:
    other_id = str(uuid4())
    register_business(apple.business.provider, other_id, "Second shop")
    uploaded = apple.gateway().upload(other_id, PNG)
    entry = pointer(apple, PNG) | {
        "url": uploaded.url,
        "owner": uploaded.owner,
        "signature-base64": uploaded.signature_base64,
        "key": uploaded.key,
    }

    assert send({"body": "\ufffc", "attachments": [entry]}).status_code == 400


@pytest.mark.accepts("E18")
@pytest.mark.parametrize("length", [0, 9, 11, 200_000])
def test_an_upload_of_another_length_than_announced_is_answered_400(apple: FakeApple, length: int) -> None:
    place = pre_upload(apple, MMCS_Size="10").json()

    answer = apple.session.post(place["upload-url"], data=bytes(length))

    assert (answer.status_code, StoredFile.objects.get().uploaded_at) == (400, None)


@pytest.mark.accepts("E18")
def test_a_file_above_the_limit_is_answered_413(apple: FakeApple) -> None:
    assert pre_upload(apple, MMCS_Size=str(storage.LARGEST_FILE)).status_code == 200
    assert pre_upload(apple, MMCS_Size=str(storage.LARGEST_FILE + 1)).status_code == 413


@pytest.mark.parametrize("size", ["", "-1", "ten", "1e3", "9" * 30, "²"])
def test_a_length_that_is_no_number_is_answered_400(apple: FakeApple, size: str) -> None:
    answer = apple.session.get(f"{GATEWAY_URL}/preUpload", headers=headers(apple) | {"MMCS-Size": size.encode()})

    assert answer.status_code == 400


def test_an_upload_without_a_length_is_answered_411(apple: FakeApple, client: Client) -> None:
    place = pre_upload(apple, MMCS_Size="3").json()

    answer = client.generic("POST", urlsplit(place["upload-url"]).path, b"abc", CONTENT_LENGTH="")

    assert answer.status_code == 411


def test_another_method_is_answered_405(apple: FakeApple) -> None:
    assert apple.session.post(f"{GATEWAY_URL}/preUpload", headers=headers(apple)).status_code == 405


def test_a_payload_of_another_bid_is_answered_400(apple: FakeApple) -> None:
    answer = apple.session.post(
        f"{GATEWAY_URL}/decodePayload", data=references.pack({"bid": "a"}), headers=headers(apple, bid="b")
    )

    assert answer.status_code == 400


def test_a_place_takes_one_upload(apple: FakeApple) -> None:
    place = pre_upload(apple, MMCS_Size="10").json()
    statuses = [apple.session.post(place["upload-url"], data=bytes(10)).status_code for _ in range(2)]

    assert statuses == [200, 404]


def test_storage_needs_no_token_but_permission_does(apple: FakeApple) -> None:
    without = apple.session.get(f"{GATEWAY_URL}/preUpload", headers={"source-id": apple.business_id, "MMCS-Size": "1"})
    stranger = pre_upload(apple, MMCS_Size="1", source_id=str(uuid4()))

    assert (without.status_code, stranger.status_code) == (401, 403)


def test_old_header_names_work_unless_the_profile_is_strict(apple: FakeApple) -> None:
    relaxed = pre_upload(apple, size="10").status_code
    faults.arm(FaultKind.STRICT_PROFILE)
    strict = [pre_upload(apple, **header).status_code for header in ({"size": "10"}, {"MMCS_Size": "10"})]

    assert (relaxed, strict) == (200, [400, 200])


def download_link(apple: FakeApple, entry: dict[str, Any]) -> requests.Response:
    return apple.session.get(
        f"{GATEWAY_URL}/preDownload",
        headers=headers(
            apple, MMCS_Url=entry["url"], MMCS_Owner=entry["owner"], MMCS_Signature=entry["signature-base64"]
        ),
    )


def test_a_dead_link_is_answered_404(apple: FakeApple) -> None:
    entry = pointer(apple, PNG)
    faults.arm(FaultKind.LINK_EXPIRED, times=1)

    statuses = [apple.session.get(download_link(apple, entry).json()["download-url"]).status_code for _ in range(2)]

    assert statuses == [404, 200]


def test_a_strict_link_dies_after_two_seconds(apple: FakeApple, time_machine: Any) -> None:
    entry = pointer(apple, PNG)
    faults.arm(FaultKind.STRICT_PROFILE)
    link = download_link(apple, entry).json()["download-url"]

    early = apple.session.get(link).status_code
    time_machine.move_to(timezone.now() + timedelta(seconds=3))
    late = apple.session.get(link).status_code

    assert (early, late) == (200, 404)


def test_a_one_time_link_works_once(apple: FakeApple) -> None:
    entry = pointer(apple, PNG)
    faults.arm(FaultKind.ONE_TIME_LINKS)
    link = download_link(apple, entry).json()["download-url"]

    assert [apple.session.get(link).status_code for _ in range(2)] == [200, 404]


@pytest.mark.parametrize("key", ["url", "owner", "signature-base64"])
def test_a_file_that_was_not_issued_is_not_found(apple: FakeApple, key: str) -> None:
    entry = pointer(apple, PNG) | {key: "AAAA"}

    assert download_link(apple, entry).status_code == 404


@pytest.mark.parametrize("switch", [False, True])
def test_a_large_reply_is_fetched_in_either_shape(apple: FakeApple, switch: bool) -> None:
    data = {
        "bid": amb.BUSINESS_BID,
        "data": {"requestIdentifier": "r", "listPicker": {"sections": []}, "fill": "x" * 11_000},
    }
    reference = references.refer(apple.business, data)
    if switch:
        faults.arm(FaultKind.DECODE_WRAPPED)

    fetched = apple.gateway().fetch_reference(apple.business_id, amb.DataReference.model_validate(reference))

    assert (fetched.bid, fetched.request_identifier) == (amb.BUSINESS_BID, "r")
    assert reference["key"] == reference["key"].lower()
    assert reference["signature"] == reference["signature"].lower()


def test_the_payload_of_the_vectors_is_decoded(apple: FakeApple, vectors: dict[str, Any]) -> None:
    vector = vectors["interactive_data_ref"]
    request = vector["decode_payload_request"]

    answer = apple.session.post(
        f"{GATEWAY_URL}/decodePayload",
        data=bytes.fromhex(request["body_hex"]),
        headers=headers(apple) | request["headers"],
    )

    assert answer.json() == vector["decode_payload_response_flat"]


@pytest.mark.accepts("E19")
@pytest.mark.parametrize(
    "source", [amb.BUSINESS_BID, str(uuid4()), IDENTITIES["msp_id"]], ids=["extension", "stranger", "provider"]
)
def test_a_payload_asked_for_by_anybody_but_the_business_is_answered_403(apple: FakeApple, source: str) -> None:
    blob = references.pack({"bid": amb.BUSINESS_BID})

    answer = apple.session.post(
        f"{GATEWAY_URL}/decodePayload",
        data=blob,
        headers=headers(apple) | {"source-id": source, "bid": amb.BUSINESS_BID},
    )

    assert answer.status_code == 403


@pytest.mark.parametrize("blob", [b"", b"nonsense", b"[]", b"\x1f\x8bbroken", b"\xff"])
def test_a_payload_that_is_none_is_answered_400(apple: FakeApple, blob: bytes) -> None:
    answer = apple.session.post(f"{GATEWAY_URL}/decodePayload", data=blob, headers=headers(apple, bid=amb.BUSINESS_BID))

    assert answer.status_code == 400
