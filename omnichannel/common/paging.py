"""Pages of a long list, newest first: each begins beside a row that was seen, so none is slower than the first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import QueryDict

ROWS = 50
LARGEST_KEY = 2**63 - 1

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the query strings of the pages beside them; empty where there is none."""

    rows: list[Row]
    newer: str
    older: str


def first_of(rows: QuerySet[Row], way: str, count: int) -> list[Row]:
    """Return the first so many rows by key, ``pk`` or ``-pk``."""
    return list(rows.order_by(way)[:count])


# Whoever knows a quicker way to some rows brings another function of this kind.
First = Callable[[QuerySet[Any], str, int], list[Any]]


def page_of(rows: QuerySet[Row], asked: QueryDict, size: int = ROWS, first: First = first_of) -> Page[Row]:
    """Return the page that the address asks for, ``before`` or ``after`` a key, with its other parameters kept."""
    before, after = _key(asked, "before"), _key(asked, "after")
    if after is not None:
        found = first(rows.filter(pk__gt=after), "pk", size + 1)
        shown, has_newer, has_older = found[:size][::-1], len(found) > size, True
    else:
        narrowed = rows if before is None else rows.filter(pk__lt=before)
        found = first(narrowed, "-pk", size + 1)
        shown, has_newer, has_older = found[:size], before is not None, len(found) > size
    return Page(
        shown,
        newer=_address(asked, "after", shown[0].pk) if shown and has_newer else "",
        older=_address(asked, "before", shown[-1].pk) if shown and has_older else "",
    )


def _key(asked: QueryDict, name: str) -> int | None:
    text = asked.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 20 and int(text) <= LARGEST_KEY else None


def _address(asked: QueryDict, name: str, key: int) -> str:
    query = asked.copy()
    for parameter in ("before", "after"):
        query.pop(parameter, None)
    query[name] = str(key)
    return f"?{query.urlencode()}"
