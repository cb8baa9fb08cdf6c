"""What Apple only points at and a worker brings: the fields that files and large replies share."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from omnichannel.common import clock


class Fetch(models.TextChoices):
    """How far bringing it has come."""

    WAITING = "waiting", _("Waiting")
    STORED = "stored", _("Stored")
    REFUSED = "refused", _("Refused")
    FAILED = "failed", _("Could not be loaded")
    # Retention took it; kind and size stay known.
    REMOVED = "removed", _("Removed")


class Remote(models.Model):
    """Something to be fetched from Apple, with what is known of the attempts."""

    state = models.CharField(max_length=7, choices=Fetch, default=Fetch.WAITING)
    reason = models.CharField(max_length=400, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    # By the database's clock, as whoever claims these reads it: a host that is ahead would put the fetch off.
    due_at = models.DateTimeField(default=clock.now)

    class Meta:
        abstract = True
        constraints: ClassVar[tuple[models.BaseConstraint, ...]] = (
            models.CheckConstraint(
                condition=~models.Q(state__in=["refused", "failed"]) | ~models.Q(reason=""),
                name="%(class)s_that_is_missing_says_why",
            ),
        )
        indexes = (models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="%(class)s_due"),)
