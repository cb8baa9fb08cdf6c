"""Webhook bodies arrive compressed: how to open them without being harmed."""

import gzip
import zlib
from collections.abc import Iterator

from omnichannel.amb.errors import BodyTooLarge, DecodeError

MIB = 1024 * 1024
BODY_LIMIT = 10 * MIB

_CHUNK = 256 * 1024
_MAGIC = b"\x1f\x8b"
_GZIP = 16 + zlib.MAX_WBITS
# Gzip may be a chain of complete pieces. Apple sends one; each costs a copy of all that follows it.
_MOST_PIECES = 16


def inflate(body: bytes, *, content_encoding: str = "", limit: int = BODY_LIMIT) -> bytes:
    """The plain body, opened when the header or its first bytes say gzip; refused as soon as it passes the limit."""
    _refuse_above(limit, len(body))
    if body.startswith(_MAGIC) or _says_gzip(content_encoding):
        return _opened(body, limit)
    return body


def deflate(body: bytes) -> bytes:
    """The body as Apple sends it: gzip, the same bytes for the same input."""
    return gzip.compress(body, mtime=0)


def _says_gzip(content_encoding: str) -> bool:
    encoding = content_encoding.strip().lower()
    if encoding not in {"", "identity", "gzip", "x-gzip"}:
        raise DecodeError("The content encoding is neither gzip nor plain.")
    return encoding.endswith("gzip")


def _opened(body: bytes, limit: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    for _ in range(_MOST_PIECES):
        if not body:
            return b"".join(chunks)
        stream = zlib.decompressobj(_GZIP)
        for chunk in _chunks(stream, body):
            size += len(chunk)
            _refuse_above(limit, size)
            chunks.append(chunk)
        body = stream.unused_data.lstrip(b"\0")
    raise DecodeError("The body is gzip of too many pieces.")


def _chunks(stream: "zlib._Decompress", body: bytes) -> Iterator[bytes]:
    """What the first piece of the body holds, a little at a time."""
    while not stream.eof:
        try:
            chunk = stream.decompress(body, _CHUNK)
        except zlib.error:
            raise DecodeError("The body is not complete and correct gzip.") from None
        if not (chunk or stream.eof):
            raise DecodeError("The body is not complete and correct gzip.")
        yield chunk
        body = stream.unconsumed_tail


def _refuse_above(limit: int, size: int) -> None:
    if size > limit:
        raise BodyTooLarge(f"The body is larger than {limit} bytes.")
