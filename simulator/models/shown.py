"""What a phone shows."""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from simulator.models.phone import Phone
from simulator.models.stored import StoredFile


class Side(models.TextChoices):
    """Who wrote a message."""

    CUSTOMER = "customer", _("Customer")
    BUSINESS = "business", _("Business")


class State(models.TextChoices):
    """What a phone says about a message of its own."""

    SENDING = "sending", _("Sending")
    DELIVERED = "delivered", _("Delivered")
    NOT_DELIVERED = "not delivered", _("Not Delivered")


class PhoneMessageQuerySet(models.QuerySet["PhoneMessage"]):
    """Reads of a phone's transcript."""

    def shown(self) -> PhoneMessageQuerySet:
        """Return the bubbles in their order; a reaction is a mark on another bubble."""
        bubbles = self.filter(is_hidden=False, reaction_to=None).order_by("pk")
        return bubbles.prefetch_related("attachments__file", "reactions")


class PhoneMessage(models.Model):
    """One bubble, or a reaction to one."""

    phone = models.ForeignKey(Phone, models.CASCADE, related_name="messages")
    apple_id = models.UUIDField(default=uuid4)
    side = models.CharField(max_length=8, choices=Side)
    type = models.CharField(max_length=40)
    body = models.TextField(blank=True)
    subject = models.TextField(blank=True)
    payload = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=13, choices=State, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    reaction = models.CharField(max_length=40, blank=True)
    reaction_to = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="reactions")
    # Deleted with its conversation, or of a kind that the device lacks.
    is_hidden = models.BooleanField(default=False)
    # How often the business sent this id again, and whether this bubble is such a repetition.
    repeats = models.PositiveIntegerField(default=0)
    is_repeat = models.BooleanField(default=False)

    objects = PhoneMessageQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["phone", "apple_id"], condition=Q(is_repeat=False), name="a_phone_knows_an_id_once"
            ),
            models.CheckConstraint(
                condition=Q(side="customer") & ~Q(state="") | Q(side="business", state=""),
                name="a_phone_tells_the_state_of_its_own_messages_only",
            ),
            models.CheckConstraint(
                condition=Q(reaction="") | Q(side="customer"),
                name="only_customers_react",
            ),
        )
        indexes = (models.Index(fields=["phone", "id"], name="phone_transcript"),)

    def __str__(self) -> str:
        return f"Phone message {self.pk}"

    @property
    def is_own(self) -> bool:
        """Tell whether the customer wrote it."""
        return self.side == Side.CUSTOMER


class PhoneAttachment(models.Model):
    """A file in a bubble, with the key that came with the message."""

    message = models.ForeignKey(PhoneMessage, models.CASCADE, related_name="attachments")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=500)
    mime_type = models.CharField(max_length=200, blank=True)
    key_text = models.CharField(max_length=66)
    # What the device makes of the decrypted bytes: an image to show, and whether they are what they claim to be.
    image_type = models.CharField(max_length=40, blank=True)
    is_broken = models.BooleanField(default=False)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=["message", "position"], name="a_place_in_a_bubble_holds_one_file"),
        )

    def __str__(self) -> str:
        return self.name
