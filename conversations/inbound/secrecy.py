"""Keeps answers from agents where the form that was sent says so: a device may leave that out of its answer."""

from conversations.models import Direction, Kind, Message
from omnichannel import amb


def as_asked(data: amb.InteractiveData, *, account: int, customer_id: str) -> amb.InteractiveData:
    """Return a customer's answer, marked as private where its question was."""
    form = data.data.dynamic if data.data else None
    if data.data is None or form is None or form.is_private:
        return data
    # An answer that does not say which form it is for may be for any of them.
    identifier = data.request_identifier
    questions = Message.objects.of_request(identifier) if identifier else Message.objects.filter(kind=Kind.INTERACTIVE)
    asked = questions.filter(
        direction=Direction.OUT,
        payload__data__dynamic__data__private=True,
        conversation__customer__account=account,
        conversation__customer__customer_id=customer_id,
    )
    if not asked.exists():
        return data
    private = data.data.model_copy(update={"dynamic": form.model_copy(update={"private": True})})
    return data.model_copy(update={"data": private})
