"""Puts ciphertext into Apple's storage and gets it out again."""

import hashlib
from collections.abc import Iterable
from tempfile import SpooledTemporaryFile
from typing import Any

from django.core.files import File
from django.core.files.base import ContentFile
from django.utils import timezone

from omnichannel import amb
from simulator.models import Business, StoredFile

LARGEST_FILE = 100 * 1024 * 1024
CHUNK = 64 * 1024
IN_MEMORY = 1024 * 1024


class WrongLength(Exception):
    """More or fewer bytes came than were announced."""


def announce(business: Business, size: int) -> StoredFile:
    """Return the place that one encrypted file may be uploaded to."""
    return StoredFile.objects.create(business=business, size=size)


def receive(stored: StoredFile, chunks: Iterable[bytes]) -> StoredFile:
    """Keep the announced ciphertext; what is longer or shorter is refused."""
    checksum = hashlib.sha1(usedforsecurity=False)
    with SpooledTemporaryFile(max_size=IN_MEMORY) as spool:
        length = 0
        for chunk in chunks:
            length += len(chunk)
            if length > stored.size:
                raise WrongLength
            checksum.update(chunk)
            spool.write(chunk)
        if length < stored.size:
            raise WrongLength
        spool.seek(0)
        return _keep(stored, File(spool), checksum.digest())


def keep(business: Business, ciphertext: bytes, *, key_text: str = "") -> StoredFile:
    """Keep ciphertext that Apple or a device made."""
    stored = StoredFile.objects.create(business=business, size=len(ciphertext), key_text=key_text)
    digest = hashlib.sha1(ciphertext, usedforsecurity=False).digest()
    return _keep(stored, ContentFile(ciphertext), digest)


def decrypted_start(stored: StoredFile, key_text: str, length: int) -> bytes:
    """Return the first bytes as a device with this key sees them."""
    with stored.content.open("rb") as file:
        return amb.decrypt(file.read(length), amb.key_from_text(key_text))


def decrypted(stored: StoredFile, key_text: str) -> Iterable[bytes]:
    """Yield the file as a device with this key sees it."""
    cipher = amb.Cipher(amb.key_from_text(key_text))
    with stored.content.open("rb") as file:
        for chunk in file.chunks(CHUNK):
            yield cipher.update(chunk)


def _keep(stored: StoredFile, content: "File[Any]", digest: bytes) -> StoredFile:
    # 21 bytes of which the first is 1: the shape of real checksums; how Apple computes them is not known.
    stored.signature = (b"\x01" + digest).hex()
    stored.uploaded_at = timezone.now()
    stored.content.save(str(stored.token), content, save=False)
    stored.save(update_fields=["signature", "uploaded_at", "content"])
    return stored
