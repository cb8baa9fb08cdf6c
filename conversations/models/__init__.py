"""The rows that hold the truth: customers, conversations, messages, files and what Apple sent."""

from conversations.models.attachment import Attachment
from conversations.models.conversation import CloseReason, Conversation, State
from conversations.models.customer import Customer
from conversations.models.message import UNDELIVERED, Delivery, Direction, Event, Kind, Message
from conversations.models.receipt import InboundReceipt, ReceiptState
from conversations.models.reference import Reference
from conversations.models.remote import Fetch

__all__ = [
    "UNDELIVERED",
    "Attachment",
    "CloseReason",
    "Conversation",
    "Customer",
    "Delivery",
    "Direction",
    "Event",
    "Fetch",
    "InboundReceipt",
    "Kind",
    "Message",
    "ReceiptState",
    "Reference",
    "State",
]
