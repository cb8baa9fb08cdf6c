"""What the bells of the outbound path start."""

from functools import partial

from celery import shared_task

from conversations.models import Conversation, Message
from conversations.outbound import deliver, links
from conversations.outbound.lent import forget_old_references
from omnichannel.common import bell
from omnichannel.common.steps import Step, reached
from richmessages.links.known import forget_old_previews


@shared_task
def drain() -> None:
    """Send what is due, many conversations side by side, each oldest first."""
    bell.answer(drain)
    deliver.deliver_all()


@shared_task
def read_links() -> None:
    """Read the pages of links that are about to leave."""
    bell.answer(read_links)
    links.read_all(partial(bell.ring, drain))


def ring_for(*messages: Message) -> None:
    """Ring for messages that were queued."""
    if any(message.is_unread_link for message in messages):
        bell.ring(read_links)
    bell.ring(drain)


@shared_task
def sweep() -> None:
    """Free what a dead worker held, end what has waited for too long, and ring for whatever waits."""
    if not bell.is_due(sweep):
        return
    reached(Step.SWEEP_BEGAN)
    deliver.release_abandoned()
    deliver.settle_overdue()
    forget_old_previews()
    forget_old_references()
    bell.ring(read_links)
    bell.ring(drain)


@shared_task(acks_late=False)
def send_typing(conversation_id: int, is_typing: bool) -> None:
    """Tell the phone that somebody writes, or stopped."""
    people = Conversation.objects.select_related("customer", "instance__account__connection")
    if conversation := people.filter(pk=conversation_id).first():
        deliver.send_typing(conversation, is_typing=is_typing)
