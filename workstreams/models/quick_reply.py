"""What agents write again and again."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from omnichannel.common.locales import locale_choices
from workstreams.models.agent import Agent
from workstreams.models.workstream import Workstream

TEXT_LIMIT = 4000


class QuickReplyQuerySet(models.QuerySet["QuickReply"]):
    """Reads of quick replies."""

    def for_agent(self, agent: Agent) -> QuickReplyQuerySet:
        """Return what an agent may use somewhere: in the agent's language, of the workstreams the agent serves."""
        served = Workstream.objects.filter(fallback_queue__agents=agent)
        bound = self.model.workstreams.through.objects
        anywhere = ~Q(pk__in=bound.values("quickreply"))
        here = Q(pk__in=bound.filter(workstream__in=served).values("quickreply"))
        return self.filter(anywhere | here).in_language_of(agent)

    def in_language_of(self, agent: Agent) -> QuickReplyQuerySet:
        """Return what is written in the agent's language; everything where none is chosen."""
        return self.filter(locale=agent.language) if agent.language else self


class QuickReply(models.Model):
    """An agent's canned text in one language (Create quick replies)."""

    title = models.CharField(_("title"), max_length=100)
    locale = models.CharField(_("locale"), max_length=10, choices=locale_choices, default="en-US")
    text = models.TextField(_("message"), max_length=TEXT_LIMIT)
    tags = ArrayField(models.CharField(max_length=50), verbose_name=_("tags"), default=list, blank=True)
    workstreams = models.ManyToManyField(
        Workstream,
        related_name="quick_replies",
        blank=True,
        verbose_name=_("workstreams"),
        help_text=_("Offered in these only. Everywhere where none is chosen."),
    )

    objects = QuickReplyQuerySet.as_manager()

    class Meta:
        ordering = ("title", "locale")
        verbose_name = _("quick reply")
        verbose_name_plural = _("quick replies")
        constraints = (
            models.UniqueConstraint(
                fields=["title", "locale"],
                name="a_quick_reply_has_one_text_in_a_language",
                violation_error_message=_("A quick reply of this title exists in this language."),
            ),
        )

    def __str__(self) -> str:
        return self.title
