"""The app that remembers who did what."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """Append-only events, and the page that shows them."""

    name = "omnichannel.audit"
    label = "audit"
    verbose_name = _("Audit log")
