"""Reads the designer's form back into content: whatever was typed is kept, right or wrong."""

import json
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from richmessages.designer.shapes import Shape, part_named, shapes_of
from richmessages.kinds.fields import Content
from richmessages.kinds.kind import Kind
from richmessages.kinds.spelling import respelled

# No list is longer; more is a program, not a person.
MOST_ENTRIES = 1000
LONGEST = 500_000
# No kind holds more levels; much deeper ones would exhaust whatever walks through them.
DEEPEST = 20


class NotReadable(Exception):
    """A text that is no JSON of a message, for the reason given."""


def read(kind: Kind, posted: QueryDict) -> dict[str, Any]:
    """Return what the form holds."""
    return _fields(kind.content, posted, "")


def read_json(kind: Kind, text: str) -> dict[str, Any]:
    """Return what somebody pasted, in our spelling; raises NotReadable where it is no JSON object."""
    if len(text) > LONGEST:
        raise NotReadable(_("This is too long for a message."))
    try:
        content = json.loads(text, parse_constant=_refused, object_pairs_hook=_named_once)
    except (ValueError, RecursionError) as fault:
        raise NotReadable(_reason(fault, text)) from fault
    if not isinstance(content, dict):
        raise NotReadable(_("Begin with { and end with }: a message is one object with named fields."))
    if _is_deeper(content, DEEPEST):
        raise NotReadable(_("Its lists and objects lie too deep in each other for a message."))
    if not _can_be_stored(content):
        raise NotReadable(_("It holds a character or a number that cannot be stored, such as a NUL."))
    return respelled(kind.content, content)


def as_json(content: Any) -> str:
    """Return content as people read and copy it."""
    return json.dumps(content, indent=2, ensure_ascii=False)


def _refused(name: str) -> None:
    raise ValueError(name)


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; of two names that differ in letter case alone, one would be lost without a word."""
    seen: set[str] = set()
    for name, _inner in pairs:
        if name.casefold() in seen:
            shown = name.encode(errors="replace").decode()
            raise NotReadable(_("“%(name)s” stands twice in one object. Take one of them out.") % {"name": shown})
        seen.add(name.casefold())
    return dict(pairs)


def _is_deeper(value: Any, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels < 0 or any(_is_deeper(each, levels - 1) for each in inner)


def _can_be_stored(content: Any) -> bool:
    """Tell whether the database takes it: no infinite number, half a surrogate pair or NUL."""
    try:
        text = json.dumps(content, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        return False
    return b"\\u0000" not in text


def _reason(fault: Exception, text: str) -> str:
    if not isinstance(fault, json.JSONDecodeError):
        return _("This is no JSON that can be read.")
    if text[fault.pos : fault.pos + 1] in ("/", "#"):
        return _("Line %(line)s holds a comment; take it out, JSON has none.") % {"line": fault.lineno}
    return _("Line %(line)s, column %(column)s: this is no JSON. Look for a missing comma, quote or bracket.") % {
        "line": fault.lineno,
        "column": fault.colno,
    }


def _fields(model: type[Content], posted: QueryDict, prefix: str) -> dict[str, Any]:
    read = ((name, shape, _value(shape, posted, prefix + name)) for name, shape in shapes_of(model).items())
    return {name: value for name, shape, value in read if _is_said(name, shape, value)}


def _is_said(name: str, shape: Shape, value: Any) -> bool:
    """Tell whether a value says more than leaving it out would; what tells the parts of a list apart always does."""
    if name == "type" or shape.is_required:
        return True
    if value is None:
        return False
    return bool(value != shape.default and (value not in ("", [], {}) or shape.default not in (None, "")))


def _value(shape: Shape, posted: QueryDict, name: str) -> Any:
    if shape.is_list:
        return [_entry(shape, posted, f"{name}.{number}") for number in _numbers(posted, name)]
    if shape.widget == "group":
        return _fields(shape.parts[0], posted, f"{name}.")
    if shape.widget == "toggle":
        return name in posted
    if shape.widget == "choices":
        return [_storable(each) for each in posted.getlist(name)[:MOST_ENTRIES]]
    return _entered(shape, posted, name)


def _entered(shape: Shape, posted: QueryDict, name: str) -> Any:
    if name not in posted and not shape.is_required:
        return shape.default
    text = _storable(posted.get(name, ""))
    is_number = shape.widget == "number" and text.strip().removeprefix("-").isdecimal() and len(text) < 10
    return int(text) if is_number else text


def _entry(shape: Shape, posted: QueryDict, name: str) -> Any:
    if shape.entry:
        return _value(shape.entry, posted, name)
    said = _storable(posted.get(f"{name}.type", ""))
    part = part_named(shape, said)
    return {"type": said} if part is None else _fields(part, posted, f"{name}.")


def _numbers(posted: QueryDict, name: str) -> list[str]:
    numbers = dict.fromkeys(posted.getlist(name)[:MOST_ENTRIES])
    return [number for number in numbers if number.isdecimal() and len(number) < 5]


def _storable(text: str) -> str:
    return text.replace("\0", "").replace("\r\n", "\n")
