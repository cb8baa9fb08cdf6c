"""The golden files of every kind, and their content for tests to break, one place at a time."""

import copy
import json
from pathlib import Path
from typing import Any

from richmessages.kinds import KINDS

# What comes after these is ours.
DOCUMENTED = list(KINDS.values())[:9]
GOLDEN = Path(__file__).parent / "golden"


def golden(slug: str, name: str) -> Any:
    """Return what one of a kind's golden files holds."""
    return json.loads((GOLDEN / slug / f"{name}.json").read_text())


def complete(slug: str) -> Any:
    """Return the golden content of a kind."""
    return golden(slug, "content")


def changed(slug: str, place: str, value: Any) -> Any:
    """Return golden content with another value at a place like ``questions.0.title``."""
    content = copy.deepcopy(complete(slug))
    *way, last = place.split(".")
    inner = content
    for step in way:
        inner = inner[int(step)] if step.isdigit() else inner[step]
    inner[int(last) if last.isdigit() else last] = value
    return content
