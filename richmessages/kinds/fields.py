"""The fields that content is made of: their limits, and how the designer shows them.

Limits are Apple's in force since 21 August 2026: titles, subtitles, labels, buttons and hints have at most 200
characters of printable text.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

TEXT_LIMIT = 200
URL_LIMIT = 2000
WRITTEN_SIGNS = frozenset("\u200c\u200d\u200e\u200f\ufe0f")


@dataclass(frozen=True)
class Shown:
    """How the designer shows a field; the widget follows from the type where none is named.

    ``choices`` has the words for each value of a Literal; of a Literal field named ``type``, the label is the words.
    ``each`` is what one entry of a list is called, on the button that adds one.
    """

    label: Any
    help: Any = ""
    widget: str = ""
    placeholder: Any = ""
    choices: Mapping[str, Any] = field(default_factory=dict)
    each: Any = ""


class Content(BaseModel):
    """What is designed, complete: unknown names are faults, so that a misspelled one is not lost."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Part(Content):
    """A piece of content that repeats."""


def part_of(annotation: Any, value: Any) -> type[Content] | None:
    """Return the model that describes a value: of a list its entries', of several the one that its type names."""
    models = list(parts_of(annotation))
    if len(models) < 2:
        return models[0] if models else None
    wanted = value.get("type") if isinstance(value, Mapping) else None
    return next((each for each in models if each.model_fields["type"].default == wanted), None)


def has_parts(annotation: Any) -> bool:
    """Tell whether a value is described by models of ours."""
    return any(parts_of(annotation))


def parts_of(annotation: Any) -> Iterator[type[Content]]:
    """Yield the models of ours that a value may have."""
    if isinstance(annotation, type) and issubclass(annotation, Content):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from parts_of(inner)


def _printable(text: str) -> str:
    for sign in text:
        if not sign.isprintable() and sign not in WRITTEN_SIGNS:
            raise ValueError(_("Holds a character that cannot be printed (U+%(code)04X).") % {"code": ord(sign)})
    return text


def _https(url: str) -> str:
    if not url:
        return url
    try:
        parts = urlsplit(url)
        is_complete = bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, is_complete = urlsplit(""), False
    if parts.scheme != "https" or not is_complete:
        raise ValueError(_("Write a complete address that begins with https://."))
    if parts.username is not None or parts.password is not None:
        raise ValueError(_("Leave the user name and password out of the address."))
    if any(not sign.isprintable() or sign.isspace() for sign in url):
        raise ValueError(_("Write the address without blanks."))
    return url


def _nothing_as_text(value: object) -> object:
    return "" if value is None else value


def _nothing_as_none(value: object) -> object:
    return None if value == "" else value


class PictureMark:
    """Says that an address leads to a picture, which is fetched and kept."""


Line = Annotated[
    str, BeforeValidator(_nothing_as_text), StringConstraints(max_length=TEXT_LIMIT), AfterValidator(_printable)
]
Required = Annotated[Line, StringConstraints(min_length=1)]
Link = Annotated[
    str, BeforeValidator(_nothing_as_text), StringConstraints(max_length=URL_LIMIT), AfterValidator(_https)
]
RequiredLink = Annotated[Link, StringConstraints(min_length=1)]
PictureLink = Annotated[Link, PictureMark()]
RequiredPicture = Annotated[PictureLink, StringConstraints(min_length=1)]
MaybeDay = Annotated[date | None, BeforeValidator(_nothing_as_none)]

PICTURE = Shown(
    gettext_lazy("Image URL"), gettext_lazy("A still picture; it becomes a PNG of at most 200 KB."), "picture"
)
