"""What takes half a minute because Apple may, begun early so that nobody waits for it."""

from dataclasses import dataclass

from omnichannel.common.steps import Step
from tests.faults.installation import SETTLE_SECONDS, Installation, Phone
from tests.faults.talk import greet
from tests.journeys.running import eventually


@dataclass(frozen=True)
class Patient:
    """Customers with something slow under way."""

    unanswered: Phone
    large_reply: Phone
    large_reply_id: str


def begin(product: Installation) -> Patient:
    """Send a message whose answer Apple holds back, and a large reply with which its web process dies."""
    unanswered, large_reply = greet(product, 2)
    unanswered.fault("gateway_timeout", times=1)
    unanswered.answer("We open at nine.")
    unanswered.answer("And close at six.")
    product.arm(Step.RECEIPT_STORED)
    reply = large_reply.answer_at_length("Brake tune-up")
    eventually(product.has_fired, SETTLE_SECONDS)
    return Patient(unanswered, large_reply, reply)
