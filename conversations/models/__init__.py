"""The rows that hold the truth: customers, conversations, messages, files and what Apple sent."""

from conversations.models.attachment import Attachment
from conversations.models.attempt import Attempt
from conversations.models.conversation import CloseReason, Conversation, State
from conversations.models.customer import Customer
from conversations.models.doomed import DoomedFile
from conversations.models.lent import LentData
from conversations.models.message import SURVEY, UNDELIVERED, Delivery, Direction, Event, Kind, Message
from conversations.models.picture import MessagePicture
from conversations.models.privacy import Erasure, Export, Progress, Removal
from conversations.models.receipt import InboundReceipt, ReceiptState
from conversations.models.reference import Reference
from conversations.models.remote import Fetch

__all__ = [
    "SURVEY",
    "UNDELIVERED",
    "Attachment",
    "Attempt",
    "CloseReason",
    "Conversation",
    "Customer",
    "Delivery",
    "Direction",
    "DoomedFile",
    "Erasure",
    "Event",
    "Export",
    "Fetch",
    "InboundReceipt",
    "Kind",
    "LentData",
    "Message",
    "MessagePicture",
    "Progress",
    "ReceiptState",
    "Reference",
    "Removal",
    "State",
]
