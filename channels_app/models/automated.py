"""Texts that are sent by themselves when something happens, where they differ from the stock texts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channels_app.models.instance import ChannelInstance


class AutomatedMessageQuerySet(models.QuerySet["AutomatedMessage"]):
    """Reads of automated messages."""

    def of_channel(self) -> AutomatedMessageQuerySet:
        """Return what holds for every instance that says nothing of its own."""
        return self.filter(instance=None)

    def of_current_instances(self) -> AutomatedMessageQuerySet:
        """Return what instances at work say of their own."""
        return self.filter(instance__isnull=False, instance__retired_at=None)


class AutomatedMessage(models.Model):
    """A text for one trigger: for the whole channel in one language, or for one instance, which overrides that.

    Where there is no row the stock text of the trigger is sent (Configure automated messages). A row without a text
    keeps the text it would have without it, and only says whether that is sent.
    """

    trigger = models.CharField(_("message trigger"), max_length=40)
    instance = models.ForeignKey(
        ChannelInstance, models.CASCADE, null=True, blank=True, related_name="automated_messages",
        verbose_name=_("channel instance"),
    )  # fmt: skip
    language = models.CharField(_("language code"), max_length=20)
    text = models.TextField(_("localized text"), max_length=2000, blank=True)
    description = models.TextField(_("message description"), max_length=2000, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = AutomatedMessageQuerySet.as_manager()

    class Meta:
        ordering = ("trigger", "language", "pk")
        verbose_name = _("automated message")
        verbose_name_plural = _("automated messages")
        constraints = (
            models.UniqueConstraint(
                fields=["trigger", "language"], condition=Q(instance=None), name="one_channel_text_per_language"
            ),
            models.UniqueConstraint(
                fields=["instance", "trigger"],
                condition=Q(instance__isnull=False),
                name="one_instance_text_per_trigger",
            ),
        )

    def __str__(self) -> str:
        whose = f" of {self.instance}" if self.instance else ""
        return f"{self.trigger} ({self.language}){whose}"
