"""What the designer's buttons do to lists: add, remove, duplicate, move, empty; changed content comes out."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from richmessages.designer.shapes import Shape, blank_part, part_named, shapes_of
from richmessages.kinds.kind import Kind


class NoSuchAct(Exception):
    """A button that does not fit the content any more, such as one of an entry that is gone."""


@dataclass(frozen=True)
class Done:
    """The content that came of it, and the field or button that goes on."""

    content: dict[str, Any]
    focus: str = ""


@dataclass(frozen=True)
class Place:
    """A list in content: its name, what it holds, and what its entries may be."""

    name: str
    rows: list[Any]
    shape: Shape

    def has_room(self, more: int = 1) -> bool:
        """Tell whether so many entries fit."""
        return self.shape.most is None or len(self.rows) + more <= self.shape.most


def perform(kind: Kind, content: dict[str, Any], act: str) -> Done:
    """Return content after an act like ``add:questions:date_picker`` or ``move:sections.0.options.3:1``."""
    verb, _, rest = act.partition(":")
    name, _, option = rest.partition(":")
    changed = copy.deepcopy(content)
    if verb in ON_LISTS:
        return Done(changed, ON_LISTS[verb](_list_at(kind, changed, name), option))
    listed, _, number = name.rpartition(".")
    place = _list_at(kind, changed, listed)
    if verb not in ON_ENTRIES:
        raise NoSuchAct
    return Done(changed, ON_ENTRIES[verb](place, _number(number, place.rows), option))


def _add(place: Place, option: str) -> str:
    part = part_named(place.shape, option)
    if not place.has_room() or (place.shape.parts and part is None):
        raise NoSuchAct
    place.rows.append(_named_anew(place, blank_part(part) if part else ""))
    return f"{place.name}.{len(place.rows) - 1}"


def _clear(place: Place, _option: str) -> str:
    part = next(iter(place.shape.parts), None)
    place.rows[:] = [_named_anew(place, blank_part(part) if part else "") for _number in range(place.shape.least)]
    return f"{place.name}.0" if place.rows else f"add:{place.name}"


def _remove(place: Place, number: int, _option: str) -> str:
    del place.rows[number]
    return f"{place.name}.{min(number, len(place.rows) - 1)}" if place.rows else f"add:{place.name}"


def _duplicate(place: Place, number: int, _option: str) -> str:
    if not place.has_room():
        raise NoSuchAct
    place.rows.insert(number + 1, _named_anew(place, copy.deepcopy(place.rows[number])))
    return f"{place.name}.{number + 1}"


def _up(place: Place, number: int, _option: str) -> str:
    return _moved(place, number, number - 1, "up")


def _down(place: Place, number: int, _option: str) -> str:
    return _moved(place, number, number + 1, "down")


def _move(place: Place, number: int, option: str) -> str:
    return _moved(place, number, _number(option, place.rows), "down")


def _moved(place: Place, number: int, to: int, button: str) -> str:
    if not 0 <= to < len(place.rows):
        raise NoSuchAct
    place.rows.insert(to, place.rows.pop(number))
    # The button that was pressed goes along; at the end of its way the other one has the focus.
    turned = {0: "down", len(place.rows) - 1: "up"}.get(to, button)
    return f"{turned}:{place.name}.{to}"


ON_LISTS: dict[str, Callable[[Place, str], str]] = {"add": _add, "clear": _clear}
ON_ENTRIES: dict[str, Callable[[Place, int, str], str]] = {
    "remove": _remove,
    "duplicate": _duplicate,
    "up": _up,
    "down": _down,
    "move": _move,
}


def _named_anew(place: Place, entry: Any) -> Any:
    """Return an entry with an identifier that no other entry of the list has, where its kind of part has one."""
    part = part_named(place.shape, entry.get("type")) if isinstance(entry, dict) else None
    if part is None or "id" not in part.model_fields:
        return entry
    taken = {row.get("id") for row in place.rows if isinstance(row, dict)}
    stem = place.name.rpartition(".")[2].removesuffix("s")
    fresh = (f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return entry | {"id": next(name for name in fresh if name not in taken)}


def _number(text: str, rows: list[Any]) -> int:
    if not (text.isdecimal() and len(text) < 5 and int(text) < len(rows)):
        raise NoSuchAct
    return int(text)


def _list_at(kind: Kind, content: dict[str, Any], name: str) -> Place:
    model, value, steps = kind.content, content, name.split(".")
    while True:
        field, *steps = steps
        shape = shapes_of(model).get(field)
        if shape is None or not isinstance(value, dict):
            raise NoSuchAct
        if shape.is_list and not isinstance(value.get(field), list):
            value[field] = []
        if not steps:
            break
        value, model, steps = _within(shape, value.get(field), steps)
    if not shape.is_list:
        raise NoSuchAct
    return Place(name, value[field], shape)


def _within(shape: Shape, value: Any, steps: list[str]) -> tuple[Any, Any, list[str]]:
    """Return the part that the next step leads into, with its model and the steps that are left."""
    if shape.is_list:
        number, *steps = steps
        value = value[_number(number, value)]
    part = part_named(shape, value.get("type") if isinstance(value, dict) else None)
    if part is None or not steps:
        raise NoSuchAct
    return value, part, steps
