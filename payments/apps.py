"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    """Apple Pay payment profiles."""

    name = "payments"
    verbose_name = _("Payment profiles")
