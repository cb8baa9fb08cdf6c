"""Where conversations wait for an agent."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from workstreams.models.agent import Agent


class AssignmentMethod(models.TextChoices):
    """Which of the agents who could take a conversation is offered it (Assignment methods)."""

    HIGHEST_CAPACITY = "highest_capacity", _("Highest capacity")
    ROUND_ROBIN = "round_robin", _("Advanced round robin")
    LEAST_ACTIVE = "least_active", _("Least active")


class Queue(models.Model):
    """A line of waiting conversations and the agents who serve it."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    priority = models.PositiveIntegerField(
        _("queue priority"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("A smaller number is more important."),
    )
    assignment_method = models.CharField(
        _("assignment method"), max_length=16, choices=AssignmentMethod, default=AssignmentMethod.HIGHEST_CAPACITY
    )
    agents = models.ManyToManyField(Agent, related_name="queues", blank=True, verbose_name=_("agents"))

    class Meta:
        ordering = ("priority", "name")
        verbose_name = _("queue")
        verbose_name_plural = _("queues")

    def __str__(self) -> str:
        return self.name
