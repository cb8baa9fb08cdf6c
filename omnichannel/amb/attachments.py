"""Keys and encryption of files (Apple, Encrypting an attachment: AES-256, counter mode, counter from zero)."""

import os
from collections.abc import Iterable, Iterator

from cryptography.hazmat.primitives import ciphers
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR

from omnichannel.amb.errors import DecodeError

KEY_SIZE = 32

_PREFIX = "00"
_HEX_DIGITS = frozenset("0123456789abcdefABCDEF")


def new_key() -> bytes:
    """A fresh key; each file gets its own, because the counter always starts at zero."""
    return os.urandom(KEY_SIZE)


def key_to_text(key: bytes) -> str:
    """The key as it travels in a message: two zeros, then hex."""
    return _PREFIX + key.hex()


def key_from_text(text: str) -> bytes:
    """The key of a message; only the first two characters go, since a key may itself begin with zeros."""
    digits = text[len(_PREFIX) :]
    if not text.startswith(_PREFIX) or len(digits) != 2 * KEY_SIZE or not _HEX_DIGITS.issuperset(digits):
        raise DecodeError("The file's key is not 00 followed by 64 hex digits.")
    return bytes.fromhex(digits)


class Cipher:
    """Encrypts or decrypts one file piece by piece: both are the same step in counter mode."""

    def __init__(self, key: bytes) -> None:
        self._context = ciphers.Cipher(AES256(key), CTR(bytes(16))).encryptor()

    def update(self, chunk: bytes) -> bytes:
        """The next piece, of the same length."""
        return self._context.update(chunk)


def encrypt(data: bytes, key: bytes) -> bytes:
    """The file as it is stored at Apple, of the same length."""
    return Cipher(key).update(data)


def decrypt(data: bytes, key: bytes) -> bytes:
    """The file as its sender had it."""
    return Cipher(key).update(data)


def encrypt_stream(chunks: Iterable[bytes], key: bytes) -> Iterator[bytes]:
    """The encrypted pieces of a file that is too large to hold at once."""
    return map(Cipher(key).update, chunks)
