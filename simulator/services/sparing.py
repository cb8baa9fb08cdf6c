"""Answers without the keys that some devices leave out."""

from collections.abc import Mapping
from typing import Any

from omnichannel import amb
from simulator.services.answers.answer import parts


def data(full: Mapping[str, Any]) -> dict[str, Any]:
    """Return interactive data with what it takes to be understood, and no more."""
    inner = full.get("data")
    if not isinstance(inner, Mapping):
        return dict(full)
    kept = {name: value for name, value in inner.items() if name != "receivedMessage"}
    for marker, spare in ((amb.Marker.QUICK_REPLY, _spare_reply), (amb.Marker.FORM, _spare_form)):
        if isinstance(kept.get(marker), Mapping):
            kept[marker] = spare(kept[marker])
    return {**full, "data": kept}


def reference(full: Mapping[str, Any]) -> dict[str, Any]:
    """Return a reference whose checksum stands in it as hex alone."""
    return {name: value for name, value in full.items() if name not in {"title", "signature-base64"}}


def _spare_reply(reply: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in reply.items() if name != "selectedIdentifier"}


def _spare_form(form: Mapping[str, Any]) -> dict[str, Any]:
    pages = parts(form, "selections")
    selections = [{**page, "items": [_spare_item(item) for item in parts(page, "items")]} for page in pages]
    return {**form, "selections": selections}


def _spare_item(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in {"title", "type"}}
