"""The one list of rules: the designer, REST and the import of a configuration all ask here.

Limits of single fields stand beside them in the kinds; here they become sentences, and what needs the pictures or the
whole message is added.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from pydantic import BaseModel, ValidationError

from richmessages.kinds.fields import PictureMark, part_of
from richmessages.kinds.kind import Fault, Kind, Path
from richmessages.models.picture import PICTURES_LIMIT, PictureSource, SourceState

Sources = Mapping[str, PictureSource]


def lint(kind: Kind, content: Any, sources: Sources) -> list[Fault]:
    """Return what is wrong with content as it stands, in the order of its fields."""
    faults = lint_fields(kind, content)
    return faults + lint_pictures(kind, content, sources, faults)


def lint_fields(kind: Kind, content: Any) -> list[Fault]:
    """Return what is wrong with content, whatever becomes of its pictures."""
    try:
        complete = kind.content.model_validate(content)
    except ValidationError as error:
        return [_fault(each, content) for each in error.errors()]
    return list(kind.lint(complete))


def lint_pictures(kind: Kind, content: Any, sources: Sources, faults: Iterable[Fault]) -> list[Fault]:
    """Return what keeps the pictures in content from being sent, beside the faults of its fields."""
    return list(_picture_faults(pictures_in(kind, content, faults), sources))


def is_complete(faults: list[Fault]) -> bool:
    """Tell whether content with these faults may be published."""
    return all(fault.is_warning for fault in faults)


def pictures_in(kind: Kind, content: Any, faults: Iterable[Fault] = ()) -> list[tuple[Path, str]]:
    """Return every address of a picture in content, complete or not, with its place; those with faults are left out."""
    wrong = {fault.path for fault in faults if not fault.is_warning}
    return [(path, url) for path, url in _pictures(kind.content, content, ()) if url and path not in wrong]


def _picture_faults(pictures: Iterable[tuple[Path, str]], sources: Sources) -> Iterator[Fault]:
    sizes: dict[str, int] = {}
    for path, url in pictures:
        source = sources.get(url)
        if source is None or source.state == SourceState.WAITING:
            yield Fault(path, _("The picture is being fetched."), is_passing=True)
        elif source.picture is None:
            yield Fault(path, source.reason)
        else:
            sizes[source.picture.digest] = source.picture.size
    if sum(sizes.values()) > PICTURES_LIMIT:
        yield Fault((), _("All pictures together have more than 5 MB. Use fewer, or smaller ones."))


def _pictures(model: type[BaseModel], value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if not isinstance(value, Mapping):
        return
    for name, about in model.model_fields.items():
        inner = value.get(name)
        if any(isinstance(mark, PictureMark) for mark in about.metadata):
            if isinstance(inner, str):
                yield (*path, name), inner.strip()
        elif isinstance(inner, list):
            for number, each in enumerate(inner):
                if part := part_of(about.annotation, each):
                    yield from _pictures(part, each, (*path, name, number))
        elif part := part_of(about.annotation, inner):
            yield from _pictures(part, inner, (*path, name))


def _fault(error: Any, content: Any) -> Fault:
    return Fault(_place(error["loc"], content), _sentence(error))


def _place(location: Path, content: Any) -> Path:
    """Return where the fault is; of several models for one place, pydantic names the chosen one as well."""
    path: list[str | int] = []
    for step in location:
        if isinstance(content, Mapping) and step not in content and content.get("type") == step:
            continue
        path.append(step)
        content = _inside(content, step)
    return tuple(path)


def _inside(content: Any, step: str | int) -> Any:
    try:
        return content[step]
    except (KeyError, IndexError, TypeError):
        return None


def _sentence(error: Any) -> str:
    if error["input"] == "" or (error["type"] == "too_short" and isinstance(error["input"], str)):
        return _("Fill this in.")
    if error["type"] == "too_long" and isinstance(error["input"], str):
        return _("At most %(count)s characters.") % {"count": error["ctx"]["max_length"]}
    told = _SENTENCES.get(error["type"])
    return told(error.get("ctx", {})) if told else str(error["msg"])


def _at_least(context: Mapping[str, Any]) -> str:
    least = context["min_length"]
    return ngettext("Add at least %(count)s.", "Add at least %(count)s.", least) % {"count": least}


def _at_most(context: Mapping[str, Any]) -> str:
    return _("At most %(count)s.") % {"count": context["max_length"]}


_SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda _context: _("Fill this in."),
    "string_type": lambda _context: _("Write a text."),
    "string_too_short": lambda _context: _("Fill this in."),
    "string_too_long": lambda context: _("At most %(count)s characters.") % {"count": context["max_length"]},
    "too_short": _at_least,
    "too_long": _at_most,
    "extra_forbidden": lambda _context: _("There is no such field."),
    "int_parsing": lambda _context: _("Write a whole number."),
    "int_type": lambda _context: _("Write a whole number."),
    "bool_parsing": lambda _context: _("Choose yes or no."),
    "literal_error": lambda _context: _("Choose one of those on offer."),
    "enum": lambda _context: _("Choose one of those on offer."),
    "union_tag_not_found": lambda _context: _("Choose a type."),
    "union_tag_invalid": lambda _context: _("There is no such type."),
    "greater_than_equal": lambda context: _("At least %(limit)s.") % {"limit": context["ge"]},
    "less_than_equal": lambda context: _("At most %(limit)s.") % {"limit": context["le"]},
    "date_from_datetime_parsing": lambda _context: _("Write a date as year-month-day."),
    "date_parsing": lambda _context: _("Write a date as year-month-day."),
    "date_type": lambda _context: _("Write a date as year-month-day."),
    "date_from_datetime_inexact": lambda _context: _("Write a date as year-month-day."),
    "list_type": lambda _context: _("Write a list."),
    "model_type": lambda _context: _("Write an object with named fields."),
    "model_attributes_type": lambda _context: _("Write an object with named fields."),
    "dict_type": lambda _context: _("Write an object with named fields."),
    "int_from_float": lambda _context: _("Write a whole number."),
    "int_parsing_size": lambda _context: _("Write a smaller number."),
    "bool_type": lambda _context: _("Choose yes or no."),
    "value_error": lambda context: str(context["error"]),
}
