"""Takes out of a log line what must never stand in one: by the name it goes by, and by what it looks like."""

import re
from collections.abc import Mapping, MutableMapping
from functools import lru_cache
from typing import Any

REMOVED = "[removed]"
# A value is dropped when any word of its name is one of these: api_token, client_key, user_agent.
SECRET_WORDS = frozenset(
    {
        *("authorization", "cookie", "cookies", "key", "keys", "password", "passwords", "passwd", "secret", "secrets"),
        *("signature", "signatures", "token", "tokens"),
        *("body", "bodies", "email", "emails", "ip", "ips", "subject", "subjects", "text", "texts"),
    }
)
SECRET_NAMES = frozenset({"user_agent", "useragent", "remote_addr", "query_string"})
# Ours, and checked where they come in; as long as some secrets are.
IDS = frozenset({"request_id", "rung_by", "task_id"})
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")

# A name, a number, a state: too short and too plain to hide anything, and most of what is logged.
HARMLESS = re.compile(r"[\w.:+-]{0,32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

CREDENTIALS = re.compile(r"\b(Bearer|Basic)\s+(?!\[removed\])[^\s\"',;]+", re.IGNORECASE)
USER_INFO = re.compile(r"(?<=://)[^\s/@\"']+(?=@)")
QUERY = re.compile(r"(?<=\?)[^\s\"'<>?=]*=[^\s\"'<>]*")
# PostgreSQL quotes the row, and with it the customer's words, in these parts of what it says.
ROW = re.compile(r"(?:\b(?:DETAIL|CONTEXT|LINE \d+):|Failing row contains|Key \().*", re.DOTALL)
SIGNED = re.compile(r"\beyJ[\w-]{6,}\.[\w-]+(?:\.[\w-]*)?")
# Long enough for a key or a token. The frames of a traceback name files, whose paths can look like one.
LONG = re.compile(r"^  File \"[^\"\n]*\", line \d+, in |[A-Za-z0-9+/_-]{33,}={0,2}", re.MULTILINE)
PLAIN = re.compile(r"[a-z0-9_/-]+")
HEX_KEY = re.compile(r"(?:[0-9a-f]{2}){20,}")
UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def scrub(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Return a log event without secrets and without words that people wrote; the last step before it is printed."""
    return _mapping(event)


def scrubbed(text: str) -> str:
    """Return a text in which whatever looks like a secret, a query or a row of the database is taken out."""
    if HARMLESS.fullmatch(text):
        return text
    text = ROW.sub(REMOVED, text)
    text = CREDENTIALS.sub(rf"\1 {REMOVED}", text)
    text = USER_INFO.sub(REMOVED, text)
    text = QUERY.sub(REMOVED, text)
    text = SIGNED.sub(REMOVED, text)
    return LONG.sub(_unless_plain, text)


@lru_cache(maxsize=1024)
def is_secret(name: str) -> bool:
    """Tell whether a value must not be shown, going by its name."""
    lowered = name.lower().replace("-", "_")
    return lowered in SECRET_NAMES or any(word.lower() in SECRET_WORDS for word in WORD.findall(name))


def _mapping(values: Mapping[Any, Any]) -> dict[str, Any]:
    return {_name(name): _named(str(name), value) for name, value in values.items()}


def _name(name: object) -> str:
    return name if isinstance(name, str) and name.isidentifier() else scrubbed(str(name))


def _named(name: str, value: object) -> object:
    if isinstance(value, str) and name in IDS:
        return value
    if value is None or isinstance(value, bool):
        return value
    return REMOVED if is_secret(name) else _value(value)


def _value(value: object) -> object:
    if isinstance(value, str):
        # An enumeration is a text of another type.
        return scrubbed(str(value))
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return _mapping(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_value(each) for each in value]
    return REMOVED if isinstance(value, bytes | bytearray | memoryview) else scrubbed(_shown(value))


def _shown(value: object) -> str:
    return type(value).__name__ if isinstance(value, BaseException) else str(value)


def _unless_plain(found: re.Match[str]) -> str:
    run = found.group()
    is_name = PLAIN.fullmatch(run) and not HEX_KEY.fullmatch(run)
    return run if run.startswith("  File ") or is_name or UUID.fullmatch(run) else REMOVED
