"""The sheet of a form: a splash, pages that branch, a summary."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _

from omnichannel import amb
from omnichannel.device.dates import DEFAULT_FORMAT, read_date
from omnichannel.device.pictures import Album, Picture
from omnichannel.device.reading import Payload, inside, is_set, number, objects, text

LONGEST_LINE = 30
LONGEST_TEXT = 300
_INPUT_MODES = {
    "numberpad": "numeric",
    "decimalpad": "decimal",
    "phonepad": "tel",
    "emailaddress": "email",
    "url": "url",
    "websearch": "search",
}


@dataclass(frozen=True)
class Splash:
    """What stands before the first page."""

    header: str
    words: str
    button: str
    picture: Picture | None


@dataclass(frozen=True)
class Choice:
    """One answer on offer, and the page that it leads to where it names one."""

    identifier: str
    title: str
    next_page: str = ""
    picture: Picture | None = None


@dataclass(frozen=True)
class Page:
    """One question, and where it leads."""

    identifier: str
    title: str
    question: str
    next_page: str
    is_end: bool

    @property
    def branches(self) -> Mapping[str, str]:
        """Return the pages that single answers lead to."""
        return {}

    def page_after(self, chosen: str = "") -> str:
        """Return the page that follows an answer, empty after the last."""
        return "" if self.is_end else self.branches.get(chosen) or self.next_page


@dataclass(frozen=True)
class SelectPage(Page):
    """Choose one, which may branch, or several."""

    template: ClassVar[str] = "device/form/select.html"

    is_multiple: bool
    choices: tuple[Choice, ...]

    @property
    def branches(self) -> Mapping[str, str]:
        """Return the pages that single answers lead to; where several may be chosen there are none."""
        return {} if self.is_multiple else {choice.identifier: choice.next_page for choice in self.choices}


@dataclass(frozen=True)
class WheelPage(Page):
    """Turn a wheel."""

    template: ClassVar[str] = "device/form/wheel.html"

    label: str
    selected: int
    choices: tuple[Choice, ...]

    @property
    def rows(self) -> int:
        """Return how many rows show at once; one alone would no longer look like a wheel."""
        return min(max(len(self.choices), 2), 5)


@dataclass(frozen=True)
class DatePage(Page):
    """Choose a day."""

    template: ClassVar[str] = "device/form/date.html"

    hint: str
    label: str
    pattern: str
    start: dt.date
    earliest: dt.date | None
    latest: dt.date | None


@dataclass(frozen=True)
class InputPage(Page):
    """Write something."""

    template: ClassVar[str] = "device/form/input.html"

    hint: str
    label: str
    prefix: str
    placeholder: str
    is_required: bool
    is_multiline: bool
    maximum: int
    regex: str
    input_mode: str


AnyPage = SelectPage | WheelPage | DatePage | InputPage


@dataclass(frozen=True)
class FormSheet:
    """All pages of a form; the script shows one at a time."""

    template: ClassVar[str] = "device/sheet/form.html"

    title: str
    splash: Splash | None
    start: str
    pages: tuple[AnyPage, ...]
    has_summary: bool


def form_sheet(dynamic: Payload, album: Album, title: str) -> FormSheet:
    """Return the form; a page of a type that no device knows is left out."""
    data = inside(dynamic, "data")
    pages = [_page(page, album) for page in objects(data, "pages")]
    return FormSheet(
        title=title,
        splash=_splash(inside(data, "splash"), album),
        start=text(data, "startPageIdentifier") or "0",
        pages=tuple(page for page in pages if page is not None),
        has_summary=is_set(data, "showSummary"),
    )


def _splash(splash: Payload, album: Album) -> Splash | None:
    if not splash:
        return None
    return Splash(
        text(splash, "header"), text(splash, "splashtext"), text(splash, "buttonTitle"), album.named_by(splash)
    )


def _page(page: Payload, album: Album) -> AnyPage | None:
    maker = _MAKERS.get(text(page, "type"))
    common = (
        text(page, "pageIdentifier"),
        text(page, "title"),
        text(page, "subtitle"),
        text(page, "nextPageIdentifier"),
        is_set(page, "submitForm"),
    )
    return maker(common, page, album) if maker else None


_Common = tuple[str, str, str, str, bool]


def _select(common: _Common, page: Payload, album: Album) -> SelectPage:
    return SelectPage(*common, is_set(page, "multipleSelection"), _choices(page, album))


def _wheel(common: _Common, page: Payload, album: Album) -> WheelPage:
    selected = number(page, "selectedItemIndex") or 0
    return WheelPage(*common, text(page, "pickerTitle"), selected, _choices(page, album))


def _date(common: _Common, page: Payload, _album: Album) -> DatePage:
    options = inside(page, "options")
    pattern = text(options, "dateFormat") or DEFAULT_FORMAT
    today = timezone.localdate()
    named = {name: read_date(text(options, f"{name}Date"), pattern) for name in ("start", "minimum", "maximum")}
    earliest = named["minimum"]
    # Apple's own default, with which no day to come can be chosen.
    latest = named["maximum"] or today
    return DatePage(
        *common,
        hint=text(page, "hintText"),
        label=text(options, "labelText") or _("Date"),
        pattern=pattern,
        start=_nearest(named["start"] or today, earliest, latest),
        earliest=earliest,
        latest=latest,
    )


def _nearest(day: dt.date, earliest: dt.date | None, latest: dt.date) -> dt.date:
    """Return the day itself, or the nearest that can be chosen: where a wheel of dates comes to rest."""
    return min(max(day, earliest or day), latest)


def _input(common: _Common, page: Payload, _album: Album) -> InputPage:
    options = inside(page, "options")
    is_multiline = text(options, "inputType") == "multiline"
    return InputPage(
        *common,
        hint=text(page, "hintText"),
        label="" if is_multiline else text(options, "labelText"),
        prefix="" if is_multiline else text(options, "prefixText"),
        placeholder=text(options, "placeholder"),
        is_required=is_set(options, "required"),
        is_multiline=is_multiline,
        maximum=number(options, "maximumCharacterCount") or (LONGEST_TEXT if is_multiline else LONGEST_LINE),
        regex=_regex(text(options, "regex")),
        input_mode=_INPUT_MODES.get(text(options, "keyboardType").removeprefix("UIKeyboardType").lower(), "text"),
    )


def _choices(page: Payload, album: Album) -> tuple[Choice, ...]:
    return tuple(
        Choice(text(item, "identifier"), text(item, "title"), text(item, "nextPageIdentifier"), album.named_by(item))
        for item in objects(page, "items")
    )


def _regex(encoded: str) -> str:
    try:
        return amb.regex_from_text(encoded) if encoded else ""
    except amb.DecodeError:
        return ""


_MAKERS: Mapping[str, Callable[[_Common, Payload, Album], AnyPage]] = {
    "select": _select,
    "picker": _wheel,
    "datePicker": _date,
    "input": _input,
}
