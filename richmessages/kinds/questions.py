"""The six types of question in a form (Create rich messages, Forms), each one page on the device."""

import re
import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import AfterValidator, Field, StringConstraints

from omnichannel import amb
from omnichannel.common.locales import in_language_of
from richmessages.kinds.fields import PICTURE, Line, MaybeDay, Part, PictureLink, Required, Shown
from richmessages.kinds.kind import Fault, SendContext

IDENTIFIER_LIMIT = 19
ADVISED_CHOICES = 10
# Sent with every date page: a device that reads dates by this format and one that expects ISO read the same.
DATE_FORMAT = "yyyy-MM-dd"

# Apple's names since 21 August 2026, without the prefix UIKeyboardType.
KEYBOARDS = {
    "text": "default",
    "name": "namePhonePad",
    "url": "URL",
    "phone": "phonePad",
    "email": "emailAddress",
    "number": "decimalPad",
}
CONTENT_TYPES = {"name": "name", "url": "URL", "phone": "telephoneNumber", "email": "emailAddress"}


def _identifier(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._-]*", text):
        raise ValueError(_("Use letters, digits, hyphens and dots."))
    return text


def _compiles(pattern: str) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(_("This is no regular expression: %(reason)s.") % {"reason": error}) from error
    return pattern


Identifier = Annotated[Line, StringConstraints(max_length=IDENTIFIER_LIMIT), AfterValidator(_identifier)]
Regex = Annotated[
    Line,
    AfterValidator(_compiles),
    Shown(gettext_lazy("Regular expression"), gettext_lazy("Checked on the device before the customer goes on.")),
]
IsRequired = Annotated[bool, Shown(gettext_lazy("Required"))]
Placeholder = Annotated[
    Line, Shown(gettext_lazy("Placeholder"), gettext_lazy("Left empty, it says “Required” or “Optional”."))
]
Next = Annotated[
    Line,
    Shown(gettext_lazy("Goes on to"), gettext_lazy("The identifier of a question further down."), "question"),
]


@dataclass(frozen=True)
class Place:
    """Where a question stands: its number and page, the page after it, and the pages that any may lead to."""

    number: int
    page: str
    following: str | None
    later: frozenset[str]

    def after(self, wanted: str) -> str | None:
        """Return the page to go to; while a wish leads nowhere, the one that follows."""
        return wanted if wanted in self.later else self.following


class Question(Part, ABC):
    """What every question has."""

    title: Annotated[Required, Shown(gettext_lazy("Title"), gettext_lazy("The question."))]
    header: Annotated[Line, Shown(gettext_lazy("Header"))] = ""
    id: Annotated[
        Identifier,
        Shown(gettext_lazy("Identifier"), gettext_lazy("Other questions lead here by it. At most 19 characters.")),
    ] = ""
    next: Next = ""

    def page(self, place: Place, context: SendContext) -> amb.FormPage:
        """Return the question as a page of Apple's."""
        following = place.after(self.next)
        common: dict[str, Any] = {
            "page_identifier": place.page,
            "title": self.header or None,
            "subtitle": self.title,
            "next_page_identifier": following,
            "submit_form": None if following else True,
        }
        return amb.FormPage(**{**common, **self.shape(place, context)})

    @abstractmethod
    def shape(self, place: Place, context: SendContext) -> dict[str, Any]:
        """Return what this type of question adds to its page."""

    def picture_urls(self) -> Iterator[str]:
        """Yield the addresses of its pictures."""
        yield from ()

    def targets(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield every page that an answer may lead to, empty for the one that follows, with the field that says so."""
        yield ("next",), self.next

    def faults(self) -> Iterator[Fault]:
        """Yield what is wrong within it."""
        yield from ()


class SingleInput(Question):
    """One line of text."""

    type: Annotated[Literal["single_input"], Shown(gettext_lazy("Single input"))] = "single_input"
    required: IsRequired = False
    input_type: Annotated[
        Literal["text", "name", "url", "phone", "email", "number"],
        Shown(
            gettext_lazy("Input type"),
            gettext_lazy("Chooses the keyboard and what fills in by itself; it does not check what is typed."),
            choices={
                "text": gettext_lazy("Text"),
                "name": gettext_lazy("Name"),
                "url": gettext_lazy("Url"),
                "phone": gettext_lazy("Phone"),
                "email": gettext_lazy("Email"),
                "number": gettext_lazy("Number"),
            },
        ),
    ] = "text"
    placeholder: Placeholder = ""
    label: Annotated[Line, Shown(gettext_lazy("Label"))] = ""
    maximum_length: Annotated[int, Field(ge=1, le=30), Shown(gettext_lazy("Maximum length"))] = 30
    prefix: Annotated[Line, Shown(gettext_lazy("Prefix"), gettext_lazy("Stands before what is typed."))] = ""
    regex: Regex = ""

    def shape(self, _place: Place, context: SendContext) -> dict[str, Any]:
        """Return a line to fill in."""
        options = amb.FormOptions(
            **_typed(self, "singleline", context),
            label_text=self.label or None,
            prefix_text=self.prefix or None,
            keyboard_type=KEYBOARDS[self.input_type],
            text_content_type=CONTENT_TYPES.get(self.input_type),
        )
        return {"type": "input", "options": options}


class MultilineInput(Question):
    """Several lines of text."""

    type: Annotated[Literal["multiline_input"], Shown(gettext_lazy("Multiline input"))] = "multiline_input"
    required: IsRequired = False
    placeholder: Placeholder = ""
    regex: Regex = ""
    maximum_length: Annotated[int, Field(ge=1, le=300), Shown(gettext_lazy("Maximum length"))] = 300

    def shape(self, _place: Place, context: SendContext) -> dict[str, Any]:
        """Return a field to fill in."""
        return {"type": "input", "options": amb.FormOptions(**_typed(self, "multiline", context))}


class PlainChoice(Part):
    """One answer on offer."""

    value: Annotated[Required, Shown(gettext_lazy("Value"), gettext_lazy("What agents read."))]
    text: Annotated[
        Line, Shown(gettext_lazy("Text"), gettext_lazy("What the customer reads; left empty, the value."))
    ] = ""

    def item(self, identifier: str, **more: Any) -> amb.FormItem:
        """Return it as Apple's item."""
        return amb.FormItem(identifier=identifier, title=self.text or self.value, value=self.value, **more)


class Choice(PlainChoice):
    """One answer on offer, which may have a picture."""

    image_url: Annotated[PictureLink, PICTURE] = ""


class BranchingChoice(Choice):
    """One answer on offer, which may lead to a question of its own."""

    next: Next = ""


Several = Field(min_length=2, max_length=50)
ChoicesShown = Shown(gettext_lazy("Choices"), gettext_lazy("Two to ten are easy to read."), each=gettext_lazy("choice"))


class SingleSelect(Question):
    """One of several choices."""

    type: Annotated[Literal["single_select"], Shown(gettext_lazy("Single-select"))] = "single_select"
    choices: Annotated[list[BranchingChoice], Several, ChoicesShown]

    def shape(self, place: Place, context: SendContext) -> dict[str, Any]:
        """Return the choices, each with the page that it leads to, as Apple wants it where one may be chosen."""
        items = tuple(
            choice.item(
                f"{place.number}.{number}",
                image_identifier=context.picture(choice.image_url),
                next_page_identifier=place.after(choice.next or self.next),
            )
            for number, choice in enumerate(self.choices)
        )
        return {"type": "select", "multiple_selection": False, "items": items, "next_page_identifier": None}

    def picture_urls(self) -> Iterator[str]:
        """Yield the choices' pictures."""
        return (choice.image_url for choice in self.choices)

    def targets(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield where each choice leads; choices without a wish follow the question's."""
        if self.next or not self.choices:
            yield ("next",), self.next
        for number, choice in enumerate(self.choices):
            if choice.next or not self.next:
                yield ("choices", number, "next"), choice.next

    def faults(self) -> Iterator[Fault]:
        """Yield values that are there twice, and a warning where there are many."""
        yield from _choice_faults(self.choices)


class MultiSelect(Question):
    """One or more of several choices."""

    type: Annotated[Literal["multi_select"], Shown(gettext_lazy("Multi-select"))] = "multi_select"
    choices: Annotated[list[Choice], Several, ChoicesShown]

    def shape(self, place: Place, context: SendContext) -> dict[str, Any]:
        """Return the choices."""
        items = tuple(
            choice.item(f"{place.number}.{number}", image_identifier=context.picture(choice.image_url))
            for number, choice in enumerate(self.choices)
        )
        return {"type": "select", "multiple_selection": True, "items": items}

    def picture_urls(self) -> Iterator[str]:
        """Yield the choices' pictures."""
        return (choice.image_url for choice in self.choices)

    def faults(self) -> Iterator[Fault]:
        """Yield values that are there twice, and a warning where there are many."""
        yield from _choice_faults(self.choices)


class DropdownPicker(Question):
    """One of many choices on a wheel."""

    type: Annotated[Literal["dropdown_picker"], Shown(gettext_lazy("Dropdown picker"))] = "dropdown_picker"
    choices: Annotated[
        list[PlainChoice],
        Field(min_length=2, max_length=100),
        Shown(gettext_lazy("Choices"), gettext_lazy("In their order."), each=gettext_lazy("choice")),
    ]
    default: Annotated[
        Line,
        Shown(gettext_lazy("Default value"), gettext_lazy("The value chosen at first; left empty, the first one.")),
    ] = ""

    def shape(self, place: Place, _context: SendContext) -> dict[str, Any]:
        """Return the wheel."""
        values = [choice.value for choice in self.choices]
        items = tuple(choice.item(f"{place.number}.{number}") for number, choice in enumerate(self.choices))
        selected = values.index(self.default) if self.default in values else 0
        return {"type": "picker", "items": items, "selected_item_index": selected}

    def faults(self) -> Iterator[Fault]:
        """Yield values that are there twice, and a default that is not among them."""
        yield from _repeated_values(self.choices)
        if self.default and self.default not in {choice.value for choice in self.choices}:
            yield Fault(("default",), _("This is the value of none of the choices."))


class DatePicker(Question):
    """A day, without a time."""

    type: Annotated[Literal["date_picker"], Shown(gettext_lazy("Date picker"))] = "date_picker"
    label: Annotated[Line, Shown(gettext_lazy("Label"))] = ""
    minimum: Annotated[MaybeDay, Shown(gettext_lazy("Min"))] = None
    maximum: Annotated[
        MaybeDay,
        Shown(gettext_lazy("Max"), gettext_lazy("Left empty, the day of answering; a day to come needs it.")),
    ] = None
    start: Annotated[MaybeDay, Shown(gettext_lazy("Start date"), gettext_lazy("Left empty, the day of answering."))] = (
        None
    )

    def shape(self, _place: Place, _context: SendContext) -> dict[str, Any]:
        """Return the calendar."""
        options = amb.FormOptions(
            date_format=DATE_FORMAT,
            start_date=_day(self.start),
            minimum_date=_day(self.minimum),
            maximum_date=_day(self.maximum),
            label_text=self.label or None,
        )
        return {"type": "datePicker", "options": options}

    def faults(self) -> Iterator[Fault]:
        """Yield days that no calendar can offer."""
        last = self.maximum or timezone.localdate()
        if self.minimum and self.minimum > last:
            yield Fault(("minimum",), _after_the_last(self.maximum))
        elif self.start and self.start > last:
            yield Fault(("start",), _after_the_last(self.maximum))
        elif self.start and self.minimum and self.start < self.minimum:
            yield Fault(("start",), _("This lies before Min."))
        elif self.maximum and self.maximum < timezone.localdate() and not self.start:
            yield Fault(("start",), _("Max has passed, so say where the calendar opens."), is_warning=True)


def _typed(question: SingleInput | MultilineInput, input_type: str, context: SendContext) -> dict[str, Any]:
    # What we add ourselves is in the message's language, not in that of whoever sends it.
    with in_language_of(context.locale):
        word = _("Required") if question.required else _("Optional")
    return {
        "required": question.required,
        "input_type": input_type,
        "maximum_character_count": question.maximum_length,
        "regex": amb.regex_to_text(question.regex) if question.regex else None,
        "placeholder": question.placeholder or word,
    }


def _choice_faults(choices: list[BranchingChoice] | list[Choice]) -> Iterator[Fault]:
    yield from _repeated_values(choices)
    if len(choices) > ADVISED_CHOICES:
        yield Fault(
            ("choices",), _("More than ten choices are hard to read; a dropdown picker may suit."), is_warning=True
        )


def _repeated_values(choices: list[BranchingChoice] | list[Choice] | list[PlainChoice]) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, choice in enumerate(choices):
        if choice.value in seen:
            yield Fault(("choices", number, "value"), _("Another choice has this value."))
        seen.add(choice.value)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _after_the_last(maximum: date | None) -> str:
    return _("This lies after Max.") if maximum else _("A day to come can be chosen only with a Max after it.")
