"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConversationsConfig(AppConfig):
    """The live product: conversations, messages, and both paths to Apple."""

    name = "conversations"
    verbose_name = _("Conversations")
