"""Forms: up to ten questions, one a page, filled in without leaving the conversation (Create rich messages, Forms)."""

from collections.abc import Iterator
from datetime import tzinfo
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from omnichannel import amb
from richmessages.kinds.bubbles import received, replied
from richmessages.kinds.fields import PICTURE, Content, Line, PictureLink, Required, Shown
from richmessages.kinds.kind import Answer, AnswerLine, Fault, Kind, Path, SendContext
from richmessages.kinds.questions import (
    DatePicker,
    DropdownPicker,
    MultilineInput,
    MultiSelect,
    Place,
    SingleInput,
    SingleSelect,
)

# Ten questions with as many choices as are easy to read, and two long lists beside them.
MOST_CHOICES = 200

Question = Annotated[
    SingleInput | MultilineInput | SingleSelect | MultiSelect | DropdownPicker | DatePicker,
    Field(discriminator="type"),
]


def _start() -> str:
    return _("Start")


class Form(Content):
    """An opening page, the questions, and the bubble that invites to them."""

    title: Annotated[Required, Shown(gettext_lazy("Title"), gettext_lazy("On the opening page."))]
    header: Annotated[Line, Shown(gettext_lazy("Header"), gettext_lazy("A large greeting above the title."))] = ""
    image_url: Annotated[PictureLink, PICTURE] = ""
    start_button: Annotated[Required, Shown(gettext_lazy("Start button"))] = Field(default_factory=_start)
    show_summary: Annotated[
        bool, Shown(gettext_lazy("Show summary page"), gettext_lazy("Lets customers look through their answers."))
    ] = True
    hide_responses: Annotated[
        bool,
        Shown(
            gettext_lazy("Hide customer responses in chat"),
            gettext_lazy("Agents see that the form was submitted, not what was answered."),
        ),
    ] = False
    questions: Annotated[
        list[Question],
        Field(min_length=1, max_length=10),
        Shown(gettext_lazy("Questions"), each=gettext_lazy("question")),
    ]
    message_title: Annotated[Required, Shown(gettext_lazy("Message title"), gettext_lazy("In the bubble."))]
    message_description: Annotated[Line, Shown(gettext_lazy("Message description"))] = ""
    message_image_url: Annotated[PictureLink, PICTURE] = ""


def lint(content: Form) -> Iterator[Fault]:
    """Yield what is wrong within the questions and on the way through them."""
    asked = [each for each in content.questions if isinstance(each, SingleSelect | MultiSelect | DropdownPicker)]
    if sum(len(each.choices) for each in asked) > MOST_CHOICES:
        yield Fault(("questions",), _("A form has at most %(count)s choices in all.") % {"count": MOST_CHOICES})
    places = _places(content)
    yield from _repeated_pages(places)
    yield from _lost_ways(content, places)
    for number, question in enumerate(content.questions):
        for fault in question.faults():
            yield Fault(("questions", number, *fault.path), fault.text, fault.is_warning)
    yield from _unreached(content, places)


def encode(content: Form, context: SendContext) -> amb.InteractiveData:
    """Return the pages with their bubbles."""
    places = _places(content)
    pages = tuple(each.page(place, context) for each, place in zip(content.questions, places, strict=True))
    data = amb.FormData(
        start_page_identifier=places[0].page if places else "0",
        show_summary=content.show_summary,
        private=content.hide_responses,
        splash=amb.FormSplash(
            header=content.header or content.title,
            splashtext=content.title if content.header else "",
            button_title=content.start_button,
            image_identifier=context.picture(content.image_url),
        ),
        pages=pages,
    )
    return amb.InteractiveData(
        data=amb.Data(
            request_identifier=context.request_id,
            images=context.pictures(*_picture_urls(content)),
            dynamic=amb.Form(data=data),
        ),
        received_message=received(
            context, content.message_title, content.message_description, content.message_image_url
        ),
        reply_message=replied(context, content.message_title, image_url=content.message_image_url),
    )


def fallback(content: Form) -> str:
    """Return the questions as words, for a device that shows no forms."""
    lines = [content.message_title, content.message_description, ""]
    lines += [f"{number}. {question.title}" for number, question in enumerate(content.questions, start=1)]
    return "\n".join(line for number, line in enumerate(lines) if line or number > 1)


def read_answer(data: amb.InteractiveData, _zone: tzinfo) -> Answer:
    """Return the values by question; of a form that hides them, only that it was submitted."""
    form = data.data.dynamic if data.data else None
    if form and form.is_private:
        return Answer(_("Form submitted"), is_hidden=True)
    pages = form.selections if form else ()
    lines = tuple(
        AnswerLine(page.subtitle, answers)
        for page in pages
        if (answers := tuple(item.text for item in page.items if item.text))
    )
    return Answer(", ".join(text for line in lines for text in line.answers) or _("Form submitted"), lines)


def _places(content: Form) -> list[Place]:
    pages = [question.id or f"page-{number}" for number, question in enumerate(content.questions, start=1)]
    return [
        Place(number, page, next(iter(pages[number + 1 :]), None), frozenset(pages[number + 1 :]))
        for number, page in enumerate(pages)
    ]


def _repeated_pages(places: list[Place]) -> Iterator[Fault]:
    seen: set[str] = set()
    for place in places:
        if place.page in seen:
            yield Fault(("questions", place.number, "id"), _("Another question has this identifier."))
        seen.add(place.page)


def _lost_ways(content: Form, places: list[Place]) -> Iterator[Fault]:
    """Yield each branch that leads nowhere, or back: only forward, every way through the form ends."""
    known = {place.page for place in places}
    for path, place, wanted in _branches(content, places):
        if wanted and wanted not in known:
            yield Fault(path, _("There is no question with this identifier."))
        elif wanted and wanted not in place.later:
            yield Fault(path, _("Lead to a question further down, or the form would never end."))


def _unreached(content: Form, places: list[Place]) -> Iterator[Fault]:
    reached = {places[0].page} if places else set()
    for _path, place, wanted in _branches(content, places):
        if place.page in reached and (page := place.after(wanted)):
            reached.add(page)
    for place in places:
        if place.page not in reached:
            yield Fault(("questions", place.number), _("No answer leads to this question."), is_warning=True)


def _branches(content: Form, places: list[Place]) -> Iterator[tuple[Path, Place, str]]:
    for question, place in zip(content.questions, places, strict=True):
        for field, wanted in question.targets():
            yield ("questions", place.number, *field), place, wanted


def _picture_urls(content: Form) -> Iterator[str]:
    yield content.message_image_url
    yield content.image_url
    for question in content.questions:
        yield from question.picture_urls()


KIND = Kind(
    slug="form",
    label=gettext_lazy("Forms"),
    tag="forms",
    hint=gettext_lazy("Up to ten questions, answered inside the conversation."),
    content=Form,
    lint=lint,
    encode=encode,
    fallback=fallback,
    starter={
        "title": "",
        "start_button": "Start",
        "questions": [{"type": "single_input", "id": "question-1", "title": ""}],
        "message_title": "",
    },
    marker=amb.Marker.FORM,
    capabilities=frozenset({amb.Capability.FORM}),
    read_answer=read_answer,
)
