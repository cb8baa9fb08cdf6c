"""Apple's answers in words: what each means, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from conversations.models import Delivery


@dataclass(frozen=True)
class Answer:
    """An answer of Apple's for people."""

    meaning: Any
    advice: Any = ""


TRIED = _("It was tried again until its time was up. Send it again once Apple answers.")
ACCEPTED = Answer(_("Apple accepted it. That is no proof that the phone has shown it."))
# Apple's documentation (Response codes); 410, 429 and 503 stand in no text of Apple's that is known.
ANSWERS: dict[int, Answer] = {
    200: ACCEPTED,
    400: Answer(
        _("Apple found the message malformed or refused its content."),
        _("Read Apple's line beside it. The same message fails again; write it differently."),
    ),
    401: Answer(
        _("The call carried no authorization."),
        _("Check the MSP connection of this account, then send it again."),
    ),
    403: Answer(
        _("Apple did not accept our signature, a fresh one neither."),
        _("Check the MSP ID and the secret of the connection, and the clock of this host; then send it again."),
    ),
    404: Answer(
        _("Apple does not know this customer any more: the conversation was deleted on the phone."),
        _("Nothing can be sent until the customer writes again."),
    ),
    410: Answer(
        _("The customer is gone."),
        _("Nothing can be sent until the customer writes again."),
    ),
    413: Answer(_("Apple found the message too large."), _("Send less text or smaller files.")),
    429: Answer(_("Apple asked us to send more slowly."), TRIED),
    500: Answer(_("Apple's gateway had a fault."), TRIED),
    503: Answer(_("Apple's gateway was overloaded."), TRIED),
}
OTHER_REFUSAL = Answer(_("Apple refused it."), _("Read Apple's line beside it before sending it again."))
OTHER_FAULT = Answer(_("Apple's gateway had a fault."), TRIED)
UNKNOWN = Answer(
    _("Nobody knows whether Apple has it: the connection or the worker was lost after it had gone out."),
    _("Ask the customer, or send it again and risk that it arrives twice."),
)
NOT_REACHED = Answer(_("Apple was not reached."), TRIED)
NOT_SENT = Answer(_("It was not sent."), _("Mend the reason beside it, then send it again."))


def explain(outcome: str, status: int | None) -> Answer:
    """Return what a try's end means."""
    if outcome == Delivery.SENT:
        return ACCEPTED
    if status is None:
        return {Delivery.UNKNOWN.value: UNKNOWN, Delivery.QUEUED.value: NOT_REACHED}.get(outcome, NOT_SENT)
    if known := ANSWERS.get(status):
        return known
    return OTHER_FAULT if status >= 500 else OTHER_REFUSAL
