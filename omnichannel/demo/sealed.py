"""Files as Apple's storage has them: ciphertext, an address, a key."""

import base64
import hashlib
import uuid
from dataclasses import dataclass

from conversations.models import Attachment
from omnichannel import amb


@dataclass(frozen=True)
class Seal:
    """Where a file is in the storage, what checks it, and what opens it."""

    url: str
    owner: str
    checksum: bytes
    key: bytes
    ciphertext: bytes

    @property
    def key_text(self) -> str:
        """Return the key as a message carries it."""
        return amb.key_to_text(self.key)

    @property
    def signature_base64(self) -> str:
        """Return the checksum as a message carries it."""
        return base64.b64encode(self.checksum).decode()


@dataclass(frozen=True)
class SealedFile:
    """An attachment with what the storage keeps for it."""

    attachment: Attachment
    seal: Seal


def seal(content: bytes) -> Seal:
    """Return a file encrypted under a key of its own."""
    key, name = amb.new_key(), uuid.uuid4()
    ciphertext = amb.encrypt(content, key)
    # The shape of real checksums: 21 bytes, of which the first is 1.
    digest = hashlib.sha1(ciphertext, usedforsecurity=False).digest()
    return Seal(f"https://content.simulator.example/{name}", f"M{name.hex}.C01SIM", b"\x01" + digest, key, ciphertext)
