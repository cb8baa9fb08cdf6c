"""Compressed bodies, and those that mean harm."""

import gzip
import hashlib
import tracemalloc
from operator import itemgetter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnichannel import amb
from tests.amb.samples import VECTORS

CASES: list[dict[str, Any]] = VECTORS["inbound_body"]["cases"]
MIB = 1024 * 1024


@pytest.mark.parametrize("case", CASES, ids=itemgetter("name"))
def test_gzip_is_known_by_its_header_or_by_its_first_bytes(case: dict[str, Any]) -> None:
    plain = bytes.fromhex(case["plain_hex"])

    opened = [
        amb.inflate(bytes.fromhex(case["gzip_hex"]), content_encoding=headers.get("content-encoding", ""))
        for headers in case["accept_with_headers"]
    ]

    assert opened == [plain, plain]
    assert hashlib.sha256(plain).hexdigest() == case["uncompressed_sha256"]


def test_a_plain_body_passes_as_it_is() -> None:
    assert amb.inflate(b"{}") == b"{}"
    assert amb.inflate(b"{}", content_encoding="Identity") == b"{}"


@given(st.binary(max_size=2000))
def test_what_is_deflated_inflates_to_itself(body: bytes) -> None:
    assert amb.inflate(amb.deflate(body), content_encoding=" GZIP ") == body


def test_the_same_body_deflates_to_the_same_bytes() -> None:
    assert amb.deflate(b"hello") == amb.deflate(b"hello")


def test_a_bomb_is_refused_without_holding_it() -> None:
    bomb = gzip.compress(b" " * 20 * MIB, 9, mtime=0)
    hostile = VECTORS["inbound_body"]["hostile"]
    assert len(bomb) == hostile["compressed_size"]
    tracemalloc.start()

    with pytest.raises(amb.BodyTooLarge, match="larger than 1048576 bytes"):
        amb.inflate(bomb, limit=MIB)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 * MIB


def test_a_bomb_of_many_members_is_refused() -> None:
    with pytest.raises(amb.BodyTooLarge):
        amb.inflate(gzip.compress(b" " * MIB) * 3, limit=2 * MIB)


def test_a_body_of_two_members_is_one_body() -> None:
    assert amb.inflate(amb.deflate(b"one ") + amb.deflate(b"two")) == b"one two"


def test_a_body_of_exactly_the_limit_passes() -> None:
    assert amb.inflate(amb.deflate(b"x" * 100), limit=100) == b"x" * 100


def test_a_plain_body_has_the_same_limit() -> None:
    with pytest.raises(amb.BodyTooLarge):
        amb.inflate(b"x" * 101, limit=100)


@pytest.mark.parametrize(
    ("body", "content_encoding"),
    [
        (amb.deflate(b"x" * 1000)[:-9], ""),
        (amb.deflate(b"x" * 1000)[:5], ""),
        (amb.deflate(b"hello") + b"garbage", ""),
        (amb.deflate(b"hello")[:-8] + bytes(8), ""),
        (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\xff\xff\xff", ""),
        (b"{}", "gzip"),
        (b"{}", "br"),
        (b"", "gzip, br"),
    ],
    ids=["cut", "cut header", "garbage behind", "wrong checksum", "corrupt", "not gzip", "other", "several"],
)
def test_what_cannot_be_opened_is_a_fault_of_the_sender(body: bytes, content_encoding: str) -> None:
    with pytest.raises(amb.DecodeError):
        amb.inflate(body, content_encoding=content_encoding)


def test_a_body_of_very_many_members_is_refused() -> None:
    with pytest.raises(amb.DecodeError, match="too many pieces"):
        amb.inflate(amb.deflate(b"x") * 100)


def test_a_member_that_says_nothing_is_no_fault() -> None:
    assert amb.inflate(amb.deflate(b"") + amb.deflate(b"two") + bytes(8)) == b"two"
