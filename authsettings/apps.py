"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuthsettingsConfig(AppConfig):
    """OAuth settings for customers who sign in."""

    name = "authsettings"
    verbose_name = _("Authentication settings")
