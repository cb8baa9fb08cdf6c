"""Our registration with Apple."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from channels_app.models.identifiers import is_uuid
from omnichannel import amb
from omnichannel.common.encryption import EncryptedTextField


class MspConnection(models.Model):
    """Our registration with Apple as a messaging service provider: one id and secret for many accounts."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    msp_id = models.CharField(_("MSP ID"), max_length=36, unique=True, validators=[is_uuid])
    # Whoever gets what it has signed can speak to Apple in our name for a while.
    secret = EncryptedTextField(
        _("API secret"), help_text=_("The Base64 text from Apple Business Register."), used_at=("gateway_url",)
    )
    secret_set_at = models.DateTimeField(null=True, editable=False)
    gateway_url = models.URLField(_("gateway address"), default=amb.APPLE_GATEWAY)

    class Meta:
        ordering = ("name",)
        verbose_name = _("MSP connection")
        verbose_name_plural = _("MSP connections")

    def __str__(self) -> str:
        return self.name

    @property
    def credentials(self) -> amb.Credentials:
        """Return what signs and checks requests; raises ValueError where the secret is not Base64."""
        return amb.Credentials(self.msp_id, self.secret)
