"""What a message can be sent for by itself: the documented triggers of Apple Messages for Business, as data.

Those of other channels (waiting times, callbacks) are left out. The vendor publishes no stock wording, so it is ours.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Receiver(models.TextChoices):
    """Who sees the message: what is for the agent is a line in their transcript, and never leaves the house."""

    AGENT = "agent", _("Agent")
    CUSTOMER = "customer", _("Customer")


@dataclass(frozen=True)
class Trigger:
    """Something that happens to a conversation, and the text that is sent for it unless a person wrote another."""

    slug: str
    label: Promise
    fires: Promise
    # Not translated: the customer's language is not the viewer's, so other languages are written on the page.
    stock_text: str
    receiver: Receiver = Receiver.CUSTOMER
    is_active: bool = True
    # The stock text goes out even where somebody deactivated the message (Manage overflow of conversations).
    always_sends: bool = False
    # What has to come before this happens at all; empty once it does.
    waits_for: Promise | str = ""


NO_CONSULT = _("Agents cannot consult each other yet.")
NO_POSITION = _("Customers are not told their position yet.")
NO_PRESENCE = _("It is not noticed yet that an agent's connection was lost.")

GREETING = Trigger(
    "greeting",
    _("Greeting message for async channels and voice"),
    _("A customer opens a conversation."),
    "Thanks for writing to us. We will answer here.",
)
AGENT_ASSIGNED = Trigger(
    "agent_assigned",
    _("Agent assigned to a conversation"),
    _("An agent takes the conversation, and “Agent joined conversation”, which tells the same, is not active."),
    "{AgentName} will look after you.",
)
AGENT_NOT_ASSIGNED = Trigger(
    "agent_not_assigned",
    _("Agent couldn't be assigned to conversation"),
    _("A conversation opens in a queue that no agent serves."),
    "Nobody could be reached just now. Please stay in this chat.",
)
AGENT_DISCONNECTED = Trigger(
    "agent_disconnected",
    _("Agent disconnected from conversation"),
    _("The agent closes the browser or loses the network."),
    "The connection to our colleague dropped.",
    waits_for=NO_PRESENCE,
)
AGENT_ENDED = Trigger(
    "agent_ended",
    _("Agent ended conversation"),
    _("An agent ends the conversation."),
    "This conversation has ended.",
)
AGENT_JOINED = Trigger(
    "agent_joined",
    _("Agent joined conversation"),
    _("An agent takes the conversation."),
    "{AgentName} is here.",
)
AGENT_JOINED_CUSTOMER = Trigger(
    "agent_joined_customer",
    _("Agent joined customer conversation"),
    _("A further agent enters the conversation."),
    "{AgentName} joined.",
    waits_for=NO_CONSULT,
)
AGENT_LEFT_CUSTOMER = Trigger(
    "agent_left_customer",
    _("Agent left customer conversation"),
    _("A further agent leaves the conversation."),
    "{AgentName} left.",
    waits_for=NO_CONSULT,
)
CONSULT_ACCEPTED = Trigger(
    "consult_accepted",
    _("Consult accepted"),
    _("The agent who was asked for advice accepts."),
    "A specialist is helping.",
    waits_for=NO_CONSULT,
)
CONSULT_ENDED = Trigger(
    "consult_ended",
    _("Consult session ended"),
    _("The agent who was asked for advice has finished."),
    "The specialist has left.",
    waits_for=NO_CONSULT,
)
# The two of the queue are listed for every channel, but the vendor's own event is live chat's: here, not switched on.
NEXT_IN_LINE = Trigger(
    "next_in_line",
    _("Customer is next in line"),
    _("The conversation is the first of its queue."),
    "You are next.",
    is_active=False,
    waits_for=NO_POSITION,
)
POSITION_IN_QUEUE = Trigger(
    "position_in_queue",
    _("Customer's position in queue"),
    _("The conversation is the second of its queue or stands further back."),
    "You are number {QueuePosition} in line.",
    is_active=False,
    waits_for=NO_POSITION,
)
CUSTOMER_DISCONNECTED = Trigger(
    "customer_disconnected",
    _("Customer disconnected from conversation"),
    _("The customer deletes the conversation."),
    "The customer disconnected.",
    receiver=Receiver.AGENT,
)
HOLIDAY = Trigger(
    "holiday",
    _("Holiday message to customer"),
    _("A conversation opens on a holiday of its queue."),
    "We are closed for a holiday.",
    waits_for=_("Queues have no holidays yet."),
)
OUT_OF_HOURS = Trigger(
    "out_of_hours",
    _("Out of operating hour message to customer"),
    _("A conversation opens outside the operating hours of its queue."),
    "We are closed now.",
    waits_for=_("Queues have no operating hours yet."),
)
SESSION_ENDED = Trigger(
    "session_ended",
    _("Session ended"),
    _("An agent ends the conversation, which closes the session too."),
    "Thank you.",
)
TRANSFER_ACCEPTED = Trigger(
    "transfer_accepted",
    _("Transfer to agent accepted"),
    _("The agent to whom the conversation was transferred accepts."),
    "{AgentName} takes over.",
    waits_for=_("Conversations cannot be transferred yet."),
)
OVERFLOW_ENDED = Trigger(
    "overflow_ended",
    _("End conversation due to overflow"),
    _("A queue overflows and its action is to end the conversation."),
    "All lines are busy. Please write later.",
    always_sends=True,
    waits_for=_("Queues do not overflow yet."),
)

TRIGGERS = (
    GREETING,
    AGENT_ASSIGNED,
    AGENT_NOT_ASSIGNED,
    AGENT_DISCONNECTED,
    AGENT_ENDED,
    AGENT_JOINED,
    AGENT_JOINED_CUSTOMER,
    AGENT_LEFT_CUSTOMER,
    CONSULT_ACCEPTED,
    CONSULT_ENDED,
    NEXT_IN_LINE,
    POSITION_IN_QUEUE,
    CUSTOMER_DISCONNECTED,
    HOLIDAY,
    OUT_OF_HOURS,
    SESSION_ENDED,
    TRANSFER_ACCEPTED,
    OVERFLOW_ENDED,
)
TRIGGER_BY_SLUG = {trigger.slug: trigger for trigger in TRIGGERS}


def choices() -> list[tuple[str, Promise]]:
    """Return what a form offers, in the documented order."""
    return [(trigger.slug, trigger.label) for trigger in TRIGGERS]
