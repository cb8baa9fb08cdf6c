"""The last thing a start shows: where to go, and who to be."""

import json
from collections.abc import Iterator, Sequence
from typing import Any


def welcome(base_url: str, places: Sequence[tuple[str, str]], sign_ins_json: str) -> str:
    """Return the block of addresses and demo sign-ins."""
    lines = ["", f"Omnichannel is running at {base_url}", ""]
    lines += [f"  {name:<20}{base_url}{path}" for name, path in places]
    lines += ["", *_sign_in_lines(sign_ins_json), "Ctrl-C stops everything.", ""]
    return "\n".join(lines)


def _sign_in_lines(text: str) -> Iterator[str]:
    sign_ins = _sign_ins(text)
    if sign_ins:
        yield f"  {'Role':<20}{'User name':<20}Password"
        yield from (f"  {each['role']:<20}{each['username']:<20}{each['password'] or 'changed'}" for each in sign_ins)
        yield ""


def _sign_ins(text: str) -> list[dict[str, str]]:
    """Return the sign-ins; an installation without demo data has none to show."""
    try:
        said: Any = json.loads(text)
    except ValueError:
        return []
    return [each for each in said.get("sign_ins", []) if {"role", "username", "password"} <= each.keys()]
