"""Which agent a conversation belongs to, and who may therefore write in it."""

from django.db import transaction
from django.utils import timezone

from conversations import automated, live
from conversations.models import Conversation, Direction, Event, Kind, Message, State
from conversations.refusals import AlreadyTaken, ConversationClosed
from workstreams.models import Agent


@transaction.atomic
def take(conversation: Conversation, *, by: Agent) -> None:
    """Assign an open conversation to an agent; one's own is left as it is."""
    taken = Conversation.objects.filter(pk=conversation.pk, state=State.OPEN).update(
        agent=by, state=State.ACTIVE, assigned_at=timezone.now()
    )
    conversation.refresh_from_db()
    if taken:
        note(conversation, Event.TAKEN, by=by)
        automated.welcome(conversation, by=by)
        live.changed(conversation)
    else:
        check_writable(conversation, by=by)


def check_writable(conversation: Conversation, *, by: Agent | None) -> None:
    """Raise ConversationClosed, or AlreadyTaken where a colleague works on it."""
    if not conversation.is_open:
        raise ConversationClosed(conversation)
    if by and conversation.agent and conversation.agent != by:
        raise AlreadyTaken(conversation.agent)


def note(conversation: Conversation, event: Event, *, by: Agent | None = None) -> Message:
    """Add a line that only the company sees."""
    return conversation.messages.create(direction=Direction.NOTE, kind=Kind.EVENT, body=event, author=by)
