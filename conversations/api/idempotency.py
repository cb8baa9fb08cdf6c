"""Lets a program repeat a request whose answer it never saw, without sending twice.

The key of a sent message names the caller's key and what was to be sent, so one row tells both whether the key came
before and whether it came with the same content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from conversations.api.problems import KeyReused
from conversations.models import Conversation, Message

HEADER = "Idempotency-Key"
LONGEST_KEY = 100


@dataclass(frozen=True)
class Key:
    """A caller's key for one request, and a fingerprint of its content."""

    caller: str
    content: str

    def __str__(self) -> str:
        return f"{self.caller}:{self.content}"

    def answered(self, conversation: Conversation) -> Message | None:
        """Return the message that this key sent already; raise KeyReused where its content was another."""
        sent = conversation.messages.for_transcript().filter(client_key__startswith=f"{self.caller}:").first()
        if sent and sent.client_key != str(self):
            raise KeyReused(_("This key was used for another message. Use a new key for each message."))
        return sent


def key_of(request: Request, text: str, files: Sequence[UploadedFile[Any]]) -> Key | None:
    """Return the key that came with a request, None where none did; it counts for one user's requests only."""
    given = request.headers.get(HEADER)
    if given is None:
        return None
    if not 1 <= len(given) <= LONGEST_KEY:
        raise ValidationError({HEADER: [_("Give a key of 1 to 100 characters.")]})
    # Keys of programs and of the console live in one column; the prefix keeps them apart.
    return Key(f"api:{_digest(f'{request.user.pk}:{given}'.encode())[:32]}", _fingerprint(text, files))


def _fingerprint(text: str, files: Sequence[UploadedFile[Any]]) -> str:
    parts = [text.encode()]
    for file in files:
        parts += [(file.name or "").encode(), _digest_of_file(file).encode()]
    return _digest(b"".join(f"{len(part)}:".encode() + part for part in parts))


def _digest_of_file(file: UploadedFile[Any]) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
