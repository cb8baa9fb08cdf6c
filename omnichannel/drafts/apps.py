"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DraftsConfig(AppConfig):
    """What people have begun in a wizard and not finished."""

    name = "omnichannel.drafts"
    label = "drafts"
    verbose_name = _("Drafts")
