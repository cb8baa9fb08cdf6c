"""What somebody typed in a wizard and has not finished."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from omnichannel.common.encryption import EncryptedTextField

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

KEPT_FOR = datetime.timedelta(days=30)


class DraftQuerySet(models.QuerySet["Draft"]):
    """Reads of drafts."""

    def begun_by(self, user: AbstractBaseUser | AnonymousUser, wizard: str) -> DraftQuerySet:
        """Return what this person can continue in a wizard, the newest first."""
        return self.filter(owner=user.pk, wizard=wizard, changed_at__gte=timezone.now() - KEPT_FOR)

    def begun_about_any(self, user: AbstractBaseUser | AnonymousUser, slug: str) -> DraftQuerySet:
        """Return the same for a wizard that is about something, whatever that is."""
        young = self.filter(changed_at__gte=timezone.now() - KEPT_FOR)
        return young.filter(owner=user.pk, wizard__regex=rf"^{slug}-\d+$")

    def forgotten(self) -> DraftQuerySet:
        """Return what nobody has touched for so long that it goes."""
        return self.filter(changed_at__lt=timezone.now() - KEPT_FOR)


class Draft(models.Model):
    """One run of a wizard by one person, encrypted since secrets may be among what was typed."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    # The wizard's own name, and what it is for where it is about something: "set-up-7" for workstream 7.
    wizard = models.CharField(max_length=80)
    run = models.UUIDField()
    content = EncryptedTextField()
    changed_at = models.DateTimeField(default=timezone.now)

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ("-changed_at", "-pk")
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = (
            models.UniqueConstraint(fields=["owner", "wizard", "run"], name="one_draft_per_run_of_a_wizard"),
        )
        indexes = (models.Index(fields=["changed_at"], name="draft_changed"),)

    def __str__(self) -> str:
        return f"Draft {self.pk}"

    @property
    def subject(self) -> int:
        """Return the id of what the wizard is about, where it is about something."""
        return int(self.wizard.rpartition("-")[2])

    @property
    def data(self) -> dict[str, Any]:
        """Return what was typed, by step."""
        return dict(json.loads(self.content))
