"""What a device will show of content as it stands, complete or not: encoded as it is sent, drawn as it arrives."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from omnichannel.common.locales import in_language_of
from omnichannel.device import Drawn, draw
from richmessages.approximate import approximate
from richmessages.designer.shapes import Shape, part_named, shapes_of
from richmessages.kinds.fields import TEXT_LIMIT, Content
from richmessages.kinds.kind import Encoded, Kind, SendContext
from richmessages.lint import Sources
from richmessages.pictures.address import picture_src
from richmessages.pictures.sources import kept

UNNAMED = "…"
# Nothing answers a preview, so that each has the same.
REQUEST_ID = "00000000-0000-0000-0000-000000000000"


class Case(StrEnum):
    """What somebody wants to see beside the usual."""

    DARK = "dark"
    RIGHT_TO_LEFT = "rtl"
    LONG = "long"
    FALLBACK = "fallback"


CASE_WORDS = {
    Case.DARK: _("Dark"),
    Case.RIGHT_TO_LEFT: _("Right to left"),
    Case.LONG: _("Long texts"),
    Case.FALLBACK: _("This device cannot show it"),
}


@dataclass(frozen=True)
class Preview:
    """A message on the phone: drawn, or as the words that stand for it."""

    cases: frozenset[Case]
    drawn: Drawn | None
    words: str = ""

    @property
    def direction(self) -> str:
        """Return in which direction the phone's language runs."""
        return "rtl" if Case.RIGHT_TO_LEFT in self.cases else "ltr"

    @property
    def scheme(self) -> str:
        """Return whether the phone is light or dark."""
        return "dark" if Case.DARK in self.cases else "light"


def cases_asked_for(query: QueryDict) -> frozenset[Case]:
    """Return what the switches beside the phone say."""
    return frozenset(Case(each) for each in query.getlist("_case") if each in list(Case))


def preview(kind: Kind, content: Any, sources: Sources, cases: frozenset[Case], locale: str = "") -> Preview:
    """Return what the phone shows."""
    texts = stretched(kind.content, content) if Case.LONG in cases else content
    shown = approximate(kind.content, dotted(kind.content, texts))
    if Case.FALLBACK in cases:
        with in_language_of(locale):
            return Preview(cases, None, kind.fallback(shown))
    encoded = kind.encode(
        shown, SendContext(REQUEST_ID, picture_by_url=kept(sources), extra=kind.extra_sample, locale=locale)
    )
    return Preview(cases, draw(as_sent(encoded), src=picture_src))


def as_sent(encoded: Encoded) -> dict[str, Any]:
    """Return a message as it is on the wire."""
    return encoded.model_dump(mode="json", by_alias=True, exclude_none=True)


def stretched(model: type[Content], content: Any) -> Any:
    """Return content with every text about as long as it may be, as a translation or a careless author makes it."""
    if not isinstance(content, dict):
        return content
    shapes = shapes_of(model)
    return {name: _stretched(shapes[name], value) if name in shapes else value for name, value in content.items()}


def _stretched(shape: Shape, value: Any) -> Any:
    if isinstance(value, list):
        return [_stretched(shape.entry, each) if shape.entry else _part(shape, each) for each in value]
    if shape.widget == "group":
        return _part(shape, value)
    is_text = shape.widget in ("text", "area") and shape.longest == TEXT_LIMIT
    if not (is_text and isinstance(value, str) and value):
        return value
    return f"{value} " * (TEXT_LIMIT // (len(value) + 1)) or value


def dotted(model: type[Content], content: Any, *, is_entry: bool = False) -> Any:
    """Return content with dots in the entries that are still to be named, so that there is something to see of them."""
    if not isinstance(content, dict):
        return content
    shapes = shapes_of(model)
    return {
        name: _dotted(shapes[name], value, is_entry) if name in shapes else value for name, value in content.items()
    }


def _dotted(shape: Shape, value: Any, is_entry: bool) -> Any:
    if isinstance(value, list):
        return [_dotted(shape.entry, each, True) if shape.entry else _dotted_part(shape, each) for each in value]
    is_unnamed = is_entry and shape.widget == "text" and shape.is_required and value == ""
    return UNNAMED if is_unnamed else value


def _dotted_part(shape: Shape, value: Any) -> Any:
    part = part_named(shape, value.get("type") if isinstance(value, dict) else None)
    return dotted(part, value, is_entry=True) if part else value


def _part(shape: Shape, value: Any) -> Any:
    part = part_named(shape, value.get("type") if isinstance(value, dict) else None)
    return stretched(part, value) if part else value
