"""Custom JSON: calls an iMessage app of the company's own (Create rich messages, Custom JSON)."""
# ruff: noqa: N815  the fields are spelled as in the documented JSON

import re
from datetime import tzinfo
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import AfterValidator, BeforeValidator, StringConstraints

from omnichannel import amb
from richmessages.kinds.fields import PICTURE, Content, Line, PictureLink, Required, Shown
from richmessages.kinds.kind import Answer, AnswerLine, Kind, SendContext
from richmessages.pictures.pointers import pointer

PLUGIN = "com.apple.messages.MSMessageExtensionBalloonPlugin"
DATA_LIMIT = 64 * 1024
# No word of the list names apps. A device that names nothing shows texts, files and links alone.
ANY_CAPABILITY = frozenset(amb.Capability)
APPLES_TEAM = "0000000000"


def _bid(text: str) -> str:
    match = re.fullmatch(re.escape(PLUGIN) + r":([A-Z0-9]{10}):[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", text)
    if match is None:
        raise ValueError(_("Write it as %(plugin)s:team id:extension id.") % {"plugin": PLUGIN})
    if match[1] == APPLES_TEAM:
        raise ValueError(_("This is Apple’s own extension; name your app’s."))
    return text


def _data(text: str) -> str:
    if not text.startswith(("?", "https://")):
        raise ValueError(_("Begin it with a question mark, like ?order=7, or with https://."))
    if any(not sign.isprintable() or sign.isspace() for sign in text):
        raise ValueError(_("Write the address without blanks."))
    if len(text.encode()) > DATA_LIMIT:
        raise ValueError(_("An app takes at most 64 KB."))
    return text


def _number(text: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]{0,17}", text):
        raise ValueError(_("Write the app’s number in the App Store, digits only."))
    return text


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class CustomJson(Content):
    """Which app, what it is told, and the bubble; without the app's number and a bubble Apple refuses it."""

    bid: Annotated[
        Required,
        AfterValidator(_bid),
        Shown(
            "bid", gettext_lazy("Names the app’s extension."), placeholder=f"{PLUGIN}:AB12CD34EF:example.app.messages"
        ),
    ]
    URL: Annotated[
        str,
        StringConstraints(min_length=1),
        AfterValidator(_data),
        Shown("URL", gettext_lazy("What the app is told, mostly a query."), placeholder="?order=7"),
    ]
    appId: Annotated[
        Required,
        BeforeValidator(_as_text),
        AfterValidator(_number),
        Shown(gettext_lazy("App number"), gettext_lazy("The app’s number in the App Store."), placeholder="1234567890"),
    ]
    appName: Annotated[Required, Shown(gettext_lazy("App name"), gettext_lazy("Shown where the app is missing."))]
    iconURL: Annotated[PictureLink, PICTURE] = ""
    messageTitle: Annotated[Required, Shown(gettext_lazy("Message title"))]
    messageSubtitle: Annotated[Line, Shown(gettext_lazy("Message subtitle"))] = ""
    useLiveLayout: Annotated[
        bool, Shown(gettext_lazy("Live layout"), gettext_lazy("The app draws inside the bubble."))
    ] = True


def encode(content: CustomJson, context: SendContext) -> amb.InteractiveData:
    """Return the call. Apps repeat the session, and no request identifier; Apple refuses data in it."""
    icon = context.picture(content.iconURL)
    return amb.InteractiveData(
        bid=content.bid,
        url=content.URL,
        app_id=int(content.appId) if re.fullmatch(r"[1-9][0-9]{0,17}", content.appId) else content.appId,
        app_name=content.appName,
        app_icon=pointer(icon) if icon else None,
        session_identifier=context.request_id,
        use_live_layout=content.useLiveLayout,
        received_message=amb.Bubble(title=content.messageTitle, subtitle=content.messageSubtitle or None),
    )


def fallback(content: CustomJson) -> str:
    """Return the bubble's words."""
    return "\n".join(filter(None, (content.messageTitle, content.messageSubtitle)))


def reads(data: amb.InteractiveData) -> bool:
    """Tell whether an answer comes from an app that is not Apple's."""
    return data.bid != amb.BUSINESS_BID and data.data is None


def read_answer(data: amb.InteractiveData, _zone: tzinfo) -> Answer:
    """Return the words of the app's bubble and what it tells in its address."""
    bubble = data.reply_bubble or data.received_bubble
    texts = _texts(bubble) if bubble else ()
    lines = [AnswerLine("", texts[1:])] if texts[1:] else []
    lines += [AnswerLine("URL", (data.url,))] if data.url else []
    return Answer(texts[0] if texts else data.app_name or _("Answer of an app"), tuple(lines))


def _texts(bubble: amb.Bubble) -> tuple[str, ...]:
    texts = (
        bubble.title,
        bubble.subtitle,
        bubble.image_title,
        bubble.image_subtitle,
        bubble.secondary_subtitle,
        bubble.tertiary_subtitle,
    )
    return tuple(text for text in texts if text)


KIND = Kind(
    slug="custom_json",
    label=gettext_lazy("Custom JSON"),
    tag="custom json",
    hint=gettext_lazy("Opens your own app inside the conversation."),
    content=CustomJson,
    encode=encode,
    fallback=fallback,
    starter={"bid": "", "URL": "", "appId": "", "appName": "", "messageTitle": ""},
    capabilities=ANY_CAPABILITY,
    reads=reads,
    read_answer=read_answer,
)
