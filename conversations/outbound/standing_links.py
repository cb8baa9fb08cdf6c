"""Finds the addresses that stand alone in a text: each becomes a rich link of its own.

Apple's list of required features (Rich links): what an agent or a program sends as an address arrives as a link with
title and picture. An address inside a sentence stays there, or the sentence would fall apart.
"""

import re
from dataclasses import dataclass

from conversations.models import Kind

_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE)
URL_LIMIT = 2000
# A text with more of them is a list, and would come as a flood of bubbles.
MOST_LINKS = 5


@dataclass(frozen=True)
class Piece:
    """One message: words, or an address that becomes a link."""

    body: str
    kind: Kind = Kind.TEXT


def pieces(body: str, *, has_files: bool = False) -> list[Piece]:
    """Return a text in the order in which its parts are sent; files travel with the first of them, which is words."""
    found = _parts(body)
    if sum(piece.kind == Kind.RICH_LINK for piece in found) > MOST_LINKS:
        return [Piece(body)]
    if has_files and found[0].kind != Kind.TEXT:
        return [Piece(""), *found]
    return found


def link_of(body: str) -> str:
    """Return the address that a link leads to: what was typed, with its scheme."""
    typed = body.strip()
    return f"https://{typed}" if typed[:4].lower() == "www." else typed


def _parts(body: str) -> list[Piece]:
    found: list[Piece] = []
    words: list[str] = []
    for line in body.splitlines(keepends=True):
        if is_link(line):
            found += _words(words)
            found.append(Piece(line.strip(), Kind.RICH_LINK))
            words = []
        else:
            words.append(line)
    if not any(piece.kind == Kind.RICH_LINK for piece in found):
        return [Piece(body)]
    return found + _words(words)


def _words(lines: list[str]) -> list[Piece]:
    text = "".join(lines).strip("\r\n")
    return [Piece(text)] if text.strip() else []


def is_link(line: str) -> bool:
    """Tell whether a line is an address and nothing else."""
    typed = line.strip()
    return len(typed) <= URL_LIMIT and _ADDRESS.fullmatch(typed) is not None
