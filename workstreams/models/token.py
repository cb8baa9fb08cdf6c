"""Keys for programs that call the REST interface."""

import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ApiToken(models.Model):
    """A bearer token that acts as one user; only its digest is kept."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens", verbose_name=_("acts as")
    )
    name = models.CharField(_("name"), max_length=100, help_text=_("What uses it, so that you know what to revoke."))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def generate() -> str:
        """Return a new token; it can be shown only now."""
        return f"oc_{secrets.token_urlsafe(32)}"

    @staticmethod
    def digest_of(token: str) -> str:
        """Return what is stored of a token; it is random, so a plain hash suffices."""
        return hashlib.sha256(token.encode()).hexdigest()
