"""What one agent may do in one conversation, and what stands where the composer would be."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from channels_app.models import Organisation
from conversations.models import Conversation
from conversations.models.conversation import ConversationQuerySet
from conversations.outbound.attach import FILES_LIMIT
from conversations.outbound.send import TEXT_LIMIT
from conversations.refusals import AlreadyTaken, why_closed, why_left
from omnichannel.amb import Capability
from workstreams.models import Agent

EARLIER_LIMIT = 20
ABILITIES = {
    Capability.QUICK: _("Suggested replies"),
    Capability.LIST: _("Lists"),
    Capability.TIME: _("Times"),
    Capability.FORM: _("Forms"),
    Capability.AUTH: _("Sign-in"),
    Capability.AUTH2: _("Sign-in"),
}


class Mode(StrEnum):
    """How the agent stands to the conversation."""

    MINE = "mine"
    OPEN = "open"
    COLLEAGUE = "colleague"
    LEFT = "left"
    CLOSED = "closed"


@dataclass(frozen=True)
class Desk:
    """A conversation in front of an agent."""

    conversation: Conversation
    agent: Agent

    @cached_property
    def mode(self) -> Mode:
        """Return how the agent stands to the conversation."""
        if not self.conversation.is_open:
            return Mode.CLOSED
        if self.conversation.agent and self.conversation.agent != self.agent:
            return Mode.COLLEAGUE
        if self.conversation.customer.left_at:
            return Mode.LEFT
        return Mode.MINE if self.conversation.agent else Mode.OPEN

    @property
    def may_write(self) -> bool:
        """Tell whether a composer is shown."""
        return self.mode in (Mode.MINE, Mode.OPEN)

    @property
    def may_end(self) -> bool:
        """Tell whether the agent can end it."""
        return self.mode in (Mode.MINE, Mode.LEFT, Mode.OPEN)

    @property
    def reason(self) -> str:
        """Return why nothing can be written."""
        if self.mode == Mode.CLOSED:
            return why_closed(self.conversation)
        if self.mode == Mode.COLLEAGUE and self.conversation.agent:
            return str(AlreadyTaken(self.conversation.agent))
        return why_left() if self.mode == Mode.LEFT else ""

    @property
    def text_limit(self) -> int:
        """Return how many bytes one text may have."""
        return TEXT_LIMIT

    @property
    def files_limit(self) -> int:
        """Return how many files one message may have; none where the channel takes none."""
        return FILES_LIMIT if self.conversation.instance.agents_may_attach else 0

    @property
    def file_limit(self) -> int:
        """Return how many bytes one file may have."""
        return min(self._organisation.largest_file, settings.ATTACHMENT_LIMIT)

    @property
    def file_endings(self) -> str:
        """Return how files may end, with blanks between."""
        return " ".join(self._organisation.sendable_endings)

    @property
    def accepts(self) -> str:
        """Return the same as a file dialog wants it."""
        return ",".join(f".{ending}" for ending in self._organisation.sendable_endings)

    @property
    def abilities(self) -> list[str]:
        """Return what the customer's device can show, in words."""
        known = {str(ABILITIES[Capability(word)]): None for word in self._capabilities if word in ABILITIES}
        return list(known)

    @cached_property
    def earlier(self) -> list[Conversation]:
        """Return the customer's conversations before this one, the newest first."""
        return list(self._others.filter(pk__lt=self.conversation.pk).order_by("-pk")[:EARLIER_LIMIT])

    @cached_property
    def later(self) -> Conversation | None:
        """Return the conversation that goes on after this one was closed."""
        return (
            None
            if self.conversation.is_open
            else self._others.filter(pk__gt=self.conversation.pk).order_by("-pk").first()
        )

    @cached_property
    def _organisation(self) -> Organisation:
        return Organisation.get()

    @property
    def _capabilities(self) -> list[str]:
        return self.conversation.customer.capabilities

    @property
    def _others(self) -> ConversationQuerySet:
        visible = Conversation.objects.visible_to(self.agent.user)
        return visible.filter(customer=self.conversation.customer_id).select_related("agent")
