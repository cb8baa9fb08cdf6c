"""Which queue a new conversation of a workstream goes to."""

from __future__ import annotations

from typing import Any

import pydantic
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Deferrable
from django.utils.translation import gettext_lazy as _

from workstreams.conditions import Condition, read_conditions
from workstreams.models.queue import Queue
from workstreams.models.workstream import Workstream


class RouteRuleQuerySet(models.QuerySet["RouteRule"]):
    """Reads of rules."""

    def in_order(self) -> RouteRuleQuerySet:
        """Return them as they are tested."""
        return self.order_by("workstream_id", "position")


class RouteRule(models.Model):
    """A line of a workstream's ordered rules: the first whose conditions all hold names the queue."""

    workstream = models.ForeignKey(Workstream, models.CASCADE, related_name="route_rules", verbose_name=_("workstream"))
    position = models.PositiveIntegerField(_("position"))
    name = models.CharField(_("rule name"), max_length=100)
    # A list of workstreams.conditions.Condition.
    conditions: models.JSONField[Any, Any] = models.JSONField(_("conditions"), default=list)
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="route_rules", verbose_name=_("route to queue"))

    objects = RouteRuleQuerySet.as_manager()

    class Meta:
        ordering = ("workstream_id", "position")
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        constraints = (
            models.UniqueConstraint(
                fields=["workstream", "position"],
                name="one_rule_per_position",
                # Two rules change places within one transaction.
                deferrable=Deferrable.DEFERRED,
            ),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse conditions that routing could not read."""
        try:
            read_conditions(self.conditions)
        except pydantic.ValidationError as fault:
            raise ValidationError({"conditions": _("These are no conditions that routing knows.")}) from fault

    @property
    def read(self) -> tuple[Condition, ...]:
        """Return the conditions; raise pydantic's ValidationError where they cannot be read."""
        return read_conditions(self.conditions)
