"""People who take conversations."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Agent(models.Model):
    """A user's side that works on conversations; supervisors have one too."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="agent", verbose_name=_("user"))
    name = models.CharField(
        _("name shown to customers"), max_length=64, help_text=_("Apple logs it with each message.")
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
