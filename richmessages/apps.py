"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RichmessagesConfig(AppConfig):
    """Reusable interactive messages."""

    name = "richmessages"
    verbose_name = _("Rich messages")
