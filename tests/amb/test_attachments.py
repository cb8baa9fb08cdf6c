"""Keys, encryption, pointers and placeholders."""

from operator import itemgetter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnichannel import amb
from tests.amb.samples import VECTORS

FILES: list[dict[str, Any]] = VECTORS["attachments"]["cases"]
KEY_TEXTS: list[dict[str, Any]] = VECTORS["attachments"]["key_string_cases"]
SIGNATURES: list[dict[str, Any]] = VECTORS["attachments"]["signature_encoding"]["cases"]
PLACEHOLDERS: list[dict[str, Any]] = VECTORS["attachments"]["object_replacement_character"]["cases"]


@pytest.mark.accepts("B2")
@pytest.mark.parametrize("case", FILES, ids=itemgetter("name"))
def test_files_are_encrypted_as_apple_does(case: dict[str, Any]) -> None:
    key = bytes.fromhex(case["key_hex"])
    plain, cipher = bytes.fromhex(case["plaintext_hex"]), bytes.fromhex(case["ciphertext_hex"])

    assert amb.encrypt(plain, key) == cipher
    assert amb.decrypt(cipher, key) == plain
    assert amb.key_to_text(key) == case["key_transmitted"]
    assert amb.key_from_text(case["key_transmitted"]) == key
    assert amb.key_from_text(case["key_transmitted_uppercase"]) == key


@pytest.mark.accepts("B12")
@pytest.mark.parametrize("case", KEY_TEXTS, ids=itemgetter("name"))
def test_a_key_is_read_in_either_letter_case_and_only_in_its_own_form(case: dict[str, Any]) -> None:
    if case["valid"]:
        assert amb.key_from_text(case["key"]).hex() == case["key"][2:].lower()
    else:
        with pytest.raises(amb.DecodeError):
            amb.key_from_text(case["key"])


def test_digits_of_other_scripts_are_no_hex() -> None:
    with pytest.raises(amb.DecodeError):
        amb.key_from_text("00" + "٣" * 64)


@pytest.mark.accepts("B2")
@given(st.binary(min_size=32, max_size=32))
def test_every_key_survives_its_journey(key: bytes) -> None:
    assert amb.key_from_text(amb.key_to_text(key)) == key


def test_every_file_gets_a_key_of_its_own() -> None:
    keys = {amb.new_key() for _ in range(10)}

    assert {len(key) for key in keys} == {32}
    assert len(keys) == 10


@given(st.lists(st.binary(max_size=50)), st.binary(min_size=32, max_size=32))
def test_a_file_may_be_encrypted_in_pieces(pieces: list[bytes], key: bytes) -> None:
    assert b"".join(amb.encrypt_stream(pieces, key)) == amb.encrypt(b"".join(pieces), key)


@pytest.mark.accepts("B1", "B12")
@pytest.mark.parametrize("case", SIGNATURES, ids=itemgetter("hex_lower"))
def test_a_hex_signature_becomes_base64_in_either_letter_case(case: dict[str, Any]) -> None:
    for pointer in (amb.Attachment, amb.DataReference):
        assert pointer(signature=case["hex_upper"]).signature_as_base64() == case["base64"]
        assert pointer(signature=case["hex_lower"]).signature_as_base64() == case["base64"]


@pytest.mark.accepts("B1")
def test_hex_is_not_mistaken_for_base64() -> None:
    trap = VECTORS["attachments"]["signature_encoding"]["trap"]

    assert amb.Attachment(signature=trap["hex"]).signature_as_base64() == trap["correct_base64"]


def test_a_base64_signature_is_taken_as_it_is() -> None:
    assert amb.Attachment(signature="00", signature_base64="AdR4").signature_as_base64() == "AdR4"


def test_a_signature_that_is_no_hex_is_a_fault() -> None:
    with pytest.raises(amb.DecodeError):
        amb.Attachment(signature="xyz").signature_as_base64()


def test_a_pointer_knows_whether_it_can_be_followed() -> None:
    whole = amb.Attachment(url="u", owner="o", key="00", signature="01")

    assert whole.is_complete
    assert not whole.model_copy(update={"owner": None}).is_complete


def test_a_key_is_not_shown() -> None:
    assert "secret" not in repr(amb.Attachment(key="secret"))


@pytest.mark.parametrize("case", PLACEHOLDERS, ids=itemgetter("body"))
def test_the_nth_placeholder_shows_the_nth_attachment(case: dict[str, Any]) -> None:
    pairs = amb.placeholder_pairs(case["body"], case["attachments"])

    text, shown = amb.split_placeholders(case["body"], range(case["attachments"]))

    assert pairs == tuple(map(tuple, case["expected_pairs"]))
    assert case["body"].count(amb.PLACEHOLDER) - len(pairs) == case["placeholders_ignored"]
    assert case["attachments"] - len(shown) == case["attachments_ignored"]
    assert text == case["body"].replace("\ufffc", "").strip()


@pytest.mark.accepts("B6")
@pytest.mark.parametrize(
    ("body", "count", "expected"),
    [
        ("", 1, "\ufffc"),
        ("see", 2, "see\ufffc\ufffc"),
        ("\ufffc a", 2, "\ufffc a\ufffc"),
        ("\ufffc\ufffc", 1, "\ufffc\ufffc"),
    ],
)
def test_every_attachment_gets_a_placeholder(body: str, count: int, expected: str) -> None:
    assert amb.with_placeholders(body, count) == expected


@pytest.mark.accepts("B6")
@given(st.text(), st.integers(0, 10))
def test_no_attachment_stays_hidden(body: str, count: int) -> None:
    assert len(amb.placeholder_pairs(amb.with_placeholders(body, count), count)) == count
