"""How customers sign in: what a company's own authorization server needs to know of us."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from omnichannel.common.encryption import EncryptedTextField


class Flow(models.TextChoices):
    """Both of Apple's ways; code flow is the default."""

    CODE = "code", _("OAuth 2.0 code flow")
    OPENID = "openid", _("OAuth 2.0 OpenID Connect flow")


class AuthenticationSetting(models.Model):
    """An authorization server and what is asked of it (Configure authentication settings, Step 2)."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    flow = models.CharField(_("authentication type"), max_length=6, choices=Flow, default=Flow.CODE)
    client_id = models.CharField(_("client ID"), max_length=2000)
    # The second address gets the tokens that the secret obtained: whoever has one reads the customer's data.
    client_secret = EncryptedTextField(_("client secret"), used_at=("token_url", "user_info_url"))
    client_secret_set_at = models.DateTimeField(null=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=200), verbose_name=_("scope"), default=list, blank=True)
    user_info_url = models.URLField(_("decrypted token URL"), max_length=2000)
    token_url = models.URLField(_("access token URL"), max_length=2000, blank=True)
    extra_parameters = models.CharField(_("additional parameters"), max_length=2000, blank=True)
    expires_after_seconds = models.PositiveIntegerField(
        _("access token expiry time, in seconds"), default=3600, validators=[MinValueValidator(1)]
    )

    class Meta:
        ordering = ("name",)
        verbose_name = _("authentication setting")
        verbose_name_plural = _("authentication settings")

    def __str__(self) -> str:
        return self.name
