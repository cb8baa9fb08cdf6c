"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ChannelsAppConfig(AppConfig):
    """Apple accounts and their channel instances."""

    name = "channels_app"
    verbose_name = _("Accounts and channels")
