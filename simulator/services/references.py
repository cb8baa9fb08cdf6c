"""Large interactive data outside its message: packed, encrypted, stored and pointed at."""

import json
from collections.abc import Mapping
from typing import Any

from omnichannel import amb
from simulator.models import Business, StoredFile
from simulator.services import storage

# Apple's documentation says 10 KB; whether it counts in thousands is not known.
INLINE_LIMIT = 10_240


def pack(data: Mapping[str, Any]) -> bytes:
    """Return interactive data as an opaque blob; the real one is private to Apple."""
    return amb.deflate(_json(data))


def unpack(blob: bytes) -> dict[str, Any]:
    """Return the interactive data of a blob, or raise ValueError."""
    try:
        data = json.loads(amb.inflate(blob))
    except amb.DecodeError as fault:
        raise ValueError(str(fault)) from fault
    if not isinstance(data, dict):
        raise ValueError("The payload is not an object.")
    return data


def is_large(data: Mapping[str, Any]) -> bool:
    """Tell whether interactive data does not travel inside a message."""
    return len(_json(data)) > INLINE_LIMIT


def refer(business: Business, data: Mapping[str, Any]) -> dict[str, Any]:
    """Store the data and return the reference that a device's reply carries, with its hex in lower case."""
    key = amb.new_key()
    stored = storage.keep(business, amb.encrypt(pack(data), key))
    return _pointer(stored, data) | {"key": amb.key_to_text(key)}


def lend(business: Business, data: Mapping[str, Any]) -> dict[str, Any]:
    """Store the data and return a reference that the provider may send again; its key stays here."""
    key = amb.new_key()
    stored = storage.keep(business, amb.encrypt(pack(data), key), key_text=amb.key_to_text(key))
    return _pointer(stored, data) | {"dataRefSig": stored.token.hex}


def redeem(business: Business, reference: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the data that a lent reference stands for, or nothing when it is foreign or altered."""
    stored, data = _lent(business, reference)
    if stored is None:
        return None
    return data if _is_as_issued(_pointer(stored, data) | {"dataRefSig": stored.token.hex}, reference) else None


def lend_link(business: Business, link: Mapping[str, Any]) -> dict[str, Any]:
    """Store a link and return the reference that a rich link may carry in its place."""
    key_text = amb.key_to_text(amb.new_key())
    stored = storage.keep(business, amb.encrypt(pack(link), amb.key_from_text(key_text)), key_text=key_text)
    return _link_pointer(stored, link)


def redeem_link(business: Business, reference: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the link that a lent reference stands for, or nothing when it is foreign or altered."""
    stored, link = _lent(business, reference)
    if stored is None or "url" not in link:
        return None
    return link if _is_as_issued(_link_pointer(stored, link), reference) else None


def _lent(business: Business, reference: Mapping[str, Any]) -> tuple[StoredFile | None, dict[str, Any]]:
    stored = StoredFile.objects.filter(business=business, url=str(reference.get("url"))).first()
    if stored is None or not stored.key_text:
        return None, {}
    return stored, unpack(b"".join(storage.decrypted(stored, stored.key_text)))


def _is_as_issued(issued: Mapping[str, Any], reference: Mapping[str, Any]) -> bool:
    return issued == {name: reference.get(name) for name in issued}


def _link_pointer(stored: StoredFile, link: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": link["title"],
        "url": stored.url,
        "owner": stored.owner,
        "size": stored.size,
        "key": stored.key_text,
        "signature-base64": stored.signature_base64,
        "dataRefSig": stored.token.hex,
    }


def _pointer(stored: StoredFile, data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "bid": data.get("bid", ""),
        "url": stored.url,
        "owner": stored.owner,
        "size": stored.size,
        "signature": stored.signature,
        "signature-base64": stored.signature_base64,
        "title": title(data),
    }


def title(data: Mapping[str, Any]) -> str:
    """Return what a bubble of this data is headed with."""
    inner = data.get("data")
    for place in (data, inner if isinstance(inner, Mapping) else {}):
        for name in ("replyMessage", "receivedMessage") if place is inner else ("receivedMessage", "replyMessage"):
            bubble = place.get(name)
            if isinstance(bubble, Mapping) and isinstance(bubble.get("title"), str):
                return str(bubble["title"])
    return ""


def _json(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
