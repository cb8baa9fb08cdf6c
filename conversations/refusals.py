"""Why a service says no, in sentences for people."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from conversations.models import CloseReason, Conversation
from workstreams.models import Agent


class Refused(Exception):
    """A service cannot do what was asked; ``str()`` of it can be shown."""


class ConversationClosed(Refused):
    """Closed is final: nothing can be added."""

    def __init__(self, conversation: Conversation) -> None:
        super().__init__(why_closed(conversation))


class AlreadyTaken(Refused):
    """A colleague works on the conversation."""

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        super().__init__(_("%(agent)s works on this conversation.") % {"agent": agent})


class CannotSend(Refused):
    """The message cannot be queued as it is."""


class Faulty(CannotSend):
    """Fields of a rich message are not as they must be; ``faults`` names each with what is wrong."""

    def __init__(self, reason: str, faults: Mapping[str, str]) -> None:
        self.faults = faults
        super().__init__(reason)


def why_closed(conversation: Conversation) -> str:
    """Return the sentence that stands in place of a composer."""
    if conversation.close_reason == CloseReason.CUSTOMER_LEFT:
        return why_left()
    if conversation.close_reason == CloseReason.ERASED:
        return _("The data of this customer is being erased.")
    if conversation.close_reason == CloseReason.CHANNEL_DELETED:
        return _("The channel of this conversation was deleted.")
    return _("This conversation is closed. The customer's next message opens a new one.")


def why_left() -> str:
    """Return the sentence for a customer who cannot be reached."""
    return _("The customer deleted this conversation. Nothing can be sent until they write again.")
