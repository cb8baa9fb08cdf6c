"""Signs of life from Apple's side that deliver nothing."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channels_app.models.connection import MspConnection


class CallKind(models.TextChoices):
    """What reached us."""

    PROBE = "probe", _("a call of the endpoint")
    LANDING = "landing", _("a visit of the landing page")


class InboundCall(models.Model):
    """When something of Apple's reached us last, be it the test of a connection; deliveries prove themselves.

    A probe carried a token of its connection, and perhaps named an account; a visit named one that need not exist yet.
    """

    kind = models.CharField(max_length=7, choices=CallKind)
    connection = models.ForeignKey(MspConnection, models.CASCADE, null=True, related_name="calls")
    business_id = models.CharField(max_length=36, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("inbound call")
        verbose_name_plural = _("inbound calls")
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="probe", connection__isnull=False) | Q(kind="landing", connection=None),
                name="a_probe_has_the_token_of_a_connection",
            ),
            models.UniqueConstraint(
                fields=["connection", "business_id"],
                condition=Q(connection__isnull=False),
                name="one_row_for_the_probes_of_an_account",
            ),
            models.UniqueConstraint(
                fields=["business_id"], condition=Q(connection=None), name="one_row_for_the_visits_for_an_account"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.business_id}"
