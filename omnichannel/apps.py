"""Project configuration: loads Celery and names our admin site."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig

from omnichannel import celery

__all__ = ["celery"]


class OmnichannelConfig(AppConfig):
    """The project itself, for its commands and checks."""

    name = "omnichannel"


class PortalAdminConfig(AdminConfig):
    """Django's admin with our site as the default."""

    default_site = "omnichannel.portal.PortalSite"
