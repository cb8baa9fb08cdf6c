"""Pictures in rich messages: fetched once, converted, kept, and the same for everybody who uses them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Apple's limit of a picture in a message since 21 August 2026, and of all of a message together.
PICTURE_LIMIT = 200 * 1000
PICTURES_LIMIT = 5 * 1000 * 1000
URL_LIMIT = 2000


class Picture(models.Model):
    """A PNG as it goes to devices; it never changes, and its digest is its name on the wire."""

    digest = models.CharField(max_length=64, primary_key=True)
    png = models.BinaryField()
    # In bytes, for everybody who need not read the bytes.
    size = models.GeneratedField(expression=Length("png"), output_field=models.PositiveIntegerField(), db_persist=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    # When somebody last brought it, or used it last: unused ones are deleted some time after.
    kept_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.lookups.LessThanOrEqual(Length("png"), PICTURE_LIMIT),
                name="a_picture_fits_apples_limit",
            ),
        )

    def __str__(self) -> str:
        return self.digest


class SourceState(models.TextChoices):
    """How fetching went."""

    WAITING = "waiting", _("Being fetched")
    KEPT = "kept", _("Kept")
    FAILED = "failed", _("Failed")


class PictureSource(models.Model):
    """An address of a picture, and what was found there."""

    url = models.CharField(max_length=URL_LIMIT, unique=True)
    state = models.CharField(max_length=7, choices=SourceState, default=SourceState.WAITING)
    picture = models.ForeignKey(Picture, models.PROTECT, null=True, related_name="sources")
    reason = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    tried_at = models.DateTimeField(null=True)
    # When it is to be fetched, by the database's clock, also anew while an earlier picture is kept.
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state="kept", picture__isnull=False)
                | Q(state="waiting")
                | (Q(state="failed") & ~Q(reason="")),
                name="a_kept_picture_is_there_and_a_failed_one_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(due_at__isnull=False),
                name="a_picture_that_is_waited_for_falls_due",
            ),
        )
        indexes = (models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="picture_source_due"),)

    def __str__(self) -> str:
        return self.url

    @property
    def size(self) -> int:
        """Return how many bytes the kept picture has."""
        return self.picture.size if self.picture else 0
