"""Who is registered at the simulated Apple: providers and their businesses."""

from django.db import models

from omnichannel import amb
from omnichannel.common.encryption import EncryptedTextField


class Provider(models.Model):
    """A Messaging Service Provider, with its secret and the address that it wants to be called at."""

    msp_id = models.UUIDField(unique=True)
    secret = EncryptedTextField()
    webhook_url = models.CharField(max_length=500)

    def __str__(self) -> str:
        return str(self.msp_id)

    @property
    def credentials(self) -> amb.Credentials:
        """Return what signs both directions."""
        return amb.Credentials(str(self.msp_id), self.secret)


class Business(models.Model):
    """A company's account, reached by customers and served by one provider."""

    business_id = models.UUIDField(unique=True)
    name = models.CharField(max_length=200)
    provider = models.ForeignKey(Provider, models.CASCADE, related_name="businesses")

    class Meta:
        ordering = ("name", "pk")
        verbose_name_plural = "businesses"

    def __str__(self) -> str:
        return self.name

    @property
    def initial(self) -> str:
        """Return the letter for the avatar."""
        return self.name[:1].upper()
