"""HTTP headers on both ways, and what they tell of the customer's device."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from urllib.parse import unquote

from omnichannel.amb.errors import DecodeError
from omnichannel.amb.identifiers import is_same, is_uuid
from omnichannel.amb.messages import Message

AGENT_NAME_LIMIT = 64

_PLAIN_SPELLING = str.maketrans({"ß": "ss", "æ": "ae", "Æ": "Ae", "ø": "o", "Ø": "O", "œ": "oe", "ł": "l", "Ł": "L"})


class Capability(StrEnum):
    """What a device can show beyond text, files, rich links and Apple Pay."""

    QUICK = "QUICK"
    LIST = "LIST"
    TIME = "TIME"
    AUTH = "AUTH"
    AUTH2 = "AUTH2"
    FORM = "FORM"


def parse_capabilities(header: str | None) -> tuple[str, ...]:
    """The device's capabilities, sorted; words that we do not know yet are kept."""
    # A NUL can be spelled in a header, and no database takes it.
    words = (word.replace("\0", "").strip().upper() for word in unquote(header or "").split(","))
    return tuple(sorted({word for word in words if word}))


@dataclass(frozen=True)
class InboundHeaders:
    """The headers of a call by Apple."""

    id: str
    source_id: str
    destination_id: str
    capabilities: tuple[str, ...] = ()
    device_agent: str = ""

    @classmethod
    def read(cls, headers: Mapping[str, str]) -> Self:
        """The headers by name, in any letter case."""
        by_name = {name.lower(): value.strip() for name, value in headers.items()}
        return cls(
            id=_uuid(_required(by_name, "id")),
            source_id=_required(by_name, "source-id"),
            destination_id=_required(by_name, "destination-id"),
            capabilities=parse_capabilities(by_name.get("capability-list")),
            device_agent=by_name.get("device-agent", ""),
        )


def check_headers(message: Message, headers: InboundHeaders) -> None:
    """Pass only a body that agrees with its headers."""
    for name, in_body, in_header in (
        ("id", message.id, headers.id),
        ("sourceId", message.source_id, headers.source_id),
        ("destinationId", message.destination_id, headers.destination_id),
    ):
        if not is_same(in_body, in_header):
            raise DecodeError(f"{name} differs between headers and body.")


def outbound_headers(
    message: Message,
    *,
    authorization: str,
    auto_reply: bool | None = None,
    agent_name: str = "",
    want_reference: bool = False,
) -> dict[str, str]:
    """The headers of a message to Apple."""
    headers = {
        "Authorization": authorization,
        "Content-Type": "application/json",
        "id": message.id,
        "source-id": message.source_id,
        "destination-id": message.destination_id,
    }
    optional = {
        "auto-reply": "" if auto_reply is None else str(auto_reply).lower(),
        "msp-agent": _header_text(agent_name)[:AGENT_NAME_LIMIT].strip(),
        "include-data-ref": "true" if want_reference else "",
    }
    return headers | {name: value for name, value in optional.items() if value}


def _required(headers: Mapping[str, str], name: str) -> str:
    if not headers.get(name):
        raise DecodeError(f"The header {name} is missing.")
    return headers[name]


def _uuid(text: str) -> str:
    if not is_uuid(text):
        raise DecodeError("The header id is not a UUID.")
    return text


def _header_text(name: str) -> str:
    # Header values are ASCII on every path; an accent is worth less than a delivered message.
    spelled = unicodedata.normalize("NFKD", name.translate(_PLAIN_SPELLING)).encode("ascii", "ignore").decode()
    return " ".join("".join(letter if letter.isprintable() else " " for letter in spelled).split())
