"""How work of one kind is taken in and handed out."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from richmessages.models import RichMessage
from workstreams.models.queue import Queue


class Distribution(models.TextChoices):
    """Who decides which agent works on a conversation; fixed once chosen."""

    PUSH = "push", _("Push: offered to an agent")
    PICK = "pick", _("Pick: agents choose")


class Workstream(models.Model):
    """A kind of work: its distribution mode and the queue for what no rule takes."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    distribution = models.CharField(
        _("work distribution mode"), max_length=4, choices=Distribution, default=Distribution.PICK
    )
    fallback_queue = models.ForeignKey(
        Queue,
        models.PROTECT,
        related_name="workstreams",
        verbose_name=_("fallback queue"),
        help_text=_("Takes every conversation that no rule sends elsewhere."),
    )
    # A rich message that is tied to some workstreams is offered in these only; one that is tied to none, everywhere.
    rich_messages = models.ManyToManyField(
        RichMessage, related_name="workstreams", blank=True, verbose_name=_("rich messages")
    )

    class Meta:
        ordering = ("name",)
        verbose_name = _("workstream")
        verbose_name_plural = _("workstreams")

    def __str__(self) -> str:
        return self.name
