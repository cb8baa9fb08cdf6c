"""What stands for a picture in a message that is kept: its name; its bytes are filled in on the way out."""

from collections.abc import Iterator, Mapping
from typing import Any

# No Base64 holds a colon, so that nothing else reads like it.
PREFIX = "picture:"
# Where Apple's messages hold bytes. Anywhere else the same words are only words, which somebody may have written.
PLACES = frozenset({"data", "appIcon"})


def pointer(digest: str) -> str:
    """Return what stands for a picture's bytes."""
    return PREFIX + digest


def digest_of(data: object) -> str | None:
    """Return the picture that a value stands for, None where it is something else."""
    return data.removeprefix(PREFIX) or None if isinstance(data, str) and data.startswith(PREFIX) else None


def digests_in(payload: Any) -> set[str]:
    """Return the names of all pictures in a message."""
    return set(_digests(payload))


def filled(payload: Any, texts: Mapping[str, str]) -> Any:
    """Return the message with the Base64 text of each picture in its place."""
    if isinstance(payload, Mapping):
        return {
            name: texts[digest] if (digest := _named(name, value)) else filled(value, texts)
            for name, value in payload.items()
        }
    return [filled(value, texts) for value in payload] if isinstance(payload, list) else payload


def _digests(payload: Any) -> Iterator[str]:
    if isinstance(payload, Mapping):
        for name, value in payload.items():
            if digest := _named(name, value):
                yield digest
            else:
                yield from _digests(value)
    elif isinstance(payload, list):
        for value in payload:
            yield from _digests(value)


def _named(name: str, value: object) -> str | None:
    return digest_of(value) if name in PLACES else None
