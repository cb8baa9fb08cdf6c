"""What the bells of the outbound path start."""

from celery import shared_task

from conversations.models import Conversation
from conversations.outbound import deliver
from omnichannel.common import bell


@shared_task
def drain() -> None:
    """Send what is due, many conversations side by side, each oldest first."""
    bell.answer(drain)
    deliver.deliver_all()


@shared_task
def sweep() -> None:
    """Free what a dead worker held, and ring for whatever waits."""
    deliver.release_abandoned()
    bell.ring(drain)


@shared_task(acks_late=False)
def send_typing(conversation_id: int, is_typing: bool) -> None:
    """Tell the phone that somebody writes, or stopped."""
    people = Conversation.objects.select_related("customer", "instance__account__connection")
    if conversation := people.filter(pk=conversation_id).first():
        deliver.send_typing(conversation, is_typing=is_typing)
