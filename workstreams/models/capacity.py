"""How much work an agent can hold at once."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workstreams.models.agent import Agent


class ResetFrequency(models.TextChoices):
    """When a profile's items stop counting."""

    IMMEDIATE = "immediate", _("Immediate: when the conversation ends")
    END_OF_DAY = "end_of_day", _("End of day: when the shift ends, even with open conversations")


class CapacityProfile(models.Model):
    """A limit of its own for one kind of work (Create and manage capacity profiles)."""

    name = models.CharField(_("profile name"), max_length=100, unique=True)
    limit = models.PositiveIntegerField(
        _("work item limit"), validators=[MinValueValidator(1)], help_text=_("Conversations an agent holds at once.")
    )
    reset = models.CharField(
        _("reset frequency"), max_length=10, choices=ResetFrequency, default=ResetFrequency.IMMEDIATE
    )
    blocks_assignment = models.BooleanField(
        _("assignment blocking"),
        default=False,
        help_text=_("At the limit an agent is offered no work of any kind."),
    )
    agents: models.ManyToManyField[Agent, AgentCapacity] = models.ManyToManyField(
        Agent, through="AgentCapacity", related_name="capacity_profiles", verbose_name=_("agents")
    )

    class Meta:
        ordering = ("name",)
        verbose_name = _("capacity profile")
        verbose_name_plural = _("capacity profiles")
        constraints = (models.CheckConstraint(condition=Q(limit__gte=1), name="a_capacity_profile_admits_one_item"),)

    def __str__(self) -> str:
        return self.name


class AgentCapacity(models.Model):
    """A profile that limits one agent, by its own limit or by one for this agent alone."""

    agent = models.ForeignKey(Agent, models.CASCADE, related_name="agent_capacities", verbose_name=_("agent"))
    profile = models.ForeignKey(
        CapacityProfile, models.CASCADE, related_name="agent_capacities", verbose_name=_("capacity profile")
    )
    custom_limit = models.PositiveIntegerField(
        _("custom limit"), null=True, blank=True, validators=[MinValueValidator(1)]
    )

    class Meta:
        ordering = ("profile__name",)
        verbose_name = _("agent's capacity profile")
        verbose_name_plural = _("agents' capacity profiles")
        constraints = (
            models.UniqueConstraint(
                fields=["agent", "profile"],
                name="a_profile_limits_an_agent_once",
                violation_error_message=_("This profile is in the list already."),
            ),
            models.CheckConstraint(
                condition=Q(custom_limit=None) | Q(custom_limit__gte=1), name="a_custom_limit_admits_one_item"
            ),
        )

    def __str__(self) -> str:
        return f"{self.agent}: {self.profile} {self.limit}"

    @property
    def limit(self) -> int:
        """Return the limit that holds for this agent."""
        return self.profile.limit if self.custom_limit is None else self.custom_limit
