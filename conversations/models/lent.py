"""Interactive data that Apple keeps for a while, so that sending the same again takes a pointer."""

from django.db import models

from channels_app.models import Account


class LentData(models.Model):
    """A reference that Apple lent to an account for data with this digest; how long it lives, Apple does not say."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    reference = models.JSONField()
    lent_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["account", "digest"], name="one_reference_for_the_same_data_of_an_account"),
        )
        indexes = (models.Index(fields=["lent_at"], name="lent_data_age"),)

    def __str__(self) -> str:
        return f"Reference to {self.digest[:12]}"
