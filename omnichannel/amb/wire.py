"""What all of Apple's JSON has in common: spelling, leniency in reading, care in parsing."""

import json
import math
from typing import Annotated, Any, NoReturn

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.alias_generators import to_camel

from omnichannel.amb.errors import DecodeError

MAX_DEPTH = 100

_REPLACEMENT = "\ufffd"


class Wire(BaseModel):
    """Apple's JSON: camelCase outside, snake_case here; unknown keys pass by."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True, extra="ignore")


class OpenWire(Wire):
    """JSON of which only a part is known: the rest is kept and sent on."""

    model_config = ConfigDict(extra="allow")


def _number_as_text(value: object) -> object:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _none_when_malformed(value: object, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(value)
    except ValidationError:
        return None


def is_empty(value: object) -> bool:
    """Whether a key may be left out of what we send."""
    return not value


# An optional key of unexpected shape counts as absent: it must not cost the customer's whole message.
Forgiving = WrapValidator(_none_when_malformed)
Text = Annotated[str, BeforeValidator(_number_as_text)]
MaybeText = Annotated[Text | None, Forgiving]
MaybeBool = Annotated[bool | None, Forgiving]
MaybeInt = Annotated[int | None, Forgiving]
MaybeFloat = Annotated[float | None, Forgiving]


def to_json(value: Wire) -> bytes:
    """Compact JSON with Apple's keys; the same bytes for the same value, nothing for what is absent."""
    return value.model_dump_json(by_alias=True, exclude_none=True).encode()


def object_to_json(value: dict[str, Any]) -> bytes:
    """Compact JSON of a plain object."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def parse_object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body, safe to store: finite numbers, modest depth, no broken characters."""
    text = _utf8(body)
    value = _parsed(text)
    if not isinstance(value, dict):
        raise DecodeError("The body is not a JSON object.")
    _refuse_depth(text, value)
    return _storable(value) if "\\u" in text else value


def fault_line(error: ValidationError) -> str:
    """Every fault of a malformed object in one line, each with its path."""
    return "; ".join(f"{'.'.join(map(str, fault['loc'])) or 'body'}: {fault['msg']}" for fault in error.errors())


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DecodeError("The body is not UTF-8.") from None


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
    except (ValueError, RecursionError):
        raise DecodeError("The body is not valid JSON.") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(digits)
    return number


def _refuse_depth(text: str, value: object) -> None:
    if text.count("[") + text.count("{") > MAX_DEPTH and _depth(value) > MAX_DEPTH:
        raise DecodeError("The body is nested too deeply.")


def _depth(value: object) -> int:
    depth, level = 0, [value]
    while level := [child for parent in level for child in _children(parent)]:
        depth += 1
    return depth


def _children(parent: object) -> list[Any]:
    if isinstance(parent, dict):
        return list(parent.values())
    return parent if isinstance(parent, list) else []


def _storable(value: Any) -> Any:
    if isinstance(value, dict):
        return {_storable(key): _storable(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_storable(child) for child in value]
    return _mended(value) if isinstance(value, str) else value


def _mended(text: str) -> str:
    # Half an emoji or a NUL is legal JSON, and no database takes it.
    return text.replace("\0", _REPLACEMENT).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
