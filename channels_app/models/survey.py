"""Surveys that are offered when a conversation has ended."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Survey(models.Model):
    """A page of another system that asks the customer; each conversation gets a link of its own."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    url = models.URLField(
        _("link"), max_length=2000, help_text=_("{token} in it becomes different for each conversation.")
    )

    class Meta:
        ordering = ("name",)
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")

    def __str__(self) -> str:
        return self.name
