"""A message that is designed once and sent often (Create rich messages)."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from omnichannel.common.locales import locale_choices
from richmessages.kinds import KINDS, kind_choices
from richmessages.kinds.kind import Kind


class State(models.TextChoices):
    """Whether agents can send it; the documented product calls a draft inactive."""

    DRAFT = "draft", _("Inactive")
    ACTIVE = "active", _("Active")


class RichMessageQuerySet(models.QuerySet["RichMessage"]):
    """Reads of rich messages."""

    def active(self) -> RichMessageQuerySet:
        """Return those that can be sent."""
        return self.filter(state=State.ACTIVE)


class RichMessage(models.Model):
    """A rich message in one language; its content is complete as soon as it is active.

    ``content`` has the shape that its kind describes. A draft may lack anything. What somebody changes of an active
    message waits in ``edits`` until it is published, and agents go on sending ``content``.
    """

    name = models.CharField(_("name"), max_length=100)
    description = models.TextField(_("description"), max_length=500, blank=True)
    locale = models.CharField(_("locale"), max_length=10, choices=locale_choices, default="en-US")
    kind = models.CharField(_("type"), max_length=20, choices=kind_choices)
    tags = ArrayField(models.CharField(max_length=50), verbose_name=_("tags"), default=list, blank=True)
    is_configurable = models.BooleanField(_("allow agents to configure"), default=False)
    state = models.CharField(_("status"), max_length=6, choices=State, default=State.DRAFT, editable=False)
    content = models.JSONField(default=dict, editable=False)
    edits = models.JSONField(null=True, editable=False)
    # Counts every write of content or edits, so that a second tab does not undo the first unseen.
    revision = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)

    objects = RichMessageQuerySet.as_manager()

    class Meta:
        ordering = ("name", "locale")
        verbose_name = _("rich message")
        verbose_name_plural = _("rich messages")
        constraints = (
            models.UniqueConstraint(
                fields=["name", "locale"],
                name="a_rich_message_has_one_version_in_a_language",
                violation_error_message=_("A rich message of this name exists in this language."),
            ),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(published_at__isnull=False),
                name="an_active_rich_message_was_published",
            ),
            models.CheckConstraint(
                condition=Q(edits__isnull=True) | Q(state="active"),
                name="only_active_rich_messages_have_edits_that_wait",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:
        """Tell whether agents can send it."""
        return self.state == State.ACTIVE

    @property
    def described(self) -> Kind:
        """Return its kind."""
        return KINDS[self.kind]

    @property
    def working_copy(self) -> dict[str, object]:
        """Return what the designer shows: the edits that wait, else the content."""
        copy: dict[str, object] = self.content if self.edits is None else self.edits
        return copy

    @property
    def every_tag(self) -> list[str]:
        """Return its tags, the automatic one of its kind first."""
        return [self.described.tag, *(tag for tag in self.tags if tag != self.described.tag)]
