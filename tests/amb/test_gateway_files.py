"""Files and large replies by way of the gateway: stored, fetched, and whatever may go wrong with them."""

from typing import Any

import pytest

from omnichannel import amb
from tests.amb.apple import Answer, Apple, breaks_off, drips, hangs, hangs_up, says
from tests.amb.samples import BUSINESS_ID, CREDENTIALS, VECTORS

IDR: dict[str, Any] = VECTORS["interactive_data_ref"]
REFERENCE = amb.DataReference.model_validate(IDR["inbound_message"]["interactiveDataRef"])
FILE: dict[str, Any] = VECTORS["attachments"]["cases"][0]
PLAIN, CIPHER = bytes.fromhex(FILE["plaintext_hex"]), bytes.fromhex(FILE["ciphertext_hex"])
ATTACHMENT = amb.Attachment(
    name="card.txt",
    mime_type="text/plain",
    size=19,
    key=FILE["key_transmitted_uppercase"],
    url="mmcs:1",
    owner="M1",
    signature=FILE["simulated_signature_hex"],
)
REPLY = amb.InteractiveData.model_validate(IDR["decode_payload_response_flat"])


def stores_files(apple: Apple, content: bytes = CIPHER) -> None:
    apple.answers["/v1/preUpload"] = says(
        {"upload-url": f"{apple.url}/up?a=%2B", "mmcs-url": "mmcs:1", "mmcs-owner": "M1"}
    )
    apple.answers["/up?a=%2B"] = says({"singleFile": {"fileChecksum": "AVn2", "size": 19, "receipt": "r"}})
    apple.answers["/v1/preDownload"] = says({"download-url": f"{apple.url}/down"})
    apple.answers["/down"] = says(content)


def test_a_file_is_stored_encrypted_and_comes_back_plain(apple: Apple, gateway: amb.Gateway) -> None:
    stores_files(apple)

    uploaded = gateway.upload(BUSINESS_ID, PLAIN)

    asked, stored = apple.calls
    key = amb.key_from_text(uploaded.key)
    assert uploaded == amb.UploadedFile("mmcs:1", "M1", "AVn2", uploaded.key, 19)
    assert (asked.method, asked.headers["source-id"], asked.headers["mmcs-size"]) == ("GET", BUSINESS_ID, "19")
    assert (stored.method, amb.decrypt(stored.body, key)) == ("POST", PLAIN)
    assert stored.headers["content-length"] == "19"
    assert "authorization" not in stored.headers
    assert uploaded.as_attachment("card.txt", "text/plain") == amb.Attachment(
        name="card.txt",
        mime_type="text/plain",
        size=19,
        key=uploaded.key,
        url="mmcs:1",
        owner="M1",
        signature_base64="AVn2",
    )
    assert uploaded.key not in repr(uploaded)


@pytest.mark.parametrize("pieces", [[], [b""], [b"a" * 70_000, b"b" * 70_000]], ids=["none", "empty", "two"])
def test_a_file_may_come_in_pieces(apple: Apple, gateway: amb.Gateway, pieces: list[bytes]) -> None:
    stores_files(apple)

    uploaded = gateway.upload(BUSINESS_ID, iter(pieces))

    stored = apple.calls[-1]
    assert amb.decrypt(stored.body, amb.key_from_text(uploaded.key)) == b"".join(pieces)
    assert stored.headers["content-length"] == str(uploaded.size) == str(len(b"".join(pieces)))


@pytest.mark.accepts("B1", "B12")
def test_a_file_is_fetched_and_decrypted(apple: Apple, gateway: amb.Gateway) -> None:
    stores_files(apple)

    content = gateway.download(BUSINESS_ID, ATTACHMENT, limit=19)

    asked, fetched = apple.calls
    assert content == PLAIN
    assert {name: value for name, value in asked.headers.items() if name.startswith(("mmcs", "source"))} == {
        "source-id": BUSINESS_ID,
        "mmcs-url": "mmcs:1",
        "mmcs-signature": FILE["simulated_signature_base64"],
        "mmcs-owner": "M1",
    }
    assert "authorization" not in fetched.headers


def test_a_file_of_unannounced_size_is_fetched_too(apple: Apple, gateway: amb.Gateway) -> None:
    stores_files(apple)

    assert gateway.download(BUSINESS_ID, ATTACHMENT.model_copy(update={"size": None}), limit=19) == PLAIN


def test_a_file_announced_above_the_limit_is_not_even_asked_for(apple: Apple, gateway: amb.Gateway) -> None:
    with pytest.raises(amb.FileTooLarge):
        gateway.download(BUSINESS_ID, ATTACHMENT, limit=18)

    assert apple.calls == []


def test_a_file_that_grows_above_the_limit_is_dropped(apple: Apple, gateway: amb.Gateway) -> None:
    stores_files(apple, bytes(1_000_000))

    with pytest.raises(amb.FileTooLarge):
        gateway.download(BUSINESS_ID, ATTACHMENT, limit=1000)


@pytest.mark.parametrize(
    "missing", [{"key": None}, {"key": "zz"}, {"url": None}, {"owner": None}, {"signature": None}, {"signature": "zz"}]
)
def test_a_pointer_that_leads_nowhere_is_rejected(
    apple: Apple, gateway: amb.Gateway, missing: dict[str, str | None]
) -> None:
    with pytest.raises(amb.MessageRejected):
        gateway.download(BUSINESS_ID, ATTACHMENT.model_copy(update=missing), limit=1000)

    assert apple.calls == []


@pytest.mark.parametrize(
    ("path", "answer", "kind", "reason"),
    [
        (
            "/v1/preUpload",
            says(b"<p>"),
            amb.GatewayUnavailable,
            "preUpload was answered with something other than JSON.",
        ),
        ("/v1/preUpload", says({}), amb.GatewayUnavailable, "preUpload was answered without upload-url."),
        ("/v1/preUpload", says(b"bad size", 400), amb.MessageRejected, "Apple answered 400 to preUpload: bad size"),
        ("/v1/preUpload", says(b"", 404), amb.MessageRejected, "Apple answered 404 to preUpload."),
        ("/v1/preUpload", says(b"", 403), amb.NotAuthorized, "Apple answered 403 to preUpload."),
        ("/v1/preUpload", breaks_off(), amb.GatewayUnavailable, "preUpload lost its connection before the answer."),
        ("/up?a=%2B", says(b"[]"), amb.GatewayUnavailable, "The upload was answered with something other than JSON."),
        ("/up?a=%2B", says({}), amb.GatewayUnavailable, "The upload was answered without a checksum."),
        ("/up?a=%2B", says({"singleFile": {}}), amb.GatewayUnavailable, "The upload was answered without a checksum."),
        ("/up?a=%2B", says(b"", 403), amb.GatewayUnavailable, "Apple answered 403 to the upload."),
        ("/up?a=%2B", says(b"", 413), amb.MessageRejected, "Apple answered 413 to the upload."),
        ("/up?a=%2B", hangs_up, amb.GatewayUnavailable, "The upload lost its connection before the answer."),
    ],
)
def test_every_step_of_an_upload_may_fail(
    apple: Apple, gateway: amb.Gateway, path: str, answer: Answer, kind: type[amb.GatewayError], reason: str
) -> None:
    stores_files(apple)
    apple.answers[path] = answer

    with pytest.raises(amb.GatewayError) as raised:
        gateway.upload(BUSINESS_ID, PLAIN)

    assert (type(raised.value), raised.value.reason) == (kind, reason)
    assert getattr(raised.value, "outcome_known", True)


@pytest.mark.parametrize(
    ("path", "answer", "kind", "reason"),
    [
        (
            "/v1/preDownload",
            says({"download-url": 5}),
            amb.GatewayUnavailable,
            "preDownload was answered without download-url.",
        ),
        ("/v1/preDownload", says(b"", 404), amb.MessageRejected, "Apple answered 404 to preDownload."),
        ("/down", says(b"", 404), amb.GatewayUnavailable, "Apple answered 404 to the download."),
        ("/down", says(b"", 302, Location="/down"), amb.GatewayUnavailable, "Apple answered 302 to the download."),
        ("/down", says(CIPHER[:-1]), amb.GatewayUnavailable, "The file has 18 bytes where 19 were announced."),
        (
            "/down",
            breaks_off(200, CIPHER),
            amb.GatewayUnavailable,
            "The download lost its connection before the answer.",
        ),
    ],
)
def test_every_step_of_a_download_may_fail(
    apple: Apple, gateway: amb.Gateway, path: str, answer: Answer, kind: type[amb.GatewayError], reason: str
) -> None:
    stores_files(apple)
    apple.answers[path] = answer

    with pytest.raises(amb.GatewayError) as raised:
        gateway.download(BUSINESS_ID, ATTACHMENT, limit=1000)

    assert (type(raised.value), raised.value.reason) == (kind, reason)
    assert getattr(raised.value, "outcome_known", True)


def test_storage_may_say_when_to_come_back(apple: Apple, gateway: amb.Gateway) -> None:
    stores_files(apple)
    apple.answers["/down"] = says(b"", 503, Retry_After="7")

    with pytest.raises(amb.GatewayUnavailable) as raised:
        gateway.download(BUSINESS_ID, ATTACHMENT, limit=1000)

    assert raised.value.retry_after == 7.0


def test_an_upload_that_is_not_answered_is_given_up(apple: Apple, hasty: amb.Gateway) -> None:
    apple.answers["/v1/preUpload"] = hangs

    with pytest.raises(amb.GatewayUnavailable, match="preUpload got no answer in time"):
        hasty.upload(BUSINESS_ID, PLAIN)


def test_a_download_that_is_not_answered_is_given_up(apple: Apple, hasty: amb.Gateway) -> None:
    stores_files(apple)
    apple.answers["/down"] = hangs

    with pytest.raises(amb.GatewayUnavailable, match="The download got no answer in time"):
        hasty.download(BUSINESS_ID, ATTACHMENT, limit=1000)


def test_a_download_that_only_drips_is_given_up(apple: Apple) -> None:
    stores_files(apple)
    apple.answers["/down"] = drips
    gateway = amb.Gateway(CREDENTIALS, f"{apple.url}/v1", patience=0.05)

    with pytest.raises(amb.GatewayUnavailable, match=r"not complete after 0\.05 seconds"):
        gateway.download(BUSINESS_ID, ATTACHMENT, limit=1_000_000)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/y", "//x/y", "", "http://[x/y"])
def test_an_address_of_another_scheme_is_not_called(apple: Apple, gateway: amb.Gateway, url: str) -> None:
    stores_files(apple)
    apple.answers["/v1/preDownload"] = says({"download-url": url})

    with pytest.raises(amb.MessageRejected, match="an address that we do not call"):
        gateway.download(BUSINESS_ID, ATTACHMENT, limit=1000)


def test_the_caller_may_guard_addresses(apple: Apple) -> None:
    seen: list[str] = []

    def refuse(url: str) -> None:
        seen.append(url)
        raise ValueError

    stores_files(apple)
    gateway = amb.Gateway(CREDENTIALS, f"{apple.url}/v1", check_url=refuse)

    with pytest.raises(amb.MessageRejected):
        gateway.download(BUSINESS_ID, ATTACHMENT, limit=1000)
    with pytest.raises(amb.MessageRejected):
        gateway.upload(BUSINESS_ID, PLAIN)

    assert seen == [f"{apple.url}/down", f"{apple.url}/up?a=%2B"]


def test_an_address_that_passes_the_guard_is_called(apple: Apple) -> None:
    stores_files(apple)
    gateway = amb.Gateway(CREDENTIALS, f"{apple.url}/v1", check_url=lambda url: None)

    assert gateway.download(BUSINESS_ID, ATTACHMENT, limit=1000) == PLAIN


@pytest.mark.accepts("B3")
@pytest.mark.parametrize("shape", ["decode_payload_response_flat", "decode_payload_response_wrapped"])
def test_a_large_reply_is_fetched_and_decoded(apple: Apple, gateway: amb.Gateway, shape: str) -> None:
    stores_files(apple, bytes.fromhex(IDR["ciphertext_hex"]))
    apple.answers["/v1/decodePayload"] = says(IDR[shape])

    data = gateway.fetch_reference(BUSINESS_ID, REFERENCE)

    asked, _, decoded = apple.calls
    assert data == REPLY
    assert asked.headers["mmcs-signature"] == IDR["predownload_headers_current"]["MMCS-Signature"]
    assert decoded.body.hex() == IDR["decode_payload_request"]["body_hex"]
    assert (decoded.headers["source-id"], decoded.headers["bid"]) == (BUSINESS_ID, amb.BUSINESS_BID)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"\x1f\x8b", "decodePayload was answered with something other than JSON."),
        ({"interactiveData": 5}, "decodePayload was answered with data that cannot be read."),
        ({"data": {"listPicker": 5}}, "decodePayload was answered with data that cannot be read."),
    ],
)
def test_a_large_reply_that_cannot_be_read_may_be_tried_again(
    apple: Apple, gateway: amb.Gateway, body: object, reason: str
) -> None:
    stores_files(apple, bytes.fromhex(IDR["ciphertext_hex"]))
    apple.answers["/v1/decodePayload"] = says(body)

    with pytest.raises(amb.GatewayUnavailable) as raised:
        gateway.fetch_reference(BUSINESS_ID, REFERENCE.model_copy(update={"bid": None}))

    assert raised.value.reason == reason
