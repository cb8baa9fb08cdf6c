"""App configuration."""

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class ConversationsConfig(AppConfig):
    """The live product: conversations, messages, and both paths to Apple."""

    name = "conversations"
    verbose_name = _("Conversations")

    def ready(self) -> None:
        """Have Django check, when it checks the database, that messages get settled."""
        from conversations.outbound.checks import check_overdue  # noqa: PLC0415  models are not loaded before

        checks.register(check_overdue, checks.Tags.database)
