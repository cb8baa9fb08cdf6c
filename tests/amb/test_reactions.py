"""Reactions that arrive as sentences."""

from operator import itemgetter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omnichannel import amb
from tests.amb.samples import VECTORS

CASES: list[dict[str, Any]] = VECTORS["reactions"]["cases"]


@pytest.mark.accepts("B8")
@pytest.mark.parametrize("case", CASES, ids=itemgetter("body"))
def test_a_reaction_is_told_from_a_text(case: dict[str, Any]) -> None:
    expected = amb.Reaction(
        case.get("reaction", ""), case.get("target_text"), case.get("target_kind"), case.get("emoji")
    )

    assert amb.parse_reaction(case["body"]) == (expected if case["is_reaction"] else None)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Liked 2 Business Messages", amb.Reaction("like", None, "interactive")),
        ("Laughed at an audio message", amb.Reaction("laugh", None, "audio")),
        ("Questioned a file", amb.Reaction("question", None, "file")),
        ("Reacted ❤️ to an image", amb.Reaction("emoji", None, "image", "❤️")),
        ("Reacted 1️⃣ to “Which one?”", amb.Reaction("emoji", "Which one?", None, "1️⃣")),
        (" Loved “Two\nlines” ", amb.Reaction("love", "Two\nlines")),
        ("Loved “He said “hi””", amb.Reaction("love", "He said “hi”")),
    ],
)
def test_other_shapes_of_reactions_are_known(body: str, expected: amb.Reaction) -> None:
    assert amb.parse_reaction(body) == expected


@pytest.mark.parametrize("body", ["", "Liked", "Loved “”", "Reacted badly to “it”", "Loved an apple", "Liked “a” b"])
def test_a_text_that_only_begins_alike_stays_a_text(body: str) -> None:
    assert amb.parse_reaction(body) is None


@given(st.text())
def test_whatever_is_quoted_is_found_again(quoted: str) -> None:
    reaction = amb.parse_reaction(f"Liked “{quoted}”")

    assert reaction == (amb.Reaction("like", quoted) if quoted else None)
