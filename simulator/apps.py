"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SimulatorConfig(AppConfig):
    """Apple's side and a phone to hold."""

    name = "simulator"
    verbose_name = _("Simulator")
