"""Businesses registered with Apple."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from channels_app.models.connection import MspConnection

if TYPE_CHECKING:
    from channels_app.models.instance import ChannelInstance


class AccountQuerySet(models.QuerySet["Account"]):
    """Reads of accounts."""

    def current(self) -> AccountQuerySet:
        """Return what was not retired."""
        return self.filter(retired_at=None)

    def without_instance(self) -> AccountQuerySet:
        """Return those that no workstream uses."""
        at_work = models.Q(instances__isnull=False, instances__retired_at=None)
        return self.exclude(pk__in=Account.objects.filter(at_work).values("pk"))


class Account(models.Model):
    """A business registered with Apple; one that has a history is retired, not erased."""

    name = models.CharField(_("name"), max_length=100)
    connection = models.ForeignKey(
        MspConnection, models.PROTECT, related_name="accounts", verbose_name=_("MSP connection")
    )
    business_id = models.CharField(
        _("Apple Messages for Business account ID"),
        max_length=100,
        unique=True,
        error_messages={"unique": _("This account is here already.")},
        help_text=_("Not a secret: it is part of every link that opens a conversation."),
    )
    retention_months = models.PositiveSmallIntegerField(
        _("keep content for, in months"),
        default=13,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=_("Words and files of older messages are removed every night; when they were sent stays known."),
    )
    retired_at = models.DateTimeField(_("retired"), null=True, editable=False)

    objects = AccountQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.name

    @property
    def instance(self) -> ChannelInstance | None:
        """Return what puts it to work now; free where ``instances`` are fetched already."""
        return next((instance for instance in self.instances.all() if instance.retired_at is None), None)
