"""A customer's device, in its conversation with one business."""

from __future__ import annotations

import base64
import datetime as dt
import os

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from omnichannel import amb
from simulator.models.provider import Business

LOCALE = r"^[A-Za-z]{2,3}(_[A-Za-z0-9]{2,8})*$"
# A typing indicator that nobody ends goes away by itself.
TYPING_SECONDS = 60


def new_opaque_id() -> str:
    """Return an identifier of the shape seen in the field: 119 bytes of which the first four are always the same."""
    return "urn:mbid:" + base64.b64encode(b"\x01\x00\x00\x63" + os.urandom(115)).decode()


def every_capability() -> list[str]:
    """Return what a current iPhone can show."""
    return [str(capability) for capability in amb.Capability]


class Phone(models.Model):
    """A customer's device, known to the business by an opaque identifier only."""

    opaque_id = models.CharField(max_length=512, unique=True, default=new_opaque_id)
    business = models.ForeignKey(Business, models.CASCADE, related_name="phones")
    locale = models.CharField(max_length=20, default="en_US")
    intent = models.CharField(max_length=200, blank=True)
    group = models.CharField(max_length=200, blank=True)
    capabilities = ArrayField(models.CharField(max_length=20), default=every_capability, blank=True)
    device = models.CharField(max_length=40, default="iPhone OS", blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    is_blocked = models.BooleanField(default=False)
    is_typing = models.BooleanField(default=False)
    business_typing_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(opaque_id__startswith="urn:mbid:"), name="a_phone_has_an_opaque_identifier"
            ),
            models.CheckConstraint(
                condition=models.Q(is_blocked=False) | models.Q(closed_at__isnull=False),
                name="only_a_closed_conversation_is_blocked",
            ),
        )

    def __str__(self) -> str:
        return f"Phone {self.pk}"

    @property
    def is_closed(self) -> bool:
        """Tell whether the customer deleted the conversation and has not written since."""
        return self.closed_at is not None

    @property
    def business_is_typing(self) -> bool:
        """Tell whether the phone shows the three dots."""
        since = self.business_typing_at
        return since is not None and timezone.now() - since < dt.timedelta(seconds=TYPING_SECONDS)
