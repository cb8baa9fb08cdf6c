"""What Apple's gateway demands of forms: pages of known types, and branches that lead somewhere (rule E15)."""

from collections.abc import Iterator

from simulator.gateway.shape import Part, needed_object, needed_objects, needed_text, refuse_unless

TYPES = ("select", "picker", "datePicker", "input")
LONGEST_IDENTIFIER = 19
DEFAULT_START = "0"


def check_form(dynamic: Part) -> None:
    """Pass pages that can be walked from the first to an end."""
    data = needed_object(dynamic, "data", "dynamic")
    pages = needed_objects(data, "pages", "dynamic")
    known = [_checked_identifier(page, number) for number, page in enumerate(pages, start=1)]
    refuse_unless(len(set(known)) == len(known), "dynamic: each pageIdentifier must be unique.")
    start = data.get("startPageIdentifier", DEFAULT_START)
    refuse_unless(start in known, f"dynamic: startPageIdentifier {start!r} names no page.")
    for page in pages:
        for target in _targets(page):
            refuse_unless(
                target in known, f"dynamic: page {page['pageIdentifier']!r} leads to {target!r}, which is no page."
            )


def _checked_identifier(page: Part, number: int) -> str:
    identifier = needed_text(page, "pageIdentifier", f"dynamic: page {number}")
    refuse_unless(
        len(identifier) <= LONGEST_IDENTIFIER,
        f"dynamic: page {number}: pageIdentifier must be shorter than 20 characters.",
    )
    refuse_unless(page.get("type") in TYPES, f"dynamic: page {number}: type must be one of {', '.join(TYPES)}.")
    return identifier


def _targets(page: Part) -> Iterator[object]:
    yield from _target(page)
    items = page.get("items")
    for item in items if isinstance(items, list) else []:
        if isinstance(item, dict):
            yield from _target(item)


def _target(place: Part) -> Iterator[object]:
    if place.get("nextPageIdentifier") not in (None, ""):
        yield place["nextPageIdentifier"]
