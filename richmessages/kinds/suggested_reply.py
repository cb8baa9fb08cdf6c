"""Suggested reply: two to five buttons under the conversation (Create rich messages, Suggested reply)."""

from datetime import tzinfo
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from omnichannel import amb
from richmessages.kinds.fields import Content, Required, Shown
from richmessages.kinds.kind import Answer, Fault, Kind, SendContext


class SuggestedReply(Content):
    """Its summary is read after the choice, so the question goes ahead as a text of its own."""

    summary: Annotated[
        Required,
        Shown(
            gettext_lazy("Summary text"),
            gettext_lazy("Shown once the customer has chosen, so it cannot be the question."),
            placeholder=gettext_lazy("Your choice"),
        ),
    ]
    options: Annotated[
        list[Annotated[Required, Shown(gettext_lazy("Option"))]],
        Field(min_length=2, max_length=5),
        Shown(gettext_lazy("Options"), gettext_lazy("Two to five short answers to tap."), each=gettext_lazy("option")),
    ]


def lint(content: SuggestedReply) -> list[Fault]:
    """Return a warning for each option that says the same as one before."""
    seen: set[str] = set()
    faults = []
    for number, option in enumerate(content.options):
        if option.casefold() in seen:
            faults.append(Fault(("options", number), _("Two options say the same."), is_warning=True))
        seen.add(option.casefold())
    return faults


def encode(content: SuggestedReply, context: SendContext) -> amb.InteractiveData:
    """Return the buttons; Apple's documentation (Quick reply) sends them without bubbles."""
    items = tuple(
        amb.QuickReplyItem(identifier=str(number), title=title) for number, title in enumerate(content.options)
    )
    buttons = amb.QuickReply(summary_text=content.summary, items=items)
    return amb.InteractiveData(data=amb.Data(request_identifier=context.request_id, quick_reply=buttons))


def fallback(content: SuggestedReply) -> str:
    """Return the options as words, for a device that shows no buttons."""
    return "\n".join(content.options)


def read_answer(data: amb.InteractiveData, _zone: tzinfo) -> Answer:
    """Return the button that was tapped."""
    buttons = data.data.quick_reply if data.data else None
    chosen = buttons.chosen if buttons else None
    return Answer((chosen.title if chosen else amb.answer_title(data)) or _("Nothing chosen"))


KIND = Kind(
    slug="suggested_reply",
    label=gettext_lazy("Suggested reply"),
    tag="suggested reply",
    hint=gettext_lazy("Two to five answers to tap."),
    content=SuggestedReply,
    lint=lint,
    encode=encode,
    fallback=fallback,
    starter={"summary": "", "options": ["", ""]},
    marker=amb.Marker.QUICK_REPLY,
    capabilities=frozenset({amb.Capability.QUICK}),
    editable=("summary", "options.*"),
    read_answer=read_answer,
)
