"""How agents stand to new work."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class BaseStatus(models.TextChoices):
    """What decides routing, whatever a presence is called."""

    AVAILABLE = "available", _("Available")
    BUSY = "busy", _("Busy")
    BUSY_DND = "busy_dnd", _("Busy - DND")
    AWAY = "away", _("Away")
    OFFLINE = "offline", _("Offline")


class Presence(models.Model):
    """A status that agents show, of the system or of the company (Manage presence status)."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    text = models.CharField(_("presence text"), max_length=500, help_text=_("What agents see in their menu."))
    base_status = models.CharField(
        _("base status"),
        max_length=9,
        choices=BaseStatus,
        help_text=_("Decides who is offered work; name and text do not."),
    )
    description = models.CharField(_("description"), max_length=500, blank=True)
    user_can_set = models.BooleanField(_("agents can choose it"), default=True)
    is_stock = models.BooleanField(_("built in"), default=False, editable=False)

    class Meta:
        ordering = ("-is_stock", "pk")
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints = (
            models.CheckConstraint(condition=Q(base_status__in=BaseStatus.values), name="a_presence_has_a_base_status"),
        )

    def __str__(self) -> str:
        return self.text
