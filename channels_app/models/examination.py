"""What the connection doctor found."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from channels_app.models.account import Account
from channels_app.models.connection import MspConnection


class Verdict(models.TextChoices):
    """How grave a finding is."""

    FINE = "fine", _("Fine")
    LOOK = "look", _("Have a look")
    WRONG = "wrong", _("Wrong")


class Examination(models.Model):
    """The last time the doctor looked at a connection, at an account, or, with neither, at the installation.

    What the rows alone tell is found when somebody asks; what needs the network, by a worker that then ends it.
    """

    connection = models.OneToOneField(MspConnection, models.CASCADE, null=True, related_name="examination")
    account = models.OneToOneField(Account, models.CASCADE, null=True, related_name="examination")
    is_of_installation = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    began_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("examination")
        verbose_name_plural = _("examinations")
        constraints = (
            models.CheckConstraint(
                condition=(
                    Q(is_of_installation=True, connection=None, account=None)
                    | Q(is_of_installation=False, connection__isnull=False, account=None)
                    | Q(is_of_installation=False, connection=None, account__isnull=False)
                ),
                name="an_examination_has_one_subject",
            ),
            models.UniqueConstraint(
                fields=["is_of_installation"],
                condition=Q(is_of_installation=True),
                name="one_examination_of_the_installation",
            ),
        )
        indexes = (models.Index(fields=["asked_at"], condition=Q(finished_at=None), name="examination_under_way"),)

    def __str__(self) -> str:
        return f"Examination of {self.account or self.connection or 'the installation'}"


class Finding(models.Model):
    """One test and how it came out; the words are in ``channels_app.doctor.outcomes``."""

    examination = models.ForeignKey(Examination, models.CASCADE, related_name="findings")
    test = models.CharField(max_length=40)
    outcome = models.CharField(max_length=40)
    verdict = models.CharField(max_length=5, choices=Verdict)
    # What the sentence needs: numbers, times, addresses; never a secret.
    facts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints = (models.UniqueConstraint(fields=["examination", "test"], name="one_finding_for_each_test"),)
        indexes = (models.Index(fields=["examination"], condition=~Q(verdict="fine"), name="finding_open"),)

    def __str__(self) -> str:
        return f"{self.test}: {self.outcome}"
