"""What a device sends when a customer answers a rich message: a module for each kind.

What was chosen comes in one simple shape for each kind, the same for the phone's pages and for scripts:

- quick reply: the identifier of a button
- list picker: a list of identifiers of items
- time picker: the identifier of a timeslot
- form: by pageIdentifier what was chosen (an identifier, or a list of them) or typed (words; a date as yyyy-MM-dd)
- sign-in and Apple Pay: ``cancel``
- an app of the business's own: the URL that it hands back
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from omnichannel import amb
from simulator.services.answers import app, form, list_picker, payment, quick_reply, sign_in, time_picker
from simulator.services.answers.answer import Answer, CannotAnswer, Chosen, Prompt
from simulator.services.devices import is_foreign

__all__ = ["CannotAnswer", "Chosen", "answer_to"]

_KINDS: Mapping[str, Callable[[Prompt, Chosen], Answer]] = {
    amb.Marker.QUICK_REPLY: quick_reply.answer,
    amb.Marker.LIST_PICKER: list_picker.answer,
    amb.Marker.TIME_PICKER: time_picker.answer,
    amb.Marker.FORM: form.answer,
    amb.Marker.AUTHENTICATE: sign_in.answer,
    amb.Marker.PAYMENT: payment.answer,
}


def answer_to(payload: Any, message_id: UUID, chosen: Chosen) -> dict[str, Any]:
    """Return the interactive data with which a device answers, or say why it would not let the customer."""
    prompt = payload if isinstance(payload, Mapping) else {}
    # The gateway makes one up for each message that has none.
    session = {"sessionIdentifier": prompt.get("sessionIdentifier") or str(uuid5(message_id, "session")).upper()}
    if is_foreign(prompt.get("bid")):
        return {**app.answer(prompt, chosen), **session}
    data = prompt.get("data")
    marker = next((marker for marker in _KINDS if isinstance(data, Mapping) and marker in data), None)
    if marker is None or not isinstance(data, Mapping) or not isinstance(data[marker], Mapping):
        raise CannotAnswer(_("This message asks for no answer."))
    given = _KINDS[marker](Prompt(prompt, data, data[marker]), chosen)
    return {"bid": prompt.get("bid", amb.BUSINESS_BID), **session, "data": _inner(prompt, data, marker, given)}


def _inner(prompt: Mapping[str, Any], data: Mapping[str, Any], marker: str, given: Answer) -> dict[str, Any]:
    """Return the data of an answer, which hold the bubbles, unlike those of a prompt."""
    inner: dict[str, Any] = {
        "version": data.get("version") or data.get("mspVersion") or "1.0",
        "requestIdentifier": data.get("requestIdentifier", ""),
        marker: given.content,
    }
    if data.get("images"):
        inner["images"] = data["images"]
    if isinstance(prompt.get("receivedMessage"), Mapping):
        inner["receivedMessage"] = prompt["receivedMessage"]
    reply = prompt.get("replyMessage")
    inner["replyMessage"] = {**(reply if isinstance(reply, Mapping) else {}), **given.bubble}
    return inner
