"""Reads the body of a message as strictly as Apple's gateway does."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from omnichannel import amb
from simulator.gateway.answers import Refusal
from simulator.gateway.caller import required

TYPES = ("text", "interactive", "richLink", "typing_start", "typing_end", "close")


def read(request: HttpRequest) -> dict[str, Any]:
    """Return the message in a request whose body and headers agree, or refuse with the reason."""
    try:
        content = amb.parse_object(request.body)
    except amb.DecodeError as fault:
        raise Refusal(400, str(fault)) from fault
    _check_common(content)
    _check_agreement(content, request)
    _check_kind(content)
    return content


def _check_common(content: Mapping[str, Any]) -> None:
    if content.get("v") != 1 or isinstance(content["v"], bool):
        raise Refusal(400, "v must be 1.")
    for name in ("id", "type", "sourceId", "destinationId"):
        if not isinstance(content.get(name), str) or not content[name]:
            raise Refusal(400, f"{name} must be a text.")
    if not amb.is_uuid(content["id"]):
        raise Refusal(400, "id must be a UUID.")
    if content["type"] not in TYPES:
        raise Refusal(400, "type is not known.")


def _check_agreement(content: Mapping[str, Any], request: HttpRequest) -> None:
    for key, name in (("id", "id"), ("sourceId", "source-id"), ("destinationId", "destination-id")):
        if not amb.is_same(content[key], required(request, name)):
            raise Refusal(400, f"Incorrect {key}: body and header {name} differ.")


def _check_kind(content: Mapping[str, Any]) -> None:
    kind = content["type"]
    if kind == "close":
        raise Refusal(400, "Only the customer closes a conversation.")
    if kind == "text" and (not isinstance(content.get("body"), str) or not content["body"]):
        raise Refusal(400, "A text needs a body.")
    if kind == "interactive" and not (
        _is_object(content, "interactiveData") or _is_object(content, "interactiveDataRef")
    ):
        raise Refusal(400, "An interactive message needs interactiveData or interactiveDataRef.")
    if kind == "richLink" and _is_object(content, "richLinkData") == _is_object(content, "richLinkDataRef"):
        raise Refusal(400, "A rich link needs exactly one of richLinkData and richLinkDataRef.")


def _is_object(content: Mapping[str, Any], name: str) -> bool:
    return isinstance(content.get(name), dict)
