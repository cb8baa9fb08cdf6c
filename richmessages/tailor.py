"""Changes that are used once: an agent or a program words a message anew for one sending."""

import copy
import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from django.utils.translation import gettext as _
from pydantic import BaseModel

from richmessages.kinds.fields import Shown, part_of
from richmessages.kinds.kind import Kind, Path
from richmessages.models import RichMessage

# How a field is typed, by its type and by the widget it asks for.
INPUTS: Mapping[Any, str] = {int: "number", datetime.date: "date", "time": "time"}


class NotEditable(Exception):
    """A change that this message does not allow, for the reason given, at a field where it is about one."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(reason)
        self.field = field


@dataclass(frozen=True)
class EditableField:
    """A field that an agent may change for one sending, with what stands in it; entries of lists are numbered.

    ``input`` is how it is typed, in the words of HTML: text, number, date or time.
    """

    path: Path
    label: str
    text: str
    input: str = "text"

    @property
    def name(self) -> str:
        """Return its place as fields are named: sections.0.title."""
        return ".".join(map(str, self.path))

    @property
    def number(self) -> str:
        """Return which entry of the lists around it is meant, as people count: 1.2."""
        return ".".join(str(step + 1) for step in self.path if isinstance(step, int))


def tailored(message: RichMessage, changes: Mapping[str, str]) -> dict[str, Any]:
    """Return the message's content with the named fields changed, like ``{"sections.0.title": "Today"}``.

    The message itself stays as it is. Raise NotEditable for a field that may not be changed or is not there.
    """
    if changes and not may_be_tailored(message):
        raise NotEditable(_("“%(name)s” is sent as it is; nothing in it can be changed.") % {"name": message})
    content: dict[str, Any] = copy.deepcopy(message.content)
    for name, text in changes.items():
        if not is_editable(message.described, name) or not _set(content, name.split("."), text):
            raise NotEditable(_("“%(field)s” cannot be changed for a single sending.") % {"field": name}, name)
    return content


def may_be_tailored(message: RichMessage) -> bool:
    """Tell whether its kind and its designer let agents change it for one sending."""
    return message.is_configurable and message.described.is_configurable


def is_editable(kind: Kind, name: str) -> bool:
    """Tell whether a kind lets agents change the field of that name."""
    return any(re.fullmatch(_pattern(allowed), name) for allowed in kind.editable)


def editable_fields(message: RichMessage, content: Mapping[str, Any]) -> list[EditableField]:
    """Return what an agent may change in content of this message, in the order in which it is designed."""
    if not may_be_tailored(message):
        return []
    kind = message.described
    return [field for field in _fields(kind.content, content, ()) if is_editable(kind, field.name)]


def _fields(model: type[BaseModel], content: Mapping[str, Any], path: Path) -> Iterator[EditableField]:
    for name, about in model.model_fields.items():
        value, here = content.get(name), (*path, name)
        if isinstance(value, list):
            for number, entry in enumerate(value):
                if part := part_of(about.annotation, entry):
                    yield from _fields(part, entry, (*here, number))
                else:
                    yield _field((*here, number), entry, *_of_entries(about.annotation))
        elif part := part_of(about.annotation, value):
            yield from _fields(part, value or {}, here)
        else:
            yield _field(here, value, about.annotation, about.metadata)


def _field(path: Path, value: object, annotation: Any, marks: Iterable[Any]) -> EditableField:
    shown = next((each for each in reversed(list(marks)) if isinstance(each, Shown)), Shown(""))
    how = INPUTS.get(annotation) or INPUTS.get(shown.widget) or "text"
    return EditableField(path, str(shown.label), "" if value is None else str(value), how)


def _of_entries(annotation: Any) -> tuple[Any, Iterable[Any]]:
    """Return the type of a list's entries, and what is said of them."""
    entry = next(iter(get_args(annotation)), str)
    return getattr(entry, "__origin__", entry), getattr(entry, "__metadata__", ())


def _pattern(allowed: str) -> str:
    return re.escape(allowed).replace(r"\*", "[0-9]{1,4}")


def _set(content: Any, steps: list[str], text: str) -> bool:
    """Put a text at its place; False where there is no such place. A text that was left out may be added."""
    *way, last = steps
    for step in way:
        content = _inside(content, step)
    if isinstance(content, dict):
        content[last] = text
        return True
    if isinstance(content, list) and last.isdigit() and int(last) < len(content):
        content[int(last)] = text
        return True
    return False


def _inside(content: Any, step: str) -> Any:
    if isinstance(content, dict):
        return content.get(step)
    return content[int(step)] if isinstance(content, list) and step.isdigit() and int(step) < len(content) else None
