"""Merchants at Apple Pay, and where their payments are processed."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from omnichannel.common.encryption import EncryptedTextField


class PaymentProfile(models.Model):
    """A merchant (Configure payment profiles, Step 3)."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    friendly_name = models.CharField(_("merchant friendly name"), max_length=100)
    merchant_id = models.CharField(_("merchant ID"), max_length=100)
    # The file as Base64; its password opens the key in it.
    certificate = EncryptedTextField(_("merchant certificate"))
    certificate_set_at = models.DateTimeField(null=True, editable=False)
    certificate_password = EncryptedTextField(_("certificate password"))
    certificate_password_set_at = models.DateTimeField(null=True, editable=False)
    certificate_ends_at = models.DateTimeField(_("certificate ends"), null=True, blank=True)
    gateway_url = models.URLField(_("payment gateway URL"), max_length=300)
    domain_url = models.URLField(_("merchant domain URL"), max_length=200)
    country = models.CharField(_("merchant country code"), max_length=2)
    capabilities = ArrayField(models.CharField(max_length=20), verbose_name=_("merchant capabilities"), default=list)
    networks = ArrayField(models.CharField(max_length=20), verbose_name=_("supported networks"), default=list)

    class Meta:
        ordering = ("name",)
        verbose_name = _("payment profile")
        verbose_name_plural = _("payment profiles")

    def __str__(self) -> str:
        return self.name
