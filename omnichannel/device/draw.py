"""Turns a payload into what the device shows; whatever it lacks is left blank."""

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone

from omnichannel import amb
from omnichannel.device.drawn import Bubble, Drawn, Link, Replies, Reply, Shape, Sheet, Unsupported, Words
from omnichannel.device.forms import form_sheet
from omnichannel.device.pictures import Album, Picture, Src
from omnichannel.device.reading import Payload, inside, objects, text
from omnichannel.device.sheets import SignInSheet, app_sheet, list_sheet, payment_sheet, time_sheet

STYLES = ("icon", "small", "large")


def draw(payload: dict[str, Any], *, src: Src, own: bool = False, now: dt.datetime | None = None) -> Drawn:
    """Return a message as the device shows it; an own one is the customer's answer."""
    if _is_link(payload):
        return Drawn(_link(payload, src), own=own)
    marker = _marker(payload)
    if marker is None:
        return unsupported(own=own)
    head = _head(payload, own=own)
    if marker == amb.Marker.QUICK_REPLY:
        replies = inside(payload, "data", marker)
        return Drawn(Words(_chosen_words(replies, head)) if own else _replies(replies), own=own)
    album = Album(payload, src)
    sheet = None if own else _sheet(marker, payload, album, text(head, "title"), now or timezone.now())
    return Drawn(_bubble(payload, head, album), sheet, own)


def unsupported(*, own: bool = False) -> Drawn:
    """Return the note that a device shows in the place of what it cannot draw."""
    return Drawn(Unsupported(), own=own)


def _is_link(payload: Payload) -> bool:
    # A reference to a link has a bid too, but never a bubble.
    return ("assets" in payload or "url" in payload) and not ({"data", "receivedMessage"} & payload.keys())


def _marker(payload: Payload) -> str | None:
    """Return the kind's key, empty for an app of the business's own."""
    bid = text(payload, "bid")
    if bid and bid != amb.BUSINESS_BID:
        return ""
    data = inside(payload, "data")
    found = [marker for marker in amb.Marker if marker in data]
    return found[0] if len(found) == 1 else None


def _head(payload: Payload, *, own: bool) -> Payload:
    names = ("replyMessage", "receivedMessage") if own else ("receivedMessage", "replyMessage")
    places = (payload, inside(payload, "data"))
    return next((head for name in names for place in places if (head := inside(place, name))), {})


def _bubble(payload: Payload, head: Payload, album: Album) -> Bubble:
    style = text(head, "style")
    is_app = not inside(payload, "data")
    return Bubble(
        title=text(head, "title"),
        subtitle=text(head, "subtitle"),
        style=style if style in STYLES and not is_app else "icon",
        picture=None if is_app else album.named_by(head, alt=text(head, "imageDescription")),
        image_title=text(head, "imageTitle"),
        image_subtitle=text(head, "imageSubtitle"),
        secondary_subtitle=text(head, "secondarySubtitle"),
        tertiary_subtitle=text(head, "tertiarySubtitle"),
        app_name=text(payload, "appName"),
    )


def _sheet(marker: str, payload: Payload, album: Album, title: str, now: dt.datetime) -> Sheet | None:
    content = inside(payload, "data", marker)
    sheet: Sheet | None = None
    match marker:
        case amb.Marker.LIST_PICKER:
            sheet = list_sheet(content, album, title)
        case amb.Marker.TIME_PICKER:
            sheet = time_sheet(content, title, now)
        case amb.Marker.FORM:
            sheet = form_sheet(content, album, title)
        case amb.Marker.PAYMENT:
            sheet = payment_sheet(content)
        case amb.Marker.AUTHENTICATE:
            sheet = SignInSheet(title, text(_head(payload, own=False), "subtitle"))
        case "":
            sheet = app_sheet(payload)
    return sheet


def _replies(replies: Payload) -> Replies:
    buttons = tuple(Reply(text(item, "identifier"), text(item, "title")) for item in objects(replies, "items"))
    return Replies(text(replies, "summaryText"), buttons)


def _chosen_words(replies: Payload, head: Payload) -> str:
    chosen = text(replies, "selectedIdentifier")
    titles = {text(item, "identifier"): text(item, "title") for item in objects(replies, "items")}
    return text(head, "title") or titles.get(chosen, "")


def _link(payload: Payload, src: Src) -> Shape:
    url = text(payload, "url")
    parts = _parts(url)
    image = inside(payload, "assets", "image")
    return Link(
        title=text(payload, "title"),
        url=url if parts[0] in {"http", "https"} else "",
        host=parts[1].removeprefix("www."),
        picture=Picture(src(image.get("data"))) if image else None,
        has_video=bool(text(inside(payload, "assets", "video"), "url")),
    )


def _parts(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or ""
    except ValueError:
        return "", ""
