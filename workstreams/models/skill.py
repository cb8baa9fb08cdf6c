"""What agents are good at, and how good."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workstreams.models.agent import Agent

LARGEST_RATING = 100


class RatingModel(models.Model):
    """A scale of proficiency, with a word for each value."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    minimum = models.PositiveSmallIntegerField(
        _("lowest value"), default=1, validators=[MinValueValidator(1), MaxValueValidator(LARGEST_RATING)]
    )
    maximum = models.PositiveSmallIntegerField(
        _("highest value"), default=10, validators=[MinValueValidator(1), MaxValueValidator(LARGEST_RATING)]
    )
    # One for each value from the lowest on; fewer where the numbers speak for themselves.
    labels = ArrayField(models.CharField(max_length=100), verbose_name=_("labels"), default=list, blank=True)

    class Meta:
        ordering = ("name",)
        verbose_name = _("rating model")
        verbose_name_plural = _("rating models")
        constraints = (
            models.CheckConstraint(condition=Q(minimum__gte=1), name="ratings_begin_above_zero"),
            models.CheckConstraint(
                condition=Q(maximum__gt=F("minimum")),
                name="a_scale_ends_above_its_beginning",
                violation_error_message=_("The highest value must be above the lowest."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def choices(self) -> list[tuple[int, str]]:
        """Return each value with its label."""
        return [(value, self.label_of(value)) for value in range(self.minimum, self.maximum + 1)]

    def label_of(self, value: int) -> str:
        """Return "3, fluent", or the bare number where it has no label."""
        at = value - self.minimum
        label = self.labels[at] if 0 <= at < len(self.labels) else ""
        return f"{value}, {label}" if label else str(value)


class SkillType(models.Model):
    """A label that groups skills: languages, products."""

    name = models.CharField(_("name"), max_length=100, unique=True)

    class Meta:
        ordering = ("name",)
        verbose_name = _("skill type")
        verbose_name_plural = _("skill types")

    def __str__(self) -> str:
        return self.name


class Skill(models.Model):
    """Something that a conversation may ask of its agent."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    type = models.ForeignKey(SkillType, models.PROTECT, related_name="skills", verbose_name=_("type"))
    rating_model = models.ForeignKey(RatingModel, models.PROTECT, related_name="skills", verbose_name=_("rating model"))
    description = models.CharField(_("description"), max_length=500, blank=True)
    agents: models.ManyToManyField[Agent, AgentSkill] = models.ManyToManyField(
        Agent, through="AgentSkill", related_name="skills", verbose_name=_("agents")
    )

    class Meta:
        ordering = ("name",)
        verbose_name = _("skill")
        verbose_name_plural = _("skills")

    def __str__(self) -> str:
        return self.name


class AgentSkill(models.Model):
    """How good one agent is at something; one that is not active does not count."""

    agent = models.ForeignKey(Agent, models.CASCADE, related_name="agent_skills", verbose_name=_("agent"))
    skill = models.ForeignKey(Skill, models.CASCADE, related_name="agent_skills", verbose_name=_("skill"))
    rating = models.PositiveSmallIntegerField(_("proficiency"))
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ("skill__name",)
        verbose_name = _("agent's skill")
        verbose_name_plural = _("agents' skills")
        constraints = (
            models.UniqueConstraint(
                fields=["agent", "skill"],
                name="an_agent_has_a_skill_once",
                violation_error_message=_("This skill is in the list already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.agent}: {self.skill} {self.rating}" + ("" if self.is_active else " (not active)")
