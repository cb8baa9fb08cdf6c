"""Files of a message, in either direction."""

from typing import ClassVar
from uuid import uuid4

from django.db import models

from conversations.models.message import Message
from conversations.models.remote import Fetch, Remote
from omnichannel.common.encryption import EncryptedTextField


def stored_name(_attachment: "Attachment", _name: str) -> str:
    """Return a path that tells nothing and cannot be guessed; the customer's file name stays in the row."""
    key = uuid4().hex
    return f"attachments/{key[:2]}/{key}"


class Attachment(Remote):
    """A file: inbound it waits to be fetched, outbound it waits to be uploaded."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=255)
    mime_type = models.CharField(max_length=127)
    size = models.PositiveBigIntegerField(default=0)
    file = models.FileField(upload_to=stored_name, blank=True, max_length=200)
    # A small WebP of a picture, made by us, so that a page never shows the original bytes.
    preview = models.FileField(upload_to=stored_name, blank=True, max_length=200)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    # Where Apple's storage has it, and the key it is sealed with.
    url = models.TextField(blank=True)
    owner = models.TextField(blank=True)
    signature_base64 = models.TextField(blank=True)
    key = EncryptedTextField(blank=True)

    class Meta(Remote.Meta):
        ordering = ("position", "pk")
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            *Remote.Meta.constraints,
            models.UniqueConstraint(fields=["message", "position"], name="one_attachment_per_position"),
            models.CheckConstraint(
                condition=~models.Q(state="stored") | ~models.Q(file=""), name="a_stored_attachment_has_a_file"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def header_name(self) -> str:
        """Return the sender's file name without what cannot stand in a header, a line break above all."""
        return "".join(character for character in self.name if character.isprintable())

    @property
    def is_stored(self) -> bool:
        """Tell whether the file is here."""
        return self.state == Fetch.STORED
