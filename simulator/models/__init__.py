"""What the simulated Apple and its phones remember."""

from simulator.models.delivery import Delivery
from simulator.models.fault import Fault
from simulator.models.phone import Phone
from simulator.models.provider import Business, Provider
from simulator.models.shown import PhoneAttachment, PhoneMessage
from simulator.models.stored import DownloadLink, StoredFile
from simulator.models.violation import Violation

__all__ = [
    "Business",
    "Delivery",
    "DownloadLink",
    "Fault",
    "Phone",
    "PhoneAttachment",
    "PhoneMessage",
    "Provider",
    "StoredFile",
    "Violation",
]
