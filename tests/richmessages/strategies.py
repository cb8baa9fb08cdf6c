"""Content for property tests: complete, nearly complete, and anything at all, made from the kinds' own models."""

import copy
import datetime
from collections.abc import Iterator, Mapping
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from hypothesis import strategies as st
from pydantic.fields import FieldInfo

from richmessages.kinds import apple_pay, custom_json, questions, time_picker, video_link, website_link
from richmessages.kinds.currencies import CODES
from richmessages.kinds.fields import TEXT_LIMIT, Content, PictureMark
from richmessages.kinds.kind import Kind

Json = st.SearchStrategy[Any]

NOW = "2026-06-01T12:00Z"
PICTURES = ["https://cdn.example/a.png", "https://cdn.example/b.png"]
TEXT = st.text(st.characters(exclude_categories=["C", "Zl", "Zp", "Zs"]) | st.just(" "), min_size=1).map(str.strip)
LINKS = st.sampled_from(["https://shop.example/", "https://shop.example:8443/a?b=c#d", "https://例え.example/ü"])
FILMS = st.sampled_from([f"https://cdn.example/film{ending}" for ending in video_link.MIME_TYPES])
# Of any currency, also of those without decimals.
AMOUNTS = st.integers(1, 999_999).map(str) | st.integers(1, 999_999).map("{}.00".format)

# What a type alone does not tell.
FIELDS: Mapping[tuple[type[Content], str], Json] = {
    (apple_pay.ApplePay, "currencyCode"): st.sampled_from(sorted(CODES)),
    (apple_pay.LineItem, "amount"): AMOUNTS | AMOUNTS.map("-{}".format),
    (apple_pay.ShippingMethod, "amount"): AMOUNTS,
    (apple_pay.Total, "amount"): AMOUNTS,
    (custom_json.CustomJson, "bid"): st.just(f"{custom_json.PLUGIN}:AB12CD34EF:example.app.messages"),
    (custom_json.CustomJson, "URL"): st.sampled_from(["?job=7", "?", "https://app.example/job?7"]),
    (custom_json.CustomJson, "appId"): st.integers(1, 10**18 - 1).map(str),
    (questions.Question, "id"): st.just(""),
    (questions.Question, "next"): st.just(""),
    (questions.BranchingChoice, "next"): st.just(""),
    (questions.SingleInput, "regex"): st.sampled_from(["", r"^\d{4}$", '^[^"\\\\]+$']),
    (questions.MultilineInput, "regex"): st.sampled_from(["", r"\S+"]),
    (questions.DropdownPicker, "default"): st.just(""),
    (questions.DatePicker, "minimum"): st.none() | st.just("2026-07-01"),
    (questions.DatePicker, "maximum"): st.none(),
    (questions.DatePicker, "start"): st.none() | st.just("2026-08-01"),
    (time_picker.TimePicker, "time_zone"): st.sampled_from(sorted(time_picker.zone_names())),
    # One half of a year, by day: whatever zone it is, its clocks stand still.
    (time_picker.Day, "date"): st.dates(datetime.date(2027, 1, 2), datetime.date(2027, 1, 31)).map(str),
    (video_link.VideoLink, "url"): FILMS,
    (website_link.WebsiteLink, "url"): LINKS,
}


def complete(kind: Kind) -> Json:
    """Return content in which the linter finds no fault."""
    return _content(kind.content).map(_FINISH.get(kind.slug, lambda content: content))


def nearly_complete(kind: Kind) -> Json:
    """Return complete content of which a few places were broken."""
    return st.tuples(complete(kind), st.lists(st.tuples(st.integers(0, 500), json_like()), max_size=3)).map(
        lambda drawn: _broken(*drawn)
    )


def anything(kind: Kind) -> Json:
    """Return JSON of any shape under the names that the kind's content has."""
    names = st.sampled_from(sorted(set(_names(kind.content)))) | st.text(max_size=5)
    inner = st.recursive(
        _leaves(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=8),
        max_leaves=15,
    )
    fields = st.sampled_from(sorted(kind.content.model_fields))
    return st.dictionaries(fields, inner, max_size=len(kind.content.model_fields)) | inner


def json_like() -> Json:
    """Return any JSON."""
    return st.recursive(
        _leaves(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    )


def _leaves() -> Json:
    telling = [
        "",
        " ",
        "10:00",
        "24:00",
        "2026-02-30",
        "9999-12-31",
        "0001-01-01",
        "Europe/Berlin",
        "../etc",
        "x" * 201,
    ]
    types = ["single_input", "multiline_input", "single_select", "multi_select", "dropdown_picker", "date_picker"]
    return (
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=30)
        | st.sampled_from([*telling, *types, *PICTURES, "https://[", "picture:x", "\x07", "1e9", "customer", "event"])
    )


def _content(model: type[Content]) -> Json:
    required = {name: _field(model, name, about) for name, about in model.model_fields.items() if about.is_required()}
    optional = {name: _field(model, name, about) for name, about in model.model_fields.items() if name not in required}
    if "type" in optional and len(get_args(model.model_fields["type"].annotation)) == 1:
        required["type"] = optional.pop("type")
    return st.fixed_dictionaries(required, optional=optional)


def _field(model: type[Content], name: str, about: FieldInfo) -> Json:
    known = next((FIELDS[base, name] for base in model.__mro__ if (base, name) in FIELDS), None)
    return known if known is not None else _value(about.annotation, about.metadata)


def _value(annotation: Any, marks: list[Any]) -> Json:
    least = next((mark.min_length for mark in marks if isinstance(mark, MinLen)), 0)
    most = next((mark.max_length for mark in marks if isinstance(mark, MaxLen)), TEXT_LIMIT)
    if get_origin(annotation) is list:
        return st.lists(_value(*_unwrapped(get_args(annotation)[0])), min_size=least, max_size=min(most, least + 3))
    if get_origin(annotation) is Literal:
        return st.sampled_from(get_args(annotation))
    if get_args(annotation) and NoneType not in get_args(annotation):
        return st.one_of([_content(each) for each in get_args(annotation)])
    if isinstance(annotation, type) and issubclass(annotation, Content):
        return _content(annotation)
    return _scalar(annotation, marks)


def _scalar(annotation: Any, marks: list[Any]) -> Json:
    if annotation is bool:
        return st.booleans()
    if annotation is int:
        low: Any = next(mark.ge for mark in marks if isinstance(mark, Ge))
        high: Any = next(mark.le for mark in marks if isinstance(mark, Le))
        return st.integers(low, high)
    if any(isinstance(mark, PictureMark) for mark in marks):
        return st.sampled_from(PICTURES)
    return TEXT.map(lambda text: text[:TEXT_LIMIT].strip() or "x")


def _unwrapped(annotation: Any) -> tuple[Any, list[Any]]:
    """Return what is annotated, and with what."""
    marks = getattr(annotation, "__metadata__", ())
    return (annotation.__origin__, list(marks)) if marks else (annotation, [])


def _numbered_form(form: Any) -> Any:
    """Return the form with an identifier on each question, different values, and branches that lead on."""
    pages = [f"q{number}" for number in range(len(form["questions"]))]
    for number, question in enumerate(form["questions"]):
        question.pop("next", None)
        question["id"] = pages[number]
        if question["type"] == "date_picker":
            question["maximum"] = "2026-12-31"
        for place, choice in enumerate(question.get("choices", [])):
            choice["value"] = f"{place} {choice['value']}"[:TEXT_LIMIT].strip()
            if question["type"] == "single_select" and number + 1 < len(pages):
                choice["next"] = pages[min(number + 1 + place, len(pages) - 1)]
    return form


def _separate_times(picker: Any) -> Any:
    """Return the picker with each date once, and times of day at which no clock is changed."""
    days = {day["date"]: day for day in picker["days"]}
    for day in days.values():
        day["times"] = [f"{6 + number:02}:30" for number in range(len(day["times"]))]
    return {**picker, "days": list(days.values())}


def _numbered_methods(payment: Any) -> Any:
    for number, method in enumerate(payment.get("shippingMethods", [])):
        method["identifier"] = f"method-{number}"
    return payment


_FINISH = {"form": _numbered_form, "time_picker": _separate_times, "apple_pay": _numbered_methods}


def _broken(content: Any, breaks: list[tuple[int, Any]]) -> Any:
    broken = copy.deepcopy(content)
    for number, value in breaks:
        places = list(_places(broken))
        if places:
            inner, step = places[number % len(places)]
            inner[step] = value
    return broken


def _places(content: Any) -> Iterator[tuple[Any, Any]]:
    steps = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for step, inner in list(steps):
        yield content, step
        yield from _places(inner)


def _names(model: type[Content]) -> Iterator[str]:
    yield from model.model_fields
    for about in model.model_fields.values():
        for part in _parts(about.annotation):
            yield from _names(part)


def _parts(annotation: Any) -> Iterator[type[Content]]:
    if isinstance(annotation, type) and issubclass(annotation, Content):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _parts(inner)
