"""Content that is not complete yet, as if it were: for a preview while somebody is still typing."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from richmessages.kinds.fields import Content, has_parts, part_of


def approximate(model: type[Content], value: Any) -> Any:
    """Return content of this model with blanks where something is missing or wrong; no limit is looked at."""
    given = value if isinstance(value, Mapping) else {}
    return model.model_construct(**{name: _field(about, given.get(name)) for name, about in model.model_fields.items()})


def _field(about: FieldInfo, value: Any) -> Any:
    kind: Any = about.annotation
    if get_origin(kind) is list:
        return list(_entries(kind, value)) if isinstance(value, list) else []
    if part := part_of(kind, value):
        return approximate(part, value)
    if kind is str and isinstance(value, str):
        return value
    try:
        return _adapter(kind).validate_python(value)
    except ValidationError:
        return _blank(about)


def _entries(kind: Any, values: list[Any]) -> Iterator[Any]:
    """Return what can be told of each entry; one whose type nobody knows is left out."""
    for value in values:
        if part := part_of(kind, value):
            yield approximate(part, value)
        elif not has_parts(kind):
            yield value if isinstance(value, str) else ""


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _blank(about: FieldInfo) -> Any:
    if not about.is_required():
        return about.get_default(call_default_factory=True)
    if about.annotation is str:
        return ""
    # Of the choices on offer, the first.
    first = next(iter(get_args(about.annotation)), None)
    return first if isinstance(first, str) else None
