"""The outbox toward the provider's webhook."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from simulator.models.phone import Phone
from simulator.models.shown import PhoneMessage


class DeliveryState(models.TextChoices):
    """How far a delivery has come."""

    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Sending")
    DELIVERED = "delivered", _("Delivered")
    NOT_DELIVERED = "not delivered", _("Not delivered")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Reads of the outbox."""

    def due(self, now: dt.datetime) -> DeliveryQuerySet:
        """Return what may go now, in the order in which it should: nothing of a phone that has one under way."""
        under_way = Delivery.objects.filter(phone=OuterRef("phone"), state=DeliveryState.SENDING)
        return self.filter(~Exists(under_way), state=DeliveryState.WAITING, due_at__lte=now).order_by("due_at", "pk")


class Delivery(models.Model):
    """One call of the webhook: committed first, made by a worker."""

    phone = models.ForeignKey(Phone, models.CASCADE, related_name="deliveries")
    message = models.ForeignKey(PhoneMessage, models.CASCADE, null=True, related_name="deliveries")
    headers = models.JSONField()
    body = models.TextField()
    state = models.CharField(max_length=13, choices=DeliveryState, default=DeliveryState.WAITING)
    due_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    status = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    # A second copy of the same message: how it ends changes nothing on the phone.
    is_repeat = models.BooleanField(default=False)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = (
            models.UniqueConstraint(
                fields=["phone"], condition=Q(state="sending"), name="one_delivery_a_phone_under_way"
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(claimed_at__isnull=False), name="a_delivery_under_way_was_claimed"
            ),
        )
        indexes = (
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="delivery_due"),
            models.Index(fields=["claimed_at"], condition=Q(state="sending"), name="delivery_under_way"),
        )

    def __str__(self) -> str:
        return f"Delivery {self.pk}"
