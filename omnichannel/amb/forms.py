"""Forms: pages that branch, and the answers that come back."""

import json

from pydantic import Field

from omnichannel.amb.errors import DecodeError
from omnichannel.amb.wire import MaybeBool, MaybeInt, MaybeText, OpenWire, Text, Wire, is_empty

FORM_VERSION = "1.2"
FORM_TEMPLATE = "messageForms"


class FormSplash(Wire):
    """What the form shows before its first page."""

    header: Text
    splashtext: Text
    button_title: Text
    image_identifier: MaybeText = None


class FormItem(Wire):
    """One answer on offer; where only one may be chosen it can name the page to go to."""

    identifier: Text
    title: Text = ""
    value: Text = ""
    image_identifier: MaybeText = None
    next_page_identifier: MaybeText = None


class FormOptions(OpenWire):
    """How a date or a text is to be entered."""

    required: MaybeBool = None
    input_type: MaybeText = None
    maximum_character_count: MaybeInt = None
    regex: MaybeText = None
    placeholder: MaybeText = None
    label_text: MaybeText = None
    prefix_text: MaybeText = None
    keyboard_type: MaybeText = None
    text_content_type: MaybeText = None
    date_format: MaybeText = None
    start_date: MaybeText = None
    minimum_date: MaybeText = None
    maximum_date: MaybeText = None


class FormPage(Wire):
    """One question; its type is select, picker, datePicker or input."""

    page_identifier: Text
    type: Text
    title: MaybeText = None
    subtitle: Text = ""
    next_page_identifier: MaybeText = None
    submit_form: MaybeBool = None
    multiple_selection: MaybeBool = None
    picker_title: MaybeText = None
    selected_item_index: MaybeInt = None
    hint_text: MaybeText = None
    options: FormOptions | None = None
    items: tuple[FormItem, ...] = Field((), exclude_if=is_empty)


class FormData(Wire):
    """The questions of a form."""

    start_page_identifier: Text = "0"
    show_summary: MaybeBool = None
    private: MaybeBool = None
    splash: FormSplash | None = None
    pages: tuple[FormPage, ...] = ()


class FormAnswer(Wire):
    """One value that the customer gave."""

    identifier: Text = ""
    title: MaybeText = None
    value: MaybeText = None
    type: MaybeText = None

    @property
    def text(self) -> str:
        """The answer in words: its value, which is what the business named it, else what the customer read."""
        return self.value or self.title or ""


class FormSelection(Wire):
    """The answers on one visited page."""

    page_identifier: Text
    subtitle: Text = ""
    items: tuple[FormAnswer, ...] = ()


class Form(Wire):
    """A form on its way out, with data, or on its way back, with selections."""

    version: Text = FORM_VERSION
    template: Text = FORM_TEMPLATE
    data: FormData | None = None
    selections: tuple[FormSelection, ...] = Field((), exclude_if=is_empty)
    private: MaybeBool = None

    @property
    def is_private(self) -> bool:
        """Whether agents must not see the answers."""
        return bool(self.private or (self.data and self.data.private))


def regex_to_text(pattern: str) -> str:
    """The regex option's value: a pattern that is itself encoded as JSON, quotes and all."""
    return json.dumps(pattern, ensure_ascii=False)


def regex_from_text(text: str) -> str:
    """The pattern inside a regex option's value."""
    try:
        pattern = json.loads(text)
    except (ValueError, RecursionError):
        pattern = None
    if not isinstance(pattern, str):
        raise DecodeError("The regex is not JSON text.")
    return pattern
