"""What Apple delivered, exactly as it came, before anything is made of it."""

from __future__ import annotations

import datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels_app.models import Account
from conversations.models.customer import CUSTOMER_ID_LENGTH


class ReceiptState(models.TextChoices):
    """How far a delivery has come."""

    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Applied")
    PARKED = "parked", _("Parked")


class ReceiptQuerySet(models.QuerySet["InboundReceipt"]):
    """Reads of the inbox."""

    def heads(self, now: datetime.datetime) -> ReceiptQuerySet:
        """Return the oldest waiting delivery of each customer, where it is due."""
        ahead = InboundReceipt.objects.filter(
            state=ReceiptState.WAITING,
            account=OuterRef("account"),
            customer_id=OuterRef("customer_id"),
            pk__lt=OuterRef("pk"),
        )
        return self.filter(~Exists(ahead), state=ReceiptState.WAITING, due_at__lte=now).order_by("pk")


class InboundReceipt(models.Model):
    """One delivery by Apple: the proof that it came, and the inbox that workers empty."""

    # Its index is receipt_account, which leads to the newest as well and costs a delivery no more.
    account = models.ForeignKey(Account, models.PROTECT, related_name="receipts", db_index=False)
    apple_id = models.UUIDField()
    customer_id = models.CharField(max_length=CUSTOMER_ID_LENGTH)
    capabilities = ArrayField(models.TextField(), default=list)
    body = models.BinaryField()
    # A large reply that was fetched while Apple waited, as the JSON of its interactive data.
    fetched = models.BinaryField(null=True)
    received_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=7, choices=ReceiptState, default=ReceiptState.WAITING)
    due_at = models.DateTimeField(default=timezone.now)
    processed_at = models.DateTimeField(null=True)
    # Why it is parked, or what became of it when that was not simply a message.
    outcome = models.CharField(max_length=400, blank=True)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["account", "apple_id"], name="one_receipt_per_message_id"),
            models.CheckConstraint(
                condition=Q(state="waiting", processed_at=None) | ~Q(state="waiting") & Q(processed_at__isnull=False),
                name="a_waiting_receipt_is_not_processed",
            ),
            models.CheckConstraint(condition=~Q(state="parked") | ~Q(outcome=""), name="a_parked_receipt_says_why"),
        )
        indexes = (
            models.Index(
                fields=["account", "customer_id", "id"], condition=Q(state="waiting"), name="receipt_waiting_lane"
            ),
            models.Index(fields=["id"], condition=Q(state="waiting"), name="receipt_waiting"),
            models.Index(fields=["-id"], condition=Q(state="parked"), name="receipt_parked"),
            models.Index(fields=["customer_id", "-id"], name="receipt_customer"),
            models.Index(fields=["account", "-id"], name="receipt_account"),
            BrinIndex(fields=["received_at"], name="receipt_recent"),
        )

    def __str__(self) -> str:
        return f"Receipt {self.pk}"
