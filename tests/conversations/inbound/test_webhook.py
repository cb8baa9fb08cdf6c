"""What Apple is answered, and what is stored by then."""

import gzip
import json
import tracemalloc
from typing import Any

import pytest
from django.test import Client

from conversations.models import InboundReceipt
from omnichannel import amb
from tests.amb.samples import BUSINESS_ID, CREDENTIALS, CUSTOMER_ID, MESSAGE_ID, VECTORS, as_bytes, inbound
from tests.conversations.inbound.deliveries import Apple, line_of
from tests.factories.channels_app import AccountFactory, MspConnectionFactory

MIB = 1024 * 1024
INBOUND_TOKENS = [case for case in VECTORS["jwt"]["cases"] if case["direction"] == "apple_to_msp"]
AUTHORIZATIONS = VECTORS["jwt"]["authorization_header_cases"]


@pytest.fixture
def business(db: None) -> Apple:
    """The business of the shared vectors."""
    connection = MspConnectionFactory.create(msp_id=CREDENTIALS.msp_id, secret=CREDENTIALS.secret)
    return Apple(AccountFactory.create(business_id=BUSINESS_ID, connection=connection))


def headers(**changed: str | None) -> dict[str, str]:
    """Headers of a sound delivery, with some changed and some (None) left out."""
    sound = {
        "authorization": amb.apple_bearer(CREDENTIALS),
        "id": MESSAGE_ID,
        "source-id": CUSTOMER_ID,
        "destination-id": BUSINESS_ID,
    }
    return {name: value for name, value in (sound | changed).items() if value is not None}


def test_a_delivery_is_stored_before_it_is_answered(business: Apple) -> None:
    body = as_bytes(inbound("text", body="Hello 🚲"))

    response = business.post(gzip.compress(body), headers(**{"capability-list": "list, time"}))

    assert (response.status_code, response.content) == (200, b"")
    receipt = InboundReceipt.objects.get()
    assert (bytes(receipt.body), receipt.customer_id, receipt.capabilities, receipt.state) == (
        body,
        CUSTOMER_ID,
        ["LIST", "TIME"],
        "waiting",
    )


@pytest.mark.parametrize("case", INBOUND_TOKENS, ids=lambda case: case["name"])
def test_every_token_gets_its_documented_status(business: Apple, case: dict[str, Any]) -> None:
    response = business.post(as_bytes(inbound("text", body="x")), headers(authorization=f"Bearer {case['token']}"))

    assert response.status_code == case["expected_http_status"]
    assert InboundReceipt.objects.exists() == case["valid"]


@pytest.mark.parametrize("case", AUTHORIZATIONS, ids=lambda case: case["name"])
def test_every_authorization_header_gets_its_documented_status(business: Apple, case: dict[str, Any]) -> None:
    response = business.post(as_bytes(inbound("text", body="x")), headers(authorization=case["value"]))

    assert response.status_code == case["expected_http_status"]
    assert response.status_code == 200 or line_of(response)


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"authorization": None, "id": None}, 401),
        ({"id": None}, 400),
        ({"source-id": None}, 400),
        ({"destination-id": None}, 400),
        ({"id": "not-a-uuid"}, 400),
        ({"id": "00000000-0000-4000-8000-000000000000"}, 400),
        ({"source-id": "urn:mbid:somebody-else"}, 400),
        ({"source-id": "urn:mbid:" + "A" * 2000}, 400),
        ({"destination-id": "00000000-0000-4000-8000-000000000000"}, 404),
        ({"destination-id": "00000000-0000-4000-8000-000000000000", "authorization": "Bearer x"}, 404),
    ],
)
def test_a_wrong_header_is_refused_with_a_line_that_says_why(
    business: Apple, changed: dict[str, str | None], status: int
) -> None:
    response = business.post(as_bytes(inbound("text", body="x")), headers(**changed))

    assert response.status_code == status
    assert line_of(response)
    assert not InboundReceipt.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"[]",
        b'"text"',
        b"{",
        b"\x1f\x8bnot gzip",
        b"\xff\xfe",
        as_bytes(inbound("text", id=None, body="x")),
        as_bytes(inbound("text", sourceId=None, body="x")),
        as_bytes(inbound("text")),
        as_bytes(inbound("interactive")),
        as_bytes(inbound("text", body="x") | {"destinationId": "00000000-0000-4000-8000-000000000000"}),
        b"[" * 100_000,
    ],
    ids=range(13),
)
def test_a_body_that_cannot_be_read_is_refused_with_a_line_that_says_why(business: Apple, body: bytes) -> None:
    response = business.post(body, headers())

    assert response.status_code == 400
    assert line_of(response)
    assert not InboundReceipt.objects.exists()


@pytest.mark.accepts("B13")
def test_an_unknown_type_is_kept_and_answered_200(business: Apple) -> None:
    response = business.post(as_bytes(inbound("hologram", shape="cube")), headers())

    assert response.status_code == 200
    assert json.loads(bytes(InboundReceipt.objects.get().body))["shape"] == "cube"


def test_a_second_delivery_of_one_id_is_answered_200_and_stored_once(business: Apple) -> None:
    body = as_bytes(inbound("text", body="Hello"))

    answers = [business.post(body, headers()).status_code for _ in range(3)]

    assert answers == [200, 200, 200]
    assert InboundReceipt.objects.count() == 1


@pytest.mark.parametrize("case", VECTORS["inbound_body"]["cases"], ids=lambda case: case["name"])
@pytest.mark.parametrize("encoding", ["gzip", None])
def test_bodies_are_inflated_with_and_without_the_header(
    business: Apple, case: dict[str, Any], encoding: str | None
) -> None:
    message_id = case["json"]["id"]

    response = business.post(bytes.fromhex(case["gzip_hex"]), headers(id=message_id, **{"content-encoding": encoding}))

    assert response.status_code == 200
    assert bytes(InboundReceipt.objects.get().body) == bytes.fromhex(case["plain_hex"])


def test_a_bomb_is_refused_without_using_memory(business: Apple) -> None:
    bomb = gzip.compress(b" " * (30 * MIB), mtime=0)
    assert len(bomb) < 32_000
    tracemalloc.start()

    response = business.post(bomb, headers())

    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (response.status_code, InboundReceipt.objects.count()) == (400, 0)
    assert peak < 14 * MIB


def test_a_body_above_the_limit_is_refused(business: Apple) -> None:
    response = business.post(b"x" * (10 * MIB + 1), headers())

    assert response.status_code == 400
    assert "larger" in line_of(response)


def test_only_post_is_answered(client: Client) -> None:
    assert client.get("/applemessagesforbusiness/message").status_code == 405
