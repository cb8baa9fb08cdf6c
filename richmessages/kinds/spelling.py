"""JSON from elsewhere, such as the documented product, brought into the letter case of our names."""

from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin

from richmessages.kinds.fields import Content, part_of


def respelled(model: type[Content], value: Mapping[str, Any]) -> dict[str, Any]:
    """Return content with names and fixed words in any letter case as the model spells them; the rest stays."""
    names = {name.casefold(): name for name in model.model_fields}
    return {
        names.get(name.casefold(), name): _value(model, names.get(name.casefold()), inner)
        for name, inner in value.items()
    }


def _value(model: type[Content], name: str | None, value: Any) -> Any:
    return _as_annotated(model.model_fields[name].annotation, value) if name else value


def _as_annotated(annotation: Any, value: Any) -> Any:
    if isinstance(value, list):
        inner = next(iter(get_args(annotation)), None)
        return [_as_annotated(inner, each) for each in value]
    if isinstance(value, Mapping):
        part = part_of(annotation, value)
        return respelled(part, value) if part else value
    return _word(annotation, value) if isinstance(value, str) else value


def _word(annotation: Any, text: str) -> str:
    words = get_args(annotation) if get_origin(annotation) is Literal else ()
    return next((word for word in words if word.casefold() == text.strip().casefold()), text)
