"""What Apple refuses for certain, and must therefore never leave: found before the wire instead of by a 400."""

from omnichannel.amb.errors import MessageRejected
from omnichannel.amb.interactive import BUSINESS_BID, InteractiveData
from omnichannel.amb.messages import Close, InteractiveMessage, Message


def check_sendable(message: Message) -> None:
    """Raise MessageRejected where Apple's documentation rules the message out."""
    if isinstance(message, Close):
        raise MessageRejected("Only the customer can close a conversation.")
    if isinstance(message, InteractiveMessage) and message.interactive_data:
        _check_app(message.interactive_data)


def _check_app(data: InteractiveData) -> None:
    # Apple's documentation (Sending a custom interactive message): an app of somebody else's gets a URL, never data.
    if data.bid != BUSINESS_BID and data.data is not None:
        raise MessageRejected("An iMessage app takes a URL; data is only for Apple's own kinds.")
