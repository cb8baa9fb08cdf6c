"""The shape of a body is shown, and nothing that anybody wrote."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from conversations.ledger.envelope import PLAIN, envelope
from tests.amb.samples import CUSTOMER_ID

ID = "8b0f1a2e-6f1d-4d56-9d0e-2f1f4b0c7d11"


def shape(body: Any) -> Any:
    """What is shown of a body, read back."""
    return json.loads(envelope(json.dumps(body).encode()).shape)


def test_keys_types_ids_and_sizes_stay_and_words_go() -> None:
    body = {
        "v": 1,
        "id": ID,
        "type": "text",
        "sourceId": CUSTOMER_ID,
        "destinationId": ID,
        "locale": "de_DE",
        "body": "Mein Rad eiert seit dem Sturz sehr",
        "attachments": [
            {
                "name": "Rechnung Meier.pdf",
                "mimeType": "application/pdf",
                "size": "52112",
                "key": "00" + "ab" * 32,
                "url": "https://p1.example.com/secret",
                "owner": "M1",
                "signature-base64": "gQ==",
            }
        ],
    }

    assert shape(body) == body | {
        "body": "‹text, 34 characters›",
        "attachments": [
            {
                "name": "‹text, 18 characters›",
                "mimeType": "application/pdf",
                "size": "52112",
                "key": "‹secret, 66 characters›",
                "url": "‹address, 29 characters›",
                "owner": "‹secret, 2 characters›",
                "signature-base64": "‹secret, 4 characters›",
            }
        ],
    }


def test_a_value_is_hidden_where_it_does_not_look_as_it_should() -> None:
    body = {"id": "call me at home", "locale": "my address", "v": "a lot", "requestIdentifier": "Meier's bike"}

    assert set(shape(body).values()) == {
        "‹text, 15 characters›",
        "‹text, 10 characters›",
        "‹text, 5 characters›",
        "‹text, 12 characters›",
    }


def test_a_type_deeper_down_may_be_anything() -> None:
    assert shape({"type": "interactive", "data": {"type": "Secret"}}) == {
        "type": "interactive",
        "data": {"type": "‹text, 6 characters›"},
    }


def test_numbers_that_are_no_sizes_go_and_switches_stay() -> None:
    assert shape({"size": 12, "postcode": 80331, "price": 12.5, "isOpen": True, "none": None}) == {
        "size": 12,
        "postcode": "‹number›",
        "price": "‹number›",
        "isOpen": True,
        "none": None,
    }


def test_a_key_that_is_no_name_is_text() -> None:
    assert shape({"My name is Ada": 1, "Call me": 2}) == {
        "‹1: text, 14 characters›": "‹number›",
        "‹2: text, 7 characters›": "‹number›",
    }


def test_long_lists_are_cut() -> None:
    assert shape({"items": ["a"] * 53})["items"][49:] == ["‹text, 1 character›", "‹and 3 more›"]


def test_what_is_no_json_object_shows_size_and_fingerprint_only() -> None:
    for body in (b"Hello Ada", b'["Ada"]', b"\xff\xfe", b""):
        shown = envelope(body)
        assert (shown.shape, shown.size, len(shown.digest)) == ("", len(body), 64)


# Marked on both sides, so that none of them can be a word of ours or look like an id.
SECRETS = st.text(min_size=2).map(lambda text: f"§{text}§")
KEYS = st.one_of(st.sampled_from([*PLAIN, "body", "title", "url", "key", "token", "data"]), SECRETS)
TREES = st.recursive(
    st.one_of(SECRETS, st.integers(10**4, 10**9), st.booleans(), st.none()),
    lambda child: st.one_of(st.lists(child, max_size=4), st.dictionaries(KEYS, child, max_size=4)),
    max_leaves=20,
)


@given(st.dictionaries(KEYS, TREES, max_size=6))
def test_no_text_of_a_body_survives(body: dict[str, Any]) -> None:
    shown = envelope(json.dumps(body).encode("utf-8", "surrogatepass")).shape

    assert "§" not in shown
