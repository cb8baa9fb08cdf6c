"""HTTP headers of both directions."""

from typing import Any

import pytest

from omnichannel import amb
from tests.amb.samples import BUSINESS_ID, CUSTOMER_ID, MESSAGE_ID, OUTBOUND, VECTORS

CAPABILITIES: list[dict[str, Any]] = VECTORS["capability_list"]["cases"]
COMPLETE = {"Id": MESSAGE_ID, "Source-Id": CUSTOMER_ID, "destination-id": BUSINESS_ID}
TEXT = amb.TextMessage(**OUTBOUND, body="Hello")


@pytest.mark.parametrize("case", CAPABILITIES, ids=lambda case: str(case["header"]))
def test_capabilities_are_read_leniently(case: dict[str, Any]) -> None:
    assert amb.parse_capabilities(case["header"]) == tuple(case["parsed"])


def test_a_nul_in_a_capability_is_left_out_since_no_database_takes_it() -> None:
    assert amb.parse_capabilities("LI%00ST,%00") == ("LIST",)


def test_a_known_capability_is_found_in_the_list() -> None:
    assert amb.Capability.LIST in amb.parse_capabilities("list,holo")


def test_inbound_headers_are_found_in_any_letter_case() -> None:
    headers = {**COMPLETE, "CAPABILITY-LIST": "TIME", "Device-Agent": " iPhone OS "}

    assert amb.InboundHeaders.read(headers) == amb.InboundHeaders(
        MESSAGE_ID, CUSTOMER_ID, BUSINESS_ID, ("TIME",), "iPhone OS"
    )


def test_a_device_need_not_describe_itself() -> None:
    assert amb.InboundHeaders.read(COMPLETE) == amb.InboundHeaders(MESSAGE_ID, CUSTOMER_ID, BUSINESS_ID)


@pytest.mark.parametrize(
    ("name", "named"), [("Id", "id"), ("Source-Id", "source-id"), ("destination-id", "destination-id")]
)
@pytest.mark.parametrize("value", [None, " "])
def test_a_missing_header_is_named(name: str, named: str, value: str | None) -> None:
    headers = {key: text for key, text in (COMPLETE | {name: value}).items() if text is not None}

    with pytest.raises(amb.DecodeError, match=f"The header {named} is missing"):
        amb.InboundHeaders.read(headers)


@pytest.mark.parametrize("malformed", ["7", "{" + MESSAGE_ID + "}", MESSAGE_ID + "\n1", MESSAGE_ID.replace("-", "")])
def test_a_message_id_is_a_uuid(malformed: str) -> None:
    with pytest.raises(amb.DecodeError, match="id is not a UUID"):
        amb.InboundHeaders.read(COMPLETE | {"Id": malformed})


def test_headers_and_body_agree_whatever_the_case_of_their_uuids() -> None:
    amb.check_headers(
        amb.TextMessage(id=MESSAGE_ID.upper(), source_id=CUSTOMER_ID, destination_id=BUSINESS_ID.upper(), body=""),
        amb.InboundHeaders(MESSAGE_ID, CUSTOMER_ID, BUSINESS_ID),
    )


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("id", "00000000-0000-4000-8000-000000000000", "id"),
        ("source_id", CUSTOMER_ID.swapcase(), "sourceId"),
        ("destination_id", "00000000-0000-4000-8000-000000000000", "destinationId"),
    ],
)
def test_a_disagreement_is_named(field: str, value: str, named: str) -> None:
    body = {"id": MESSAGE_ID, "source_id": CUSTOMER_ID, "destination_id": BUSINESS_ID, field: value}

    with pytest.raises(amb.DecodeError, match=f"^{named} differs"):
        amb.check_headers(amb.TypingStart(**body), amb.InboundHeaders(MESSAGE_ID, CUSTOMER_ID, BUSINESS_ID))


def test_an_outbound_message_says_what_it_must() -> None:
    assert amb.outbound_headers(TEXT, authorization="Bearer t") == {
        "Authorization": "Bearer t",
        "Content-Type": "application/json",
        "id": MESSAGE_ID,
        "source-id": BUSINESS_ID,
        "destination-id": CUSTOMER_ID,
    }


def test_an_outbound_message_says_who_wrote_it() -> None:
    headers = amb.outbound_headers(
        TEXT, authorization="Bearer t", auto_reply=True, agent_name="desk/17", want_reference=True
    )

    assert headers.items() >= {"auto-reply": "true", "msp-agent": "desk/17", "include-data-ref": "true"}.items()


def test_a_person_is_no_robot() -> None:
    assert amb.outbound_headers(TEXT, authorization="", auto_reply=False)["auto-reply"] == "false"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("x" * 70, "x" * 64),
        ("Jürgen Groß", "Jurgen Gross"),
        ("Łucja\r\nid: 7", "Lucja id: 7"),
        ("  Anna \t 🚲  Ó ", "Anna O"),
        ("a" * 63 + " b", "a" * 63),
    ],
)
def test_a_name_is_spelled_so_that_it_can_travel(name: str, expected: str) -> None:
    assert amb.outbound_headers(TEXT, authorization="", agent_name=name)["msp-agent"] == expected


def test_a_name_that_cannot_be_spelled_is_left_out() -> None:
    assert "msp-agent" not in amb.outbound_headers(TEXT, authorization="", agent_name="山田")


def test_capabilities_have_the_words_of_apple() -> None:
    assert [str(word) for word in amb.Capability] == ["QUICK", "LIST", "TIME", "AUTH", "AUTH2", "FORM"]
