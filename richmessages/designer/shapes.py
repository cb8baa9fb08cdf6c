"""What the designer must know of each field, told from the models of the kinds alone."""

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

from pydantic.fields import FieldInfo

from richmessages.kinds.fields import Content, PictureMark, Shown, parts_of

PLAIN_WIDGETS: tuple[tuple[type, str], ...] = (
    (bool, "toggle"),
    (int, "number"),
    (float, "number"),
    (datetime.datetime, "moment"),
    (datetime.date, "date"),
    (datetime.time, "time"),
    (str, "text"),
)


@dataclass(frozen=True)
class Shape:
    """One field, or what the entries of a list are: how it is called, shown and filled in."""

    label: Any
    help: Any
    placeholder: Any
    widget: str
    is_required: bool
    default: Any
    # Makes what stands in the field where content leaves it out, in the reader's language.
    make_default: Callable[[], Any] | None = None
    choices: tuple[tuple[str, Any], ...] = ()
    each: Any = ""
    longest: int | None = None
    least: int = 0
    most: int | None = None
    # Of a list: what one of its texts is; or the models that its entries may have, by the value of their type.
    entry: "Shape | None" = None
    parts: tuple[type[Content], ...] = ()

    @property
    def first(self) -> Any:
        """Return what stands in the field where content says nothing."""
        return self.make_default() if self.make_default else self.default

    @property
    def is_list(self) -> bool:
        """Tell whether it repeats."""
        return bool(self.parts or self.entry) and self.widget not in ("group", "choices")


@cache
def shapes_of(model: type[Content]) -> Mapping[str, Shape]:
    """Return the fields of a model in their order."""
    return {name: _of_field(name, about) for name, about in model.model_fields.items()}


@cache
def type_of(part: type[Content]) -> tuple[str, Any]:
    """Return the name by which a part says what it is, and the words for it; nothing where all entries are alike."""
    about = part.model_fields.get("type")
    names = [] if about is None else list(_literals(about.annotation))
    return ("", "") if about is None or len(names) != 1 else (str(names[0]), _shown(about.metadata, names[0]).label)


def part_named(shape: Shape, name: Any) -> type[Content] | None:
    """Return the model of a list's entry by what it says it is; the only one where all are alike."""
    if len(shape.parts) < 2:
        return next(iter(shape.parts), None)
    return next((each for each in shape.parts if type_of(each)[0] == name), None)


def blank_part(part: type[Content]) -> dict[str, Any]:
    """Return a part with nothing filled in but as many entries as its lists need."""
    made: dict[str, Any] = {"type": name} if (name := type_of(part)[0]) else {}
    for name, shape in shapes_of(part).items():
        if shape.is_list and shape.is_required:
            made[name] = [blank_part(shape.parts[0]) if shape.parts else "" for _number in range(shape.least)]
        elif shape.is_required and shape.widget not in ("group", "choices"):
            made[name] = shape.choices[0][0] if shape.choices else ""
    return made


def _of_field(name: str, about: FieldInfo) -> Shape:
    default = None if about.is_required() or about.default_factory else about.default
    shape = _shape(name, about.annotation, about.metadata, is_required=about.is_required(), default=default)
    return replace(shape, make_default=cast("Callable[[], Any] | None", about.default_factory))


def _shape(name: str, annotation: Any, metadata: list[Any], *, is_required: bool, default: Any = None) -> Shape:
    shown = _shown(metadata, name)
    common: dict[str, Any] = {
        "label": shown.label,
        "help": shown.help,
        "placeholder": shown.placeholder,
        "each": shown.each,
    }
    common |= {"is_required": is_required or _least(metadata) > 0, "default": default}
    parts = tuple(parts_of(annotation))
    if get_origin(annotation) is list:
        limits: dict[str, Any] = {"least": _least(metadata), "most": _most(metadata), "parts": parts}
        entry = None if parts else _entry(annotation)
        choices = tuple((str(value), words) for value, words in shown.choices.items())
        widget = shown.widget or ("choices" if choices else "list")
        return Shape(**common, **limits, entry=entry, choices=choices, widget=widget)
    if parts:
        return Shape(**common, parts=parts, widget="group")
    choices = tuple((str(value), shown.choices.get(value, value)) for value in _literals(annotation))
    widget = shown.widget or _widget(annotation, metadata, choices)
    return Shape(**common, choices=choices, longest=_most(metadata), widget=widget)


def _entry(annotation: Any) -> Shape:
    (inner,) = get_args(annotation)
    plain, metadata = (get_args(inner)[0], list(inner.__metadata__)) if _is_annotated(inner) else (inner, [])
    return _shape("", plain, metadata, is_required=True)


def _widget(annotation: Any, metadata: list[Any], choices: tuple[Any, ...]) -> str:
    if any(isinstance(mark, PictureMark) for mark in metadata):
        return "picture"
    if choices:
        return "choice"
    kinds = list(_plain_types(annotation))
    return next((widget for kind, widget in PLAIN_WIDGETS if kind in kinds), "text")


def _plain_types(annotation: Any) -> Iterator[type]:
    if _is_annotated(annotation) or get_origin(annotation) in (Union, UnionType):
        for inner in get_args(annotation):
            yield from _plain_types(inner)
    elif isinstance(annotation, type):
        yield annotation


def _literals(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    elif _is_annotated(annotation) or get_origin(annotation) in (Union, UnionType):
        for inner in get_args(annotation):
            yield from _literals(inner)


def _is_annotated(annotation: Any) -> bool:
    return get_origin(annotation) is Annotated


def _shown(metadata: list[Any], name: str) -> Shown:
    own = [mark for mark in metadata if isinstance(mark, Shown)]
    return own[-1] if own else Shown(name.replace("_", " ").capitalize())


def _least(metadata: list[Any]) -> int:
    return max((mark.min_length for mark in metadata if getattr(mark, "min_length", None)), default=0)


def _most(metadata: list[Any]) -> int | None:
    return min((mark.max_length for mark in metadata if getattr(mark, "max_length", None)), default=None)
