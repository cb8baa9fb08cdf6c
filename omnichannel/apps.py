"""Project configuration: loads Celery and names our admin site."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.core import checks

from omnichannel import celery
from omnichannel.checks import check_settings
from omnichannel.keys.check import check_keys

__all__ = ["celery"]


class OmnichannelConfig(AppConfig):
    """The project itself, for its commands and checks."""

    name = "omnichannel"

    def ready(self) -> None:
        """Have Django check our settings with its own."""
        checks.register(check_settings)
        checks.register(check_keys, checks.Tags.database)


class PortalAdminConfig(AdminConfig):
    """Django's admin with our site as the default."""

    default_site = "omnichannel.portal.PortalSite"
