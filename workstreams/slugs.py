"""What stands in a quick reply for something that is known only when it is used: ``{FirstName{Customer}}``."""

import re
from collections.abc import Iterable

NAMES = frozenset(
    f"{what}{{{whose}}}" for what in ("FullName", "FirstName", "LastName") for whose in ("Customer", "Agent")
) | {"Nickname{Agent}"}
CONTEXT = re.compile(r"OCContext\.[A-Za-z_]\w{0,99}\Z")
SLUG = re.compile(r"\{(OCContext\.[^{}]*|[A-Za-z]+\{[^{}]*\})\}")


def slugs_in(text: str) -> Iterable[str]:
    """Return what looks like a slug, as it is written, without its outer braces."""
    return (match[1] for match in SLUG.finditer(text))


def unknown_slugs(text: str) -> list[str]:
    """Return the slugs of a text that nothing can fill."""
    return [f"{{{slug}}}" for slug in slugs_in(text) if slug not in NAMES and not CONTEXT.match(slug)]
