"""People who take conversations."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from omnichannel.common.locales import locale_choices
from workstreams.models.presence import Presence

UNITS = 100


class Agent(models.Model):
    """A user's side that works on conversations; supervisors have one too."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="agent", verbose_name=_("user"))
    name = models.CharField(
        _("name shown to customers"), max_length=64, help_text=_("Apple logs it with each message.")
    )
    capacity = models.PositiveIntegerField(
        _("capacity"),
        default=UNITS,
        help_text=_(
            "Units to spend at once, where a workstream counts units: with a cost of 5, three conversations take 15."
        ),
    )
    default_presence = models.ForeignKey(
        Presence,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agents",
        verbose_name=_("default presence"),
        help_text=_("At sign-in. Available where none is chosen."),
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        blank=True,
        choices=locale_choices,
        help_text=_("Quick replies are offered in this language, in every one where none is chosen."),
    )

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("agent")
        verbose_name_plural = _("agents")

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        """Return up to two letters for the avatar."""
        return "".join(word[0] for word in self.name.split()[:2]).upper()
