"""Where a provider broke Apple's rules without being refused."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from simulator.models.phone import Phone


class ViolationKind(models.TextChoices):
    """Which rule was broken."""

    SEND_AFTER_CLOSE = "send after close", _("Sent to a customer who deleted the conversation")
    PARALLEL_SENDS = "parallel sends", _("More than one message under way to one customer")
    URL_AS_TEXT = "url as text", _("Sent an address as a text, not as a rich link")
    UNSUPPORTED_KIND = "unsupported kind", _("Sent a kind of message that the device cannot show")


class Violation(models.Model):
    """One broken rule."""

    phone = models.ForeignKey(Phone, models.CASCADE, related_name="violations")
    kind = models.CharField(max_length=20, choices=ViolationKind)
    detail = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.get_kind_display()
