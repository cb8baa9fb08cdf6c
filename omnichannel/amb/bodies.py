"""Webhook bodies arrive compressed: how to open them without being harmed."""

import gzip
import io
import zlib

from omnichannel.amb.errors import BodyTooLarge, DecodeError

MIB = 1024 * 1024
BODY_LIMIT = 10 * MIB

_CHUNK = 64 * 1024
_MAGIC = b"\x1f\x8b"


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
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                _refuse_above(limit, size)
                chunks.append(chunk)
    except (OSError, EOFError, zlib.error):
        raise DecodeError("The body is not complete and correct gzip.") from None
    return b"".join(chunks)


def _refuse_above(limit: int, size: int) -> None:
    if size > limit:
        raise BodyTooLarge(f"The body is larger than {limit} bytes.")
