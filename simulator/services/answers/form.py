"""The answer to a form: what was given on each visited page, in the order of the visit."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from omnichannel.device import DatePage, FormSheet, InputPage, SelectPage, WheelPage, draw, write_date
from simulator.services.answers.answer import Answer, CannotAnswer, Chosen, Part, Prompt, parts
from simulator.services.answers.pattern import is_match

Page = SelectPage | WheelPage | DatePage | InputPage
Given = dict[str, str | list[str]]


def answer(prompt: Prompt, chosen: Chosen) -> Answer:
    """Return the selections; pages that the branches pass by are absent."""
    sheet = draw(dict(prompt.payload), src=str).sheet
    if not isinstance(chosen, dict) or not isinstance(sheet, FormSheet):
        raise CannotAnswer(_("Answer the questions of the form."))
    if unknown := chosen.keys() - {page.identifier for page in sheet.pages}:
        raise CannotAnswer(_("The form has no page “%(page)s”.") % {"page": min(unknown)})
    data = prompt.content.get("data", {})
    raw = {page.get("pageIdentifier"): page for page in parts(data, "pages")}
    content: dict[str, Any] = {
        "version": prompt.content.get("version", "1.2"),
        "template": prompt.content.get("template", "messageForms"),
        "selections": [_selection(page, raw[page.identifier], values) for page, values in _visit(sheet, chosen)],
    }
    return Answer(content | ({"private": True} if data.get("private") is True else {}))


def _visit(sheet: FormSheet, given: Given) -> Iterator[tuple[Page, list[str]]]:
    """Yield each page that the answers lead to, with what was given there."""
    pages = {page.identifier: page for page in sheet.pages}
    identifier = sheet.start
    while page := pages.pop(identifier, None):
        values = _values(given.get(identifier, []))
        _check(page, values)
        yield page, values
        identifier = page.page_after(values[0] if values else "")


def _values(given: str | list[str]) -> list[str]:
    return [value for value in ([given] if isinstance(given, str) else given) if value]


def _check(page: Page, values: list[str]) -> None:
    """Pass only what the page would let the customer go on with."""
    match page:
        case InputPage():
            _check_words(page, "".join(values))
        case DatePage():
            _check_date(page, values)
        case SelectPage() | WheelPage():
            _check_choice(page, values)


def _check_words(page: InputPage, words: str) -> None:
    if page.is_required and not words.strip():
        raise CannotAnswer(_("“%(question)s” needs an answer.") % {"question": page.question})
    if len(words) > page.maximum:
        raise CannotAnswer(
            _("“%(question)s” takes %(maximum)s characters at most.")
            % {"question": page.question, "maximum": page.maximum}
        )
    if words and page.regex and not is_match(page.regex, words):
        raise CannotAnswer(_("“%(question)s” wants another form of answer.") % {"question": page.question})


def _check_date(page: DatePage, values: list[str]) -> None:
    day = _day(values)
    if day is None:
        raise CannotAnswer(_("“%(question)s” needs a date.") % {"question": page.question})
    if (page.earliest and day < page.earliest) or (page.latest and day > page.latest):
        raise CannotAnswer(_("“%(question)s” does not take this date.") % {"question": page.question})


def _day(values: list[str]) -> dt.date | None:
    try:
        return dt.date.fromisoformat(values[0]) if values else None
    except ValueError:
        return None


def _check_choice(page: SelectPage | WheelPage, values: list[str]) -> None:
    offered = {choice.identifier for choice in page.choices}
    is_multiple = isinstance(page, SelectPage) and page.is_multiple
    if not values or not offered.issuperset(values) or (len(values) > 1 and not is_multiple):
        raise CannotAnswer(_("“%(question)s” needs a choice.") % {"question": page.question})


def _selection(page: Page, raw: Part, values: list[str]) -> dict[str, Any]:
    return {
        "pageIdentifier": page.identifier,
        "subtitle": page.question,
        "items": list(_items(page, raw, values)),
    }


def _items(page: Page, raw: Part, values: list[str]) -> Iterator[dict[str, str]]:
    kind = str(raw.get("type"))
    if isinstance(page, InputPage):
        yield {"identifier": page.identifier, "value": "".join(values), "type": kind}
    elif isinstance(page, DatePage):
        day = dt.date.fromisoformat(values[0])
        yield {"identifier": page.identifier, "value": write_date(day, page.pattern), "type": kind}
    else:
        for item in parts(raw, "items"):
            if item.get("identifier") in values:
                title = item.get("title", "")
                yield {
                    "identifier": item["identifier"],
                    "title": title,
                    "value": item.get("value", title),
                    "type": kind,
                }
