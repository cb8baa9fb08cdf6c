"""The form of a message as the page draws it: fields with what stands in them and what is wrong with it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from richmessages.designer.shapes import Shape, part_named, shapes_of, type_of
from richmessages.kinds.fields import Content
from richmessages.kinds.kind import Fault, Kind, Path
from richmessages.lint import Sources
from richmessages.models import PictureSource

# Of a part's fields, those that say what it is about, to head it with.
HEADINGS = ("title", "value", "name", "label", "date")


@dataclass(frozen=True)
class Node:
    """A field of the form."""

    name: str
    shape: Shape
    value: Any
    faults: Sequence[Fault]
    source: PictureSource | None = None
    choices: Sequence[tuple[str, Any]] = ()
    entries: Sequence[Entry] = ()
    nodes: Sequence[Node] = ()

    @property
    def id(self) -> str:
        """Return what labels and links find it by."""
        return f"f-{self.name}"

    @property
    def is_wrong(self) -> bool:
        """Tell whether it has to be put right."""
        return any(not fault.is_warning for fault in self.faults)

    @property
    def may_be_empty(self) -> bool:
        """Tell whether nothing at all can be said here, rather than something that is chosen already."""
        return not self.shape.is_required and self.shape.default in ("", None) and self.shape.widget != "question"

    @property
    def is_unknown(self) -> bool:
        """Tell whether the value is none of the choices; it stays until another is chosen."""
        return bool(self.value) and self.value not in dict(self.choices)

    @property
    def is_date(self) -> bool:
        """Tell whether a calendar can show the value; one that it cannot is shown as text, or it would be lost."""
        return not self.value or bool(re.fullmatch(r"\d{4}-\d\d-\d\d", str(self.value)))

    @property
    def is_time(self) -> bool:
        """Tell whether a clock can show the value."""
        return not self.value or bool(re.fullmatch(r"\d\d:\d\d", str(self.value)))

    @property
    def has_room(self) -> bool:
        """Tell whether another entry fits."""
        return self.shape.most is None or len(self.entries) < self.shape.most

    @property
    def additions(self) -> list[tuple[str, Any]]:
        """Return the kinds of part that can be added, where there are several."""
        return [type_of(part) for part in self.shape.parts] if len(self.shape.parts) > 1 else []

    @property
    def is_compact(self) -> bool:
        """Tell whether each entry is a single line."""
        return self.shape.entry is not None


@dataclass(frozen=True)
class Entry:
    """One entry of a list."""

    name: str
    number: int
    count: int
    kind: Any
    type: str
    heading: str
    faults: Sequence[Fault]
    nodes: Sequence[Node]
    may_remove: bool
    may_add: bool

    @property
    def is_first(self) -> bool:
        """Tell whether nothing stands above it."""
        return self.number == 1

    @property
    def is_last(self) -> bool:
        """Tell whether nothing stands below it."""
        return self.number == self.count

    @property
    def has_lists(self) -> bool:
        """Tell whether it holds lists of its own, or so much that it is better folded."""
        return any(node.shape.is_list for node in self.nodes) or len(self.nodes) > 4


@dataclass(frozen=True)
class Planter:
    """Makes the tree of one message."""

    sources: Sources
    faults: Mapping[str, list[Fault]] = field(default_factory=dict)

    def nodes(self, model: type[Content], value: Any, prefix: str, around: Sequence[Any] = ()) -> list[Node]:
        """Return the fields of a part; ``around`` are the entries that follow it in its list."""
        held = value if isinstance(value, Mapping) else {}
        return [
            self._node(f"{prefix}{name}", shape, held.get(name, shape.first), around)
            for name, shape in shapes_of(model).items()
            if not (name == "type" and len(shape.choices) == 1)
        ]

    def _node(self, name: str, shape: Shape, value: Any, around: Sequence[Any]) -> Node:
        common: dict[str, Any] = {"name": name, "shape": shape, "faults": self.faults.get(name, ())}
        if shape.is_list:
            entries = tuple(self._entries(name, shape, value if isinstance(value, list) else [], around))
            return Node(**common, value=None, entries=entries)
        if shape.widget == "group":
            return Node(**common, value=None, nodes=self.nodes(shape.parts[0], value, f"{name}.", around))
        if shape.widget == "choices":
            return Node(**common, value=value if isinstance(value, list) else [], choices=shape.choices)
        text = value if isinstance(value, bool) else "" if value is None else str(value)
        source = self.sources.get(str(text).strip()) if shape.widget == "picture" else None
        return Node(**common, value=text, source=source, choices=_choices(shape, text, around))

    def _entries(self, name: str, shape: Shape, rows: list[Any], around: Sequence[Any]) -> Iterator[Entry]:
        has_room = shape.most is None or len(rows) < shape.most
        for number, row in enumerate(rows):
            here = f"{name}.{number}"
            part = None if shape.entry else part_named(shape, row.get("type") if isinstance(row, Mapping) else None)
            # Parts that have identifiers lead to those further down; what they hold leads there as well.
            following = rows[number + 1 :] if part and "id" in part.model_fields else around
            if shape.entry:
                nodes = [self._node(here, shape.entry, row, around)]
            else:
                nodes = self.nodes(part, row, f"{here}.", following) if part else []
            kind, words = type_of(part) if part else ("", "")
            yield Entry(
                name=here,
                number=number + 1,
                count=len(rows),
                kind=words,
                type=kind,
                heading=_heading(row),
                faults=() if shape.entry else self.faults.get(here, ()),
                nodes=nodes,
                may_remove=len(rows) > max(shape.least, 0),
                may_add=has_room,
            )


def tree(kind: Kind, content: Any, faults: Sequence[Fault], sources: Sources) -> list[Node]:
    """Return the whole form."""
    by_name: defaultdict[str, list[Fault]] = defaultdict(list)
    for fault in faults:
        by_name[fault.name].append(fault)
    return Planter(sources, by_name).nodes(kind.content, content, "")


def has_field(kind: Kind, content: Any, path: Path) -> bool:
    """Tell whether the form has a field, or an entry of a list, at a place."""
    return bool(path) and _leads_somewhere(kind.content, content, path)


def _leads_somewhere(model: type[Content], value: Any, path: Path) -> bool:
    name, *rest = path
    shape = shapes_of(model).get(str(name))
    inner = value.get(name) if isinstance(value, Mapping) else None
    if shape is None or not rest:
        return shape is not None
    if shape.is_list:
        number, *rest = rest
        if not (isinstance(inner, list) and isinstance(number, int) and number < len(inner)):
            return False
        inner = inner[number]
    part = part_named(shape, inner.get("type") if isinstance(inner, Mapping) else None)
    return not rest or (part is not None and _leads_somewhere(part, inner, tuple(rest)))


def picture_fields(kind: Kind, content: Any) -> Iterator[tuple[str, str]]:
    """Yield the name of each field for a picture, with the address in it."""
    return _pictures(kind.content, content, "")


def _pictures(model: type[Content], value: Any, prefix: str) -> Iterator[tuple[str, str]]:
    held = value if isinstance(value, Mapping) else {}
    for name, shape in shapes_of(model).items():
        inner = held.get(name)
        if shape.widget == "picture":
            yield prefix + name, str(inner or "").strip()
        elif shape.is_list and shape.parts and isinstance(inner, list):
            for number, row in enumerate(inner):
                if part := part_named(shape, row.get("type") if isinstance(row, Mapping) else None):
                    yield from _pictures(part, row, f"{prefix}{name}.{number}.")
        elif shape.widget == "group":
            yield from _pictures(shape.parts[0], inner, f"{prefix}{name}.")


def _choices(shape: Shape, value: Any, around: Sequence[Any]) -> Sequence[tuple[str, Any]]:
    if shape.widget == "time_zone":
        return [(name, name.replace("_", " ")) for name in time_zones()]
    if shape.widget != "question":
        return shape.choices
    found = [
        (str(row["id"]), _heading(row) or row["id"]) for row in around if isinstance(row, Mapping) and row.get("id")
    ]
    return found if not value or value in dict(found) else [*found, (value, value)]


@cache
def time_zones() -> list[str]:
    """Return the names of the zones that people live in, sorted."""
    return [*sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/")), "UTC"]


def _heading(row: Any) -> str:
    held = row if isinstance(row, Mapping) else {}
    return next((text for name in HEADINGS if isinstance(text := held.get(name), str) and text.strip()), "")
