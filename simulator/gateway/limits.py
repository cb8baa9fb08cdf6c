"""Apple's limits of what a message shows, in force since 21 August 2026; the relaxed profile does not ask for them."""

from collections.abc import Iterator
from typing import Any

from simulator.gateway.links import decoded
from simulator.gateway.shape import Part, needed_objects, needed_text, refuse_unless

LONGEST_TEXT = 200
LARGEST_IMAGE = 200_000
LARGEST_IMAGES = 5_000_000
PNG = b"\x89PNG\r\n\x1a\n"
# Titles, subtitles, labels, buttons and hints, wherever they stand.
SHOWN = frozenset(
    {
        "title",
        "subtitle",
        "imageTitle",
        "imageSubtitle",
        "secondarySubtitle",
        "tertiarySubtitle",
        "alternateTitle",
        "header",
        "buttonTitle",
        "pickerTitle",
        "labelText",
        "hintText",
        "label",
    }
)
# Joiners and marks of direction belong to the writing of many languages.
WRITTEN_SIGNS = frozenset("\u200c\u200d\u200e\u200f\ufe0f")
UNSHOWN = frozenset({"images", "merchantSession", "oauth2"})


def check(payload: Part) -> None:
    """Pass only words and pictures within the limits."""
    for name, words in _shown_words(payload):
        refuse_unless(len(words) <= LONGEST_TEXT, f"{name} must have at most {LONGEST_TEXT} characters.")
        refuse_unless(
            all(sign.isprintable() or sign in WRITTEN_SIGNS for sign in words), f"{name} must be printable text."
        )
    _check_images(payload.get("data"))


def _shown_words(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for each in value:
            yield from _shown_words(each)
    if isinstance(value, dict):
        for name, each in value.items():
            if name in SHOWN and isinstance(each, str):
                yield name, each
            elif name not in UNSHOWN:
                yield from _shown_words(each)


def _check_images(data: Any) -> None:
    if not isinstance(data, dict) or not data.get("images"):
        return
    sizes = [
        _checked_size(image, number) for number, image in enumerate(needed_objects(data, "images", "data"), start=1)
    ]
    refuse_unless(sum(sizes) < LARGEST_IMAGES, f"data: all images together must have less than {LARGEST_IMAGES} bytes.")


def _checked_size(image: Part, number: int) -> int:
    where = f"data: image {number}"
    needed_text(image, "identifier", where)
    content = decoded(needed_text(image, "data", where), where)
    refuse_unless(content.startswith(PNG), f"{where} must be a PNG.")
    refuse_unless(len(content) <= LARGEST_IMAGE, f"{where} must have at most {LARGEST_IMAGE} bytes.")
    return len(content)
