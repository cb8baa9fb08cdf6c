"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkstreamsConfig(AppConfig):
    """Who works, on what, and how work reaches them."""

    name = "workstreams"
    verbose_name = _("Customer support")
