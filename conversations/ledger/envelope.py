"""Shows the shape of a body without its words: what somebody wrote, chose or signed never leaves the row."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from omnichannel import amb

# A list or an object longer than this is cut: what matters is its shape.
SHOWN = 50
UUID = r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
ID = rf"{UUID}|urn:(mbid|biz):[A-Za-z0-9+/=_.-]{{1,1024}}"
COUNT = r"[0-9]{1,20}"
# Values that may be seen, by key: each only while it looks as such a value must.
PLAIN = {
    "id": ID,
    "sourceId": ID,
    "destinationId": ID,
    "sessionIdentifier": UUID,
    "requestIdentifier": UUID,
    "type": r"[A-Za-z_]{1,24}",
    "locale": r"[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8}){0,3}",
    "mimeType": r"[a-z]{1,16}/[a-z0-9.+-]{1,80}",
    "mime-type": r"[a-z]{1,16}/[a-z0-9.+-]{1,80}",
    "bid": r"com\.apple\.[A-Za-z0-9.:_-]{1,200}",
    "version": r"[0-9]{1,4}(\.[0-9]{1,4}){0,3}",
    "mspVersion": r"[0-9]{1,4}(\.[0-9]{1,4}){0,3}",
    "v": COUNT,
    "size": COUNT,
    "file-size": COUNT,
}
# `type` says what a message is only at the top; deeper down it may be anything.
ONLY_AT_THE_TOP = frozenset({"type"})
# Apple's keys are names; anything else in their place is somebody's text.
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
ADDRESSES = ("url",)
SECRETS = ("key", "decryption-key", "token", "signature", "signature-base64", "datarefsig", "owner", "mmcs-owner")


@dataclass(frozen=True)
class Envelope:
    """A body as it may be shown: its shape, empty where it is no JSON object, its size and its fingerprint."""

    shape: str
    size: int
    digest: str


def envelope(body: bytes) -> Envelope:
    """Return the shape of a body."""
    digest = hashlib.sha256(body).hexdigest()
    try:
        content = amb.parse_object(body)
    except amb.DecodeError:
        return Envelope("", len(body), digest)
    shape = json.dumps(_object(content, is_top=True), ensure_ascii=False, indent=2)
    return Envelope(shape, len(body), digest)


def _object(content: dict[str, Any], *, is_top: bool = False) -> dict[str, Any]:
    shape: dict[str, Any] = {}
    for place, (key, value) in enumerate(content.items()):
        if place == SHOWN:
            shape["…"] = _more(len(content) - SHOWN)
            break
        shape[_name(key, place)] = _value(key, value, is_top=is_top)
    return shape


def _name(key: str, place: int) -> str:
    # The place keeps two such keys apart.
    return key if NAME.fullmatch(key) else f"‹{place + 1}: {_what('', key)}›"


def _value(key: str, value: Any, *, is_top: bool = False) -> Any:
    match value:
        case dict():
            shape: Any = _object(value)
        case list():
            shown = [_value(key, each) for each in value[:SHOWN]]
            shape = shown if len(value) <= SHOWN else [*shown, _more(len(value) - SHOWN)]
        case bool() | None:
            shape = value
        case _ if _may_be_seen(key, str(value), is_top=is_top):
            shape = value
        case str():
            shape = f"‹{_what(key, value)}›"
        case _:
            shape = f"‹{_('number')}›"
    return shape


def _may_be_seen(key: str, text: str, *, is_top: bool) -> bool:
    pattern = PLAIN.get(key) if is_top or key not in ONLY_AT_THE_TOP else None
    return pattern is not None and re.fullmatch(pattern, text) is not None


def _what(key: str, text: str) -> str:
    count = {"count": len(text)}
    if key.lower().endswith(ADDRESSES):
        return ngettext("address, %(count)s character", "address, %(count)s characters", len(text)) % count
    if key.lower() in SECRETS:
        return ngettext("secret, %(count)s character", "secret, %(count)s characters", len(text)) % count
    return ngettext("text, %(count)s character", "text, %(count)s characters", len(text)) % count


def _more(count: int) -> str:
    return pgettext("entries of a list", "‹and %(count)s more›") % {"count": count}
