"""List picker: sections of options, to choose one or several (Create rich messages, List picker)."""

from collections.abc import Iterator
from datetime import tzinfo
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from omnichannel import amb
from richmessages.kinds.bubbles import received, replied
from richmessages.kinds.fields import PICTURE, Content, Line, Part, PictureLink, Required, Shown
from richmessages.kinds.kind import Answer, AnswerLine, Fault, Kind, SendContext

# Nobody scrolls further on a phone, and a designer's page of more would be slow.
MOST_OPTIONS = 100


class Option(Part):
    """One line to choose."""

    title: Annotated[Required, Shown(gettext_lazy("Option title"), gettext_lazy("Becomes the customer’s reply."))]
    subtitle: Annotated[Line, Shown(gettext_lazy("Option subtitle"))] = ""
    image_url: Annotated[PictureLink, PICTURE] = ""


class Section(Part):
    """A headed group of options."""

    title: Annotated[Required, Shown(gettext_lazy("Section title"))]
    allow_multi_select: Annotated[bool, Shown(gettext_lazy("Allow multi-select"))] = False
    options: Annotated[
        list[Option],
        Field(min_length=1, max_length=MOST_OPTIONS),
        Shown(gettext_lazy("Options"), each=gettext_lazy("option")),
    ]


class ListPicker(Content):
    """What the bubble says, and what the list offers."""

    title: Annotated[Required, Shown(gettext_lazy("Message title"), gettext_lazy("Also heads the list."))]
    subtitle: Annotated[Line, Shown(gettext_lazy("Message subtitle"))] = ""
    image_url: Annotated[PictureLink, PICTURE] = ""
    sections: Annotated[
        list[Section], Field(min_length=1, max_length=20), Shown(gettext_lazy("Sections"), each=gettext_lazy("section"))
    ]
    response: Annotated[
        Line, Shown(gettext_lazy("Response message"), gettext_lazy("Stands under the customer’s choice."))
    ] = ""


def lint(content: ListPicker) -> Iterator[Fault]:
    """Yield that there are too many options to scroll through."""
    if sum(len(section.options) for section in content.sections) > MOST_OPTIONS:
        yield Fault(("sections",), _("A list has at most %(count)s options in all.") % {"count": MOST_OPTIONS})


def encode(content: ListPicker, context: SendContext) -> amb.InteractiveData:
    """Return the list with its bubbles; identifiers are unique across all sections, as Apple wants them."""
    sections = tuple(_section(number, section, context) for number, section in enumerate(content.sections))
    return amb.InteractiveData(
        data=amb.Data(
            request_identifier=context.request_id,
            images=context.pictures(*_picture_urls(content)),
            list_picker=amb.ListPicker(sections=sections),
        ),
        received_message=received(context, content.title, content.subtitle, content.image_url),
        reply_message=replied(context, content.title, content.response, content.image_url),
    )


def fallback(content: ListPicker) -> str:
    """Return the list as words, for a device that shows none."""
    lines = [content.title, content.subtitle]
    for section in content.sections:
        lines += ["", section.title, *(f"• {option.title}" for option in section.options)]
    return "\n".join(line for number, line in enumerate(lines) if line or number > 1)


def read_answer(data: amb.InteractiveData, _zone: tzinfo) -> Answer:
    """Return the chosen titles, by section where there are several."""
    picker = data.data.list_picker if data.data else None
    sections = [section for section in picker.sections if section.items] if picker else []
    lines = tuple(
        AnswerLine(section.title if len(sections) > 1 else "", tuple(item.title for item in section.items))
        for section in sections
    )
    chosen = ", ".join(title for line in lines for title in line.answers)
    return Answer(chosen or amb.answer_title(data) or _("Nothing chosen"), lines if len(lines) > 1 else ())


def _section(number: int, section: Section, context: SendContext) -> amb.ListSection:
    items = tuple(
        amb.ListItem(
            identifier=f"{number}.{place}",
            title=option.title,
            subtitle=option.subtitle or None,
            image_identifier=context.picture(option.image_url),
            order=place,
            style="icon" if context.picture(option.image_url) else "default",
        )
        for place, option in enumerate(section.options)
    )
    return amb.ListSection(
        title=section.title, order=number, multiple_selection=section.allow_multi_select, items=items
    )


def _picture_urls(content: ListPicker) -> Iterator[str]:
    yield content.image_url
    for section in content.sections:
        for option in section.options:
            yield option.image_url


KIND = Kind(
    slug="list_picker",
    label=gettext_lazy("List picker"),
    tag="list picker",
    hint=gettext_lazy("Sections of options, to choose one or several."),
    content=ListPicker,
    lint=lint,
    encode=encode,
    fallback=fallback,
    starter={"title": "", "sections": [{"title": "", "options": [{"title": ""}]}]},
    marker=amb.Marker.LIST_PICKER,
    capabilities=frozenset({amb.Capability.LIST}),
    editable=(
        "title",
        "subtitle",
        "sections.*.title",
        "sections.*.options.*.title",
        "sections.*.options.*.subtitle",
        "response",
    ),
    read_answer=read_answer,
)
