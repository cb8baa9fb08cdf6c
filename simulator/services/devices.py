"""What a device makes of things: which files it can show, which kinds of messages it knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import filetype

from omnichannel import amb
from simulator.models import StoredFile
from simulator.services import storage

LOOK_AT_BYTES = 8192
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
NEEDS = {
    "quick-reply": {"QUICK"},
    "listPicker": {"LIST"},
    "event": {"TIME"},
    "dynamic": {"FORM"},
    "authenticate": {"AUTH", "AUTH2"},
}


@dataclass(frozen=True)
class Seen:
    """What a device finds in a file once it is decrypted."""

    image_type: str = ""
    is_broken: bool = False


def look_at(stored: StoredFile, key_text: str, mime_type: str) -> Seen:
    """Return what a device with this key can show: with a wrong key, or a wrong type, the file looks broken."""
    start = storage.decrypted_start(stored, key_text, LOOK_AT_BYTES)
    if image_type := image_type_of(start):
        return Seen(image_type=image_type)
    return Seen(is_broken=_is_recognisable(mime_type) and filetype.guess(start) is None)


def image_type_of(start: bytes) -> str:
    """Return the type of the image that begins so, empty when a device shows none."""
    found = filetype.guess_mime(start)
    return found if found in IMAGES else ""


def missing_capability(data: Mapping[str, Any], capabilities: list[str]) -> str:
    """Return the capability that a device lacks for these interactive data, if any."""
    inner = data.get("data")
    for marker, needed in NEEDS.items():
        if isinstance(inner, Mapping) and marker in inner and not needed & set(capabilities):
            return "/".join(sorted(needed))
    return ""


def is_foreign(bid: object) -> bool:
    """Tell whether interactive data belongs to another company's app."""
    return isinstance(bid, str) and bid != amb.BUSINESS_BID


def _is_recognisable(mime_type: str) -> bool:
    # Of these types a good file always shows its type in its first bytes; plain text, for one, does not.
    return (mime_type.startswith("image/") and mime_type != "image/svg+xml") or mime_type == "application/pdf"
