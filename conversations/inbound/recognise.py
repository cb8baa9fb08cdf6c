"""Recognises what a delivery repeats or refers to: the same answer again, the message a reaction is for."""

import datetime

from conversations.models import Conversation, Customer, Direction, Message
from omnichannel import amb

# One tap was seen to arrive twice within two seconds under different ids.
SAME_ANSWER = datetime.timedelta(seconds=10)
RECENT = 50


def earlier_answer(customer: Customer, key: str, at: datetime.datetime, pending: list[Message]) -> Message | None:
    """Return the message that held this very answer moments before, whether it is written already or still pending."""
    if not key:
        return None
    for message in reversed(pending):
        if message.answer_key == key and message.conversation.customer_id == customer.pk:
            return message if at - message.created_at <= SAME_ANSWER else None
    # Later ones count, too: a large reply may be brought, or a parked delivery applied, after what came next.
    moments = (at - SAME_ANSWER, at + SAME_ANSWER)
    recent = Message.objects.filter(conversation__customer=customer, answer_key=key, created_at__range=moments)
    return recent.order_by("-pk").first()


def reaction_target(conversation: Conversation, reaction: amb.Reaction, *, before: int | None = None) -> Message | None:
    """Return the newest message that the reaction's words fit; Apple sends no reference to it."""
    recent = conversation.messages.exclude(direction=Direction.NOTE).order_by("-pk").prefetch_related("attachments")
    if before is not None:
        recent = recent.filter(pk__lt=before)
    return next((message for message in recent[:RECENT] if _fits(message, reaction)), None)


def _fits(message: Message, reaction: amb.Reaction) -> bool:
    if reaction.target_text is not None:
        return message.body.replace(amb.PLACEHOLDER, "").strip() == reaction.target_text.strip()
    if reaction.target_kind == "interactive":
        return message.kind in ("interactive", "rich_link")
    kinds = [attachment.mime_type.partition("/")[0] for attachment in message.attachments.all()]
    return bool(kinds) and (reaction.target_kind == "file" or reaction.target_kind in kinds)
