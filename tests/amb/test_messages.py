"""The envelope and its types."""

import json
from contextlib import suppress
from operator import itemgetter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from omnichannel import amb
from tests.amb.samples import BUSINESS_ID, CUSTOMER_ID, MESSAGE_ID, OUTBOUND, VECTORS, as_bytes, inbound

COMMON = {"v": 1, "id": MESSAGE_ID, "sourceId": BUSINESS_ID, "destinationId": CUSTOMER_ID}
LINK = {
    "url": "https://shop.example/frames/54",
    "title": "Frame 54, steel",
    "assets": {
        "image": {"data": "/9j/4AAQ", "mimeType": "image/jpeg"},
        "video": {"url": "https://cdn.example/frame54.mp4", "mimeType": "video/mp4"},
    },
}
REFERENCE = VECTORS["interactive_data_ref"]["inbound_message"]["interactiveDataRef"]
GATEWAY_REFERENCE = {
    "bid": amb.BUSINESS_BID,
    "owner": "M1f",
    "url": "https://content.example/r/9",
    "size": 40412,
    "signature": "01ab",
    "signature-base64": "Aas=",
    "title": "What does your bike need?",
    "dataRefSig": "opaque",
    "addedByApple": {"later": [1]},
}

words = st.text(st.characters(codec="utf-8", exclude_characters="\0"))
attachments = st.fixed_dictionaries(
    {
        "name": words,
        "mime_type": words,
        "size": st.none() | st.integers(0, 2**53),
        "url": words,
        "owner": st.none() | words,
        "key": words,
        "signature": st.none() | words,
        "signature_base64": words,
    }
).map(lambda keys: amb.Attachment(**keys))
texts = st.fixed_dictionaries(
    {
        "id": st.uuids().map(str),
        "source_id": words.filter(bool),
        "destination_id": words.filter(bool),
        "locale": st.none() | words,
        "body": words,
        "subject": st.none() | words,
        "attachments": st.lists(attachments, max_size=3).map(tuple),
    }
).map(lambda keys: amb.TextMessage(**keys))


def fault(body: bytes) -> str:
    with pytest.raises(amb.DecodeError) as raised:
        amb.decode(body)
    return str(raised.value)


@pytest.mark.parametrize("case", VECTORS["inbound_body"]["cases"], ids=itemgetter("name"))
def test_apples_own_bodies_are_read_and_written_alike(case: dict[str, Any]) -> None:
    message = amb.decode(bytes.fromhex(case["plain_hex"]))

    assert json.loads(amb.encode(message)) == case["json"]


def test_a_text_says_where_it_comes_from_and_where_to() -> None:
    message = amb.decode(as_bytes(inbound("text", body="Mein Hinterrad eiert 🚲", locale="de_DE", intent="repair")))

    assert message == amb.TextMessage(
        id=MESSAGE_ID,
        source_id=CUSTOMER_ID,
        destination_id=BUSINESS_ID,
        locale="de_DE",
        intent="repair",
        body="Mein Hinterrad eiert 🚲",
    )


def test_a_text_is_written_with_apples_keys_and_without_what_is_absent() -> None:
    attachment = amb.Attachment(
        name="a.pdf",
        mime_type="application/pdf",
        size=48211,
        key="00a3",
        url="https://c/1",
        owner="M",
        signature_base64="A=",
    )

    encoded = amb.encode(amb.TextMessage(**OUTBOUND, body="\ufffc", attachments=(attachment,)))

    assert json.loads(encoded) == {
        **COMMON,
        "type": "text",
        "body": "\ufffc",
        "attachments": [
            {
                "name": "a.pdf",
                "mimeType": "application/pdf",
                "size": "48211",
                "key": "00a3",
                "url": "https://c/1",
                "owner": "M",
                "signature-base64": "A=",
            }
        ],
    }


@pytest.mark.accepts("B4")
@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (amb.TypingStart(**OUTBOUND), "typing_start"),
        (amb.TypingEnd(**OUTBOUND), "typing_end"),
        (amb.Close(**OUTBOUND), "close"),
    ],
)
def test_a_bare_event_is_sent_as_itself_with_the_common_keys_only(message: amb.Message, kind: str) -> None:
    assert json.loads(amb.encode(message)) == {**COMMON, "type": kind}
    assert amb.decode(amb.encode(message)) == message


@given(texts)
def test_a_text_survives_its_journey(message: amb.TextMessage) -> None:
    encoded = amb.encode(message)

    assert amb.decode(encoded) == message
    assert amb.encode(message) == encoded


def test_a_rich_link_survives_its_journey() -> None:
    body = {**COMMON, "type": "richLink", "richLinkData": LINK}

    assert json.loads(amb.encode(amb.decode(as_bytes(body)))) == body


@pytest.mark.parametrize(
    "keys", [{}, {"richLinkData": LINK, "richLinkDataRef": GATEWAY_REFERENCE}], ids=["neither", "both"]
)
def test_a_rich_link_holds_exactly_one_of_its_two_objects(keys: dict[str, Any]) -> None:
    assert "exactly one of richLinkData and richLinkDataRef" in fault(as_bytes({**COMMON, "type": "richLink", **keys}))


def test_a_rich_link_lacking_its_picture_names_the_path() -> None:
    body = {**COMMON, "type": "richLink", "richLinkData": {**LINK, "assets": {}}}

    assert fault(as_bytes(body)) == "richLinkData.assets.image: Field required"


@pytest.mark.parametrize(("kind", "key"), [("interactive", "interactiveDataRef"), ("richLink", "richLinkDataRef")])
def test_a_reference_is_sent_on_unchanged(kind: str, key: str) -> None:
    body = {**COMMON, "type": kind, key: GATEWAY_REFERENCE}

    assert json.loads(amb.encode(amb.decode(as_bytes(body)))) == body


def test_a_large_reply_is_read_as_a_reference() -> None:
    message = amb.decode(as_bytes(VECTORS["interactive_data_ref"]["inbound_message"]))

    assert isinstance(message, amb.InteractiveMessage)
    assert message.interactive_data_ref == amb.DataReference(
        bid=REFERENCE["bid"],
        key=REFERENCE["key"],
        owner=REFERENCE["owner"],
        signature=REFERENCE["signature"],
        signature_base64=REFERENCE["signature-base64"],
        size=465,
        title="Brake tune-up",
        url=REFERENCE["url"],
    )
    assert message.interactive_data_ref.is_complete


def test_an_interactive_message_holds_data_or_a_reference() -> None:
    assert "neither interactiveData nor interactiveDataRef" in fault(as_bytes(inbound("interactive")))


@pytest.mark.accepts("B13")
def test_an_unknown_type_is_kept_as_it_came() -> None:
    body = inbound("reaction_v2", locale="en_US", target={"id": None})

    message = amb.decode(as_bytes(body))

    assert isinstance(message, amb.UnsupportedMessage)
    assert (message.type, message.locale, message.raw) == ("reaction_v2", "en_US", body)
    assert json.loads(amb.encode(message)) == body


def test_an_unknown_type_may_be_written_too() -> None:
    message = amb.UnsupportedMessage(**OUTBOUND, type="holo")

    assert json.loads(amb.encode(message)) == {**COMMON, "type": "holo"}


def test_unknown_keys_pass_by() -> None:
    known = inbound("text", body="Hi")

    assert amb.decode(as_bytes({**known, "newKey": {"a": 1}})) == amb.decode(as_bytes(known))


@pytest.mark.parametrize(
    "spelling",
    [
        {"name": "a", "mimeType": "b/c", "size": "12", "key": "00", "url": "u", "owner": "o", "signature": "01"},
        {"name": "a", "mimeType": "b/c", "size": 12, "key": "00", "url": "u", "owner": "o", "signature": "01"},
        {
            "name": "a",
            "mime-type": "b/c",
            "file-size": 12,
            "decryption-key": "00",
            "mmcs-url": "u",
            "mmcs-owner": "o",
            "signature": "01",
        },
    ],
    ids=["size as text", "size as number", "older keys"],
)
def test_an_attachment_is_read_in_every_spelling(spelling: dict[str, Any]) -> None:
    message = amb.decode(as_bytes(inbound("text", body="\ufffc", attachments=[spelling])))

    assert isinstance(message, amb.TextMessage)
    assert message.attachments == (
        amb.Attachment(name="a", mime_type="b/c", size=12, key="00", url="u", owner="o", signature="01"),
    )


def test_a_malformed_attachment_keeps_its_place_and_spares_the_text() -> None:
    body = inbound(
        "text", body="\ufffc\ufffc\ufffc", attachments=["x", {"size": -1, "name": ["n"], "url": "u"}, {"size": 1}]
    )

    message = amb.decode(as_bytes(body))

    assert isinstance(message, amb.TextMessage)
    assert message.attachments == (amb.Attachment(), amb.Attachment(url="u"), amb.Attachment(size=1))


@pytest.mark.parametrize("value", ["x", 5, {"a": 1}, True])
def test_attachments_of_another_shape_are_none(value: object) -> None:
    message = amb.decode(as_bytes(inbound("text", body="Hi", attachments=value)))

    assert message == amb.decode(as_bytes(inbound("text", body="Hi")))


@pytest.mark.parametrize("value", [{"a": 1}, [1], True, None])
def test_an_optional_key_of_another_shape_counts_as_absent(value: object) -> None:
    message = amb.decode(as_bytes({**inbound("text", body="Hi"), "locale": value, "subject": value}))

    assert message == amb.decode(as_bytes(inbound("text", body="Hi")))


def test_a_number_where_text_belongs_is_read_as_text() -> None:
    message = amb.decode(as_bytes(inbound("text", body=42, intent=7, group=1.5)))

    assert message == amb.decode(as_bytes(inbound("text", body="42", intent="7", group="1.5")))


def test_every_fault_is_named_in_one_line() -> None:
    body = inbound("text", id="7", sourceId=None, destinationId="")

    assert fault(as_bytes(body)) == (
        "id: String should match pattern '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$'; "
        "sourceId: Field required; destinationId: String should have at least 1 character; body: Field required"
    )


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "The body is not valid JSON."),
        (b"{", "The body is not valid JSON."),
        (b"\xff{}", "The body is not UTF-8."),
        (b'{"a":"\xed\xa0\x80"}', "The body is not UTF-8."),
        (b"[]", "The body is not a JSON object."),
        (b"null", "The body is not a JSON object."),
        (b'{"v":NaN}', "The body is not valid JSON."),
        (b'{"v":-Infinity}', "The body is not valid JSON."),
        (b'{"v":1e999}', "The body is not valid JSON."),
        (b'{"v":' + b"9" * 5000 + b"}", "The body is not valid JSON."),
        (b"[" * 100_000, "The body is not valid JSON."),
        (b'{"a":' * 101 + b"1" + b"}" * 101, "The body is nested too deeply."),
        (b'{"a":' + b"[" * 200 + b"]" * 200 + b"}", "The body is nested too deeply."),
        (b"{}", "type: Field required"),
    ],
)
def test_what_is_no_message_is_refused_with_a_reason(body: bytes, reason: str) -> None:
    assert reason in fault(body)


def test_a_wide_body_is_not_a_deep_one() -> None:
    assert amb.parse_object(as_bytes({"a": [[1]] * 200, "b": {}})) == {"a": [[1]] * 200, "b": {}}


def test_a_body_may_begin_with_a_byte_order_mark() -> None:
    assert amb.parse_object(b'\xef\xbb\xbf{"a":1.5}') == {"a": 1.5}


def test_broken_characters_are_replaced_so_that_the_words_can_be_kept() -> None:
    body = rb'{"\ud83d":["a\u0000b\ud83d","\ud83d\udeb2",1,"x\udc00y"]}'

    assert amb.parse_object(body) == {"\ufffd": ["a\ufffdb\ufffd", "🚲", 1, "x\ufffdy"]}


@given(st.binary())
def test_no_bytes_do_worse_than_be_refused(body: bytes) -> None:
    with pytest.raises(amb.DecodeError):
        amb.decode(b"\0" + body)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(
    st.sampled_from(["text", "interactive", "richLink", "close", "x"]),
    st.dictionaries(
        st.sampled_from(
            ["body", "attachments", "interactiveData", "interactiveDataRef", "richLinkData", "v", "id", "locale"]
        ),
        json_values,
    ),
)
def test_no_json_does_worse_than_be_refused(kind: str, keys: dict[str, Any]) -> None:
    with suppress(amb.DecodeError):
        encoded = amb.encode(amb.decode(as_bytes({**inbound(kind), **keys})))

        assert amb.encode(amb.decode(encoded)) == encoded


def test_a_message_does_not_change_once_made() -> None:
    message = amb.TypingStart(**OUTBOUND)

    with pytest.raises(ValidationError):
        message.id = "7"  # type: ignore[misc]
