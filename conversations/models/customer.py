"""One person toward one business."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from channels_app.models import Account

# Apple promises no length; what was seen has 169 characters.
CUSTOMER_ID_LENGTH = 1024


class Customer(models.Model):
    """A person as Apple shows them: an opaque id that is different for every business."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="customers")
    customer_id = models.CharField(max_length=CUSTOMER_ID_LENGTH)
    capabilities = ArrayField(models.TextField(), default=list)
    locale = models.CharField(max_length=35, blank=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    # Set while the customer has deleted the conversation: nothing may be sent until they write again.
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["customer_id", "account"], name="one_customer_per_opaque_id_and_account"),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Return the name agents see while nobody knows a better one."""
        return _("Visitor %(number)s") % {"number": self.pk}
