"""What people ask for about one customer, everything that is held of them and its end; and what retention took."""

from __future__ import annotations

import datetime
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels_app.models import Account
from conversations.models.customer import CUSTOMER_ID_LENGTH, Customer


class Progress(models.TextChoices):
    """How far an export has come."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Being written")
    DONE = "done", _("Ready")
    FAILED = "failed", _("Failed")


def export_path() -> str:
    """Return a path that tells nothing and cannot be guessed."""
    key = uuid4().hex
    return f"exports/{key[:2]}/{key}"


class Export(models.Model):
    """A ZIP file with everything that is held of a customer; it is kept for a day."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="exports")
    state = models.CharField(max_length=7, choices=Progress, default=Progress.WAITING)
    requested_at = models.DateTimeField(default=timezone.now)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    # Named before it is written, so that whoever removes the row knows the file of a worker that died.
    path = models.CharField(max_length=200, default=export_path)
    size = models.PositiveBigIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    # The worker's last sign of life, and how many messages it has written by then.
    seen_at = models.DateTimeField(null=True)
    written = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["customer"], condition=Q(state__in=["waiting", "running"]), name="one_export_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state="done", finished_at__isnull=False, expires_at__isnull=False) | ~Q(state="done"),
                name="a_ready_export_expires",
            ),
        )
        indexes = (
            models.Index(fields=["id"], condition=Q(state__in=["waiting", "running"]), name="export_open"),
            models.Index(fields=["expires_at"], name="export_expires"),
        )

    def __str__(self) -> str:
        return f"Export {self.pk}"

    @property
    def may_be_downloaded(self) -> bool:
        """Tell whether its link still works."""
        return self.state == Progress.DONE and self.expires_at is not None and self.expires_at > timezone.now()

    @property
    def is_open(self) -> bool:
        """Tell whether a worker still has to do something for it."""
        return self.state in (Progress.WAITING, Progress.RUNNING)

    @property
    def file_name(self) -> str:
        """Return what the file is called where it is saved."""
        at = (self.finished_at or self.requested_at).astimezone(datetime.UTC)
        return f"customer-{self.customer_id}-{at:%Y-%m-%d}.zip"


class Erasure(models.Model):
    """The end of a customer: what is still to be deleted and, once all is gone, how much that was."""

    # No foreign key: the customer's row is the last one to go.
    customer_number = models.BigIntegerField(unique=True)
    account = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    # Finds the deliveries; emptied with the last of them. What Apple delivers after the newest is a new customer's.
    customer_id = models.CharField(max_length=CUSTOMER_ID_LENGTH, blank=True)
    newest_receipt = models.BigIntegerField(default=0)
    began_at = models.DateTimeField(default=timezone.now)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    # How many rows of each kind are gone so far.
    removed = models.JSONField(default=dict)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(customer_id=""), name="a_finished_erasure_names_nobody"
            ),
        )
        indexes = (models.Index(fields=["id"], condition=Q(finished_at=None), name="erasure_open"),)

    def __str__(self) -> str:
        return f"Erasure of customer {self.customer_number}"


class Removal(models.Model):
    """What retention has taken of an account and the audit log does not tell yet; gone once it does."""

    account = models.OneToOneField(Account, models.PROTECT, related_name="+")
    # How many of each kind, written with every batch: a run that dies leaves them to the next one.
    removed = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"Removal of account {self.account_id}"
