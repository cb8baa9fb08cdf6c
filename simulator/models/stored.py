"""Apple's storage: ciphertext only, and links to it that soon die."""

import base64
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from omnichannel.common.encryption import EncryptedTextField
from simulator.models.provider import Business


def new_storage_url() -> str:
    """Return an identifier that looks like an address and leads nowhere: only preDownload makes a link of it."""
    return f"https://content.simulator.example/{uuid4()}"


def new_owner() -> str:
    """Return an owner of the shape seen in the field."""
    return f"M{uuid4().hex}.C01SIM"


class StoredFile(models.Model):
    """An encrypted file or reply that was announced, and then uploaded."""

    business = models.ForeignKey(Business, models.CASCADE, related_name="files")
    token = models.UUIDField(unique=True, default=uuid4)
    url = models.CharField(max_length=200, unique=True, default=new_storage_url)
    owner = models.CharField(max_length=100, default=new_owner)
    size = models.PositiveBigIntegerField()
    signature = models.CharField(max_length=42, blank=True)
    content = models.FileField(upload_to="simulator/", blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    uploaded_at = models.DateTimeField(null=True)
    # Only for a reply that Apple itself refers to again: its key never leaves Apple.
    key_text = EncryptedTextField(blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(uploaded_at=None, signature="") | Q(uploaded_at__isnull=False) & ~Q(signature=""),
                name="an_uploaded_file_has_a_checksum",
            ),
        )

    def __str__(self) -> str:
        return self.url

    @property
    def signature_base64(self) -> str:
        """Return the checksum as messages carry it."""
        return base64.b64encode(bytes.fromhex(self.signature)).decode()


class DownloadLink(models.Model):
    """A short-lived address of one stored file."""

    file = models.ForeignKey(StoredFile, models.CASCADE, related_name="links")
    token = models.UUIDField(unique=True, default=uuid4)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    is_one_time = models.BooleanField(default=False)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(expires_at__gte=F("created_at")), name="a_link_ends_after_it_begins"),
        )

    def __str__(self) -> str:
        return str(self.token)
