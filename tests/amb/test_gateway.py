"""The gateway's client against a server that answers well and badly."""

import json
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import requests
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from omnichannel import amb
from omnichannel.amb import patience
from tests.amb.apple import Answer, Apple, breaks_off, drips, drips_headers, hangs, hangs_up, says
from tests.amb.samples import BUSINESS_ID, CREDENTIALS, CUSTOMER_ID, MESSAGE_ID, OUTBOUND

MESSAGE = amb.TextMessage(**OUTBOUND, body="Your wheel is trued. 🚲")


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = folder / "server.pem"
    file.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def outcome(error: amb.GatewayError) -> dict[str, Any]:
    return {"type": type(error), **vars(error)}


def test_a_message_is_sent_as_apple_documents_it(apple: Apple, gateway: amb.Gateway) -> None:
    apple.answers["/v1/message"] = says()

    reference = gateway.send(MESSAGE, auto_reply=False, agent_name="desk/17", want_reference=True)

    (call,) = apple.calls
    assert reference is None
    assert (call.method, call.path, call.body) == ("POST", "/v1/message", amb.encode(MESSAGE))
    amb.verify_from_msp(call.headers["authorization"], CREDENTIALS)
    expected = {
        "content-type": "application/json",
        "id": MESSAGE_ID,
        "source-id": BUSINESS_ID,
        "destination-id": CUSTOMER_ID,
        "auto-reply": "false",
        "msp-agent": "desk/17",
        "include-data-ref": "true",
    }
    assert {name: call.headers[name] for name in expected} == expected


def test_messages_share_a_connection_and_a_token(apple: Apple, gateway: amb.Gateway) -> None:
    apple.answers["/v1/message"] = says()

    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        for _ in range(3):
            gateway.send(MESSAGE)
            clock.shift(1)

    assert apple.connections == 1
    assert len({call.headers["authorization"] for call in apple.calls}) == 1


def test_what_its_server_may_be_about_to_end_is_opened_anew(
    apple: Apple, gateway: amb.Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    apple.answers["/v1/message"] = says()
    gateway.send(MESSAGE)

    monkeypatch.setattr(patience, "MOST_IDLE_SECONDS", 0)
    gateway.send(MESSAGE)

    assert (len(apple.calls), apple.connections) == (2, 2)


def test_a_token_is_minted_anew_before_an_hour_is_over(apple: Apple, gateway: amb.Gateway) -> None:
    apple.answers["/v1/message"] = says()

    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        gateway.send(MESSAGE)
        clock.shift(50 * 60)
        gateway.send(MESSAGE)

    assert len({call.headers["authorization"] for call in apple.calls}) == 2


def test_a_refused_token_can_be_replaced(apple: Apple, gateway: amb.Gateway) -> None:
    apple.answers["/v1/message"] = says()

    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        gateway.send(MESSAGE)
        clock.shift(1)
        gateway.renew_token()
        gateway.send(MESSAGE)

    assert len({call.headers["authorization"] for call in apple.calls}) == 2


def test_the_answer_may_hold_a_reference_for_next_time(apple: Apple, gateway: amb.Gateway) -> None:
    data = {"bid": amb.BUSINESS_BID, "url": "u", "owner": "o", "signature-base64": "Aas=", "dataRefSig": "x", "new": 1}
    apple.answers["/v1/message"] = says({"dataRef": data})

    reference = gateway.send(MESSAGE, want_reference=True)

    assert reference == amb.DataReference.model_validate(data)


@pytest.mark.parametrize(
    "answer",
    [says(b"OK"), says({"dataRef": 5}), says({}), says(status=202), breaks_off(), drips],
    ids=["text", "other shape", "nothing", "202", "cut", "dripping"],
)
def test_an_odd_answer_does_not_make_an_accepted_message_look_unsent(apple: Apple, answer: Answer) -> None:
    apple.answers["/v1/message"] = answer

    gateway = amb.Gateway(CREDENTIALS, f"{apple.url}/v1", patience=0.05)

    assert gateway.send(MESSAGE) is None


def test_an_answer_whose_first_lines_only_drip_leaves_the_outcome_unknown(apple: Apple) -> None:
    apple.answers["/v1/message"] = drips_headers
    gateway = amb.Gateway(CREDENTIALS, f"{apple.url}/v1", timeout=(5, 0.1), patience=0.1)

    with pytest.raises(amb.GatewayUnavailable, match="got no answer in time") as caught:
        gateway.send(MESSAGE)

    assert not caught.value.outcome_known


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, amb.GatewayUnavailable),
        (400, amb.MessageRejected),
        (401, amb.NotAuthorized),
        (403, amb.NotAuthorized),
        (404, amb.CustomerLeft),
        (408, amb.GatewayUnavailable),
        (410, amb.CustomerLeft),
        (413, amb.MessageRejected),
        (418, amb.MessageRejected),
        (429, amb.GatewayUnavailable),
        (500, amb.GatewayUnavailable),
        (503, amb.GatewayUnavailable),
    ],
)
def test_every_status_says_what_to_do_next(
    apple: Apple, gateway: amb.Gateway, status: int, kind: type[amb.GatewayError]
) -> None:
    apple.answers["/v1/message"] = says(b"no such thing\r\nmore", status, Location=f"{apple.url}/v1/message")

    with pytest.raises(amb.GatewayError) as raised:
        gateway.send(MESSAGE)

    known = {"retry_after": None, "outcome_known": True} if kind is amb.GatewayUnavailable else {}
    reason = f"Apple answered {status} to the message: no such thing"
    assert outcome(raised.value) == {"type": kind, "status": status, "reason": reason, **known}
    assert str(raised.value) == reason
    assert len(apple.calls) == 1


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"", "."),
        (b"<html>\nsecret</html>", "."),
        (b"x" * 1000, ": " + "x" * 300),
        (b"tab\tbell\a\xff", ": tabbell\ufffd"),
        (b"token eyJhbGciOi.eyJpc3MiOi.c2lnbmF0dXJl is bad", ": token (hidden) is bad"),
    ],
    ids=["none", "page", "long", "control characters", "token"],
)
def test_apples_reason_is_shown_as_one_plain_line(apple: Apple, gateway: amb.Gateway, body: bytes, shown: str) -> None:
    apple.answers["/v1/message"] = says(body, 400)

    with pytest.raises(amb.MessageRejected) as raised:
        gateway.send(MESSAGE)

    assert raised.value.reason == f"Apple answered 400 to the message{shown}"


def test_a_reason_that_does_not_arrive_is_left_out(apple: Apple, gateway: amb.Gateway) -> None:
    apple.answers["/v1/message"] = breaks_off(400, b"")

    with pytest.raises(amb.MessageRejected) as raised:
        gateway.send(MESSAGE)

    assert raised.value.reason == "Apple answered 400 to the message."


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        (format_datetime(datetime(2026, 5, 1, 12, 2, tzinfo=UTC), usegmt=True), 120.0),
        (format_datetime(datetime(2026, 5, 1, 11, 0, tzinfo=UTC), usegmt=True), 0.0),
        ("Fri, 01 May 2026 12:02:00 -0000", 120.0),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_apple_may_say_when_to_come_back(
    apple: Apple, gateway: amb.Gateway, header: str, seconds: float | None
) -> None:
    apple.answers["/v1/message"] = says(b"", 503, Retry_After=header)

    with (
        time_machine.travel(datetime(2026, 5, 1, 12, tzinfo=UTC), tick=False),
        pytest.raises(amb.GatewayUnavailable) as raised,
    ):
        gateway.send(MESSAGE)

    assert raised.value.retry_after == seconds


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (hangs, "The message got no answer in time."),
        (hangs_up, "The message lost its connection before the answer."),
    ],
    ids=["hangs", "hangs up"],
)
def test_an_outcome_that_cannot_be_known_is_told(apple: Apple, hasty: amb.Gateway, answer: Answer, reason: str) -> None:
    apple.answers["/v1/message"] = answer

    with pytest.raises(amb.GatewayUnavailable) as raised:
        hasty.send(MESSAGE)

    assert outcome(raised.value) == {
        "type": amb.GatewayUnavailable,
        "status": None,
        "reason": reason,
        "retry_after": None,
        "outcome_known": False,
    }


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_message_that_never_left_is_known_as_unsent(host: str) -> None:
    gateway = amb.Gateway(CREDENTIALS, f"http://{host}:{unused_port()}")

    with pytest.raises(amb.GatewayUnavailable) as raised:
        gateway.send(MESSAGE)

    assert outcome(raised.value) == {
        "type": amb.GatewayUnavailable,
        "status": None,
        "reason": "The message did not reach the server.",
        "retry_after": None,
        "outcome_known": True,
    }


def test_a_server_without_a_certificate_gets_no_message(apple: Apple) -> None:
    gateway = amb.Gateway(CREDENTIALS, apple.url.replace("http:", "https:"))

    with pytest.raises(amb.GatewayUnavailable):
        gateway.send(MESSAGE)

    assert apple.calls == []


def test_a_server_that_cannot_prove_its_name_gets_no_message(tmp_path: Path) -> None:
    with Apple() as stranger:
        stranger.socket = self_signed(tmp_path).wrap_socket(stranger.socket, server_side=True)
        thread = threading.Thread(target=stranger.handle_request)
        thread.start()

        with pytest.raises(amb.GatewayUnavailable) as raised:
            amb.Gateway(CREDENTIALS, stranger.url.replace("http:", "https:")).send(MESSAGE)

        thread.join()
    assert (raised.value.reason, raised.value.outcome_known) == ("The message did not reach the server.", True)
    assert stranger.calls == []


@pytest.mark.parametrize(
    "message",
    [
        MESSAGE.model_copy(update={"destination_id": "urn:mbid:a\r\nX: y"}),
        MESSAGE.model_copy(update={"destination_id": "山"}),
        MESSAGE.model_copy(update={"body": "\ud83d"}),
    ],
    ids=["line break", "not latin", "half a character"],
)
def test_what_cannot_be_put_on_the_wire_is_rejected_here(
    apple: Apple, gateway: amb.Gateway, message: amb.TextMessage
) -> None:
    with pytest.raises(amb.MessageRejected):
        gateway.send(message)

    assert apple.calls == []


@pytest.mark.parametrize("base_url", ["mspgw", "ftp://x", "http://"])
def test_a_wrong_base_address_is_told(base_url: str) -> None:
    with pytest.raises(amb.MessageRejected):
        amb.Gateway(CREDENTIALS, base_url).send(MESSAGE)


def test_a_thread_keeps_one_session_that_the_environment_does_not_change() -> None:
    session = amb.kept_session()

    assert amb.Gateway(CREDENTIALS).session is session is amb.kept_session()
    assert not session.trust_env


def test_a_gateway_may_bring_its_own_session(apple: Apple) -> None:
    apple.answers["/v1/message"] = says()
    with requests.Session() as session:
        session.headers["X-Own"] = "1"
        gateway = amb.Gateway(CREDENTIALS, f"{apple.url}/v1", session=session)

        gateway.send(MESSAGE)

    assert gateway.session is session
    assert apple.calls[0].headers["x-own"] == "1"


def test_cookies_are_not_kept(apple: Apple, gateway: amb.Gateway) -> None:
    apple.answers["/v1/message"] = says(b"", 200, Set_Cookie="a=b")

    gateway.send(MESSAGE)
    gateway.send(MESSAGE)

    assert "cookie" not in apple.calls[1].headers


def test_an_error_tells_its_reason_only() -> None:
    error = amb.GatewayUnavailable("Busy.", status=503, retry_after=timedelta(minutes=1).total_seconds())

    assert outcome(error) == {
        "type": amb.GatewayUnavailable,
        "status": 503,
        "reason": "Busy.",
        "retry_after": 60.0,
        "outcome_known": True,
    }


CLIP = {
    "title": "Clip",
    "url": "https://content.example/r/9",
    "owner": "M1f",
    "size": 404,
    "key": "00" + "ab" * 32,
    "signature-base64": "Aas=",
    "somethingNew": {"kept": True},
}


@pytest.mark.accepts("R13")
def test_the_link_of_an_app_clip_becomes_a_reference_that_is_sent_on_unchanged(
    apple: Apple, gateway: amb.Gateway
) -> None:
    apple.answers["/v1/constructPayload"] = says({"version": "1.0", "richLinkDataRef": CLIP})
    apple.answers["/v1/message"] = says(b"")
    reference = gateway.construct_payload(BUSINESS_ID, "https://shop.example/clip/54", store_region="DE")
    gateway.send(amb.RichLinkMessage(**OUTBOUND, rich_link_data_ref=reference))

    asked, sent = apple.calls
    assert json.loads(asked.body) == {
        "type": "link",
        "version": 1.0,
        "link": {"url": "https://shop.example/clip/54", "storeRegion": "DE"},
    }
    assert (asked.headers["source-id"], asked.headers["content-type"]) == (BUSINESS_ID, "application/json")
    assert json.loads(sent.body)["richLinkDataRef"] == CLIP


def test_an_address_without_an_app_clip_is_rejected_with_apples_reason(apple: Apple, gateway: amb.Gateway) -> None:
    apple.answers["/v1/constructPayload"] = says(b"This address has no App Clip.", 400)

    with pytest.raises(amb.MessageRejected, match="no App Clip"):
        gateway.construct_payload(BUSINESS_ID, "https://shop.example/")


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"richLinkDataRef": "x"},
        {"richLinkDataRef": {}},
        {"richLinkDataRef": None},
        {"richLinkDataRef": {"url": []}},
        {"richLinkDataRef": {"url": ""}},
    ],
)
def test_an_answer_without_a_reference_is_no_answer(
    apple: Apple, gateway: amb.Gateway, content: dict[str, Any]
) -> None:
    apple.answers["/v1/constructPayload"] = says(content)

    with pytest.raises(amb.GatewayUnavailable, match="without a reference"):
        gateway.construct_payload(BUSINESS_ID, "https://shop.example/clip/54")
