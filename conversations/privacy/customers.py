"""Finds a customer, and says how much is held of one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from conversations.models import Attachment, Conversation, Customer, Erasure, Export, InboundReceipt, Message
from conversations.refusals import Refused

# A page counts no further than this.
COUNTED = 1000
CONVERSATIONS_SHOWN = 20
LARGEST_NUMBER = 2**63 - 1
NUMBER = re.compile(r"(?:(?:visitor|customer)\s+)?#?(?P<number>[0-9]{1,19})", re.IGNORECASE)
# What an erasure counts, in the order of a report.
REMOVED = {
    "conversations": _("Conversations"),
    "messages": _("Messages and notes"),
    "attempts": _("Attempts at sending"),
    "attachments": _("Attachments"),
    "files": _("Files and previews"),
    "references": _("Large answers"),
    "receipts": _("Deliveries from Apple"),
    "exports": _("Exports"),
}


class NotFound(Refused):
    """No customer, or more than one, is meant."""


@dataclass(frozen=True)
class Held:
    """How much is held of a customer."""

    conversations: str
    messages: str
    files: str
    deliveries: str


def matching(text: str) -> QuerySet[Customer]:
    """Return the customers with this number or opaque id, or all of them where nothing is asked for."""
    text = text.strip()
    if not text:
        return Customer.objects.all()
    if "\0" in text:
        return Customer.objects.none()
    number, wanted = number_in(text), Q(customer_id=text)
    return Customer.objects.filter(wanted if number is None else wanted | Q(pk=number))


def number_in(text: str) -> int | None:
    """Return the number of a customer in "7", "#7" or "Visitor 7"; None where it is none of these."""
    named = NUMBER.fullmatch(text.strip())
    return int(named["number"]) if named and int(named["number"]) <= LARGEST_NUMBER else None


def find(text: str) -> Customer:
    """Return the one customer with this number or opaque id; raise NotFound, saying what to do, where there is none."""
    found = list(matching(text).select_related("account").order_by("pk")[:2]) if text.strip() else []
    if not found:
        raise NotFound(gettext("There is no customer with this number or opaque id."))
    if len(found) > 1:
        raise NotFound(
            gettext("More than one customer has this id, at different businesses. Give the customer's number.")
        )
    return found[0]


def held_of(customer: Customer) -> Held:
    """Count what is held, up to a bound."""
    messages = Message.objects.filter(conversation__customer=customer)
    return Held(
        conversations=_count(Conversation.objects.filter(customer=customer)),
        messages=_count(messages),
        files=_count(Attachment.objects.filter(message__conversation__customer=customer).exclude(file="")),
        deliveries=_count(InboundReceipt.objects.filter(account=customer.account_id, customer_id=customer.customer_id)),
    )


def conversations_of(customer: Customer) -> QuerySet[Conversation]:
    """Return the newest conversations, with what a line shows of them."""
    return customer.conversations.select_related("queue", "agent").order_by("-pk")[:CONVERSATIONS_SHOWN]


def exports_of(customer: Customer) -> QuerySet[Export]:
    """Return the exports that are still known, newest first."""
    return Export.objects.filter(customer=customer).select_related("requested_by").order_by("-pk")


def erasure_of(number: int) -> Erasure | None:
    """Return the erasure of a customer, under way or done."""
    return Erasure.objects.filter(customer_number=number).first()


def report_of(erasure: Erasure) -> list[tuple[str, int]]:
    """Return what is gone so far, in words."""
    return [(str(label), erasure.removed.get(kind, 0)) for kind, label in REMOVED.items()]


def _count(rows: QuerySet[Conversation] | QuerySet[Message] | QuerySet[Attachment] | QuerySet[InboundReceipt]) -> str:
    count = rows.order_by().values("pk")[: COUNTED + 1].count()
    return f"{COUNTED:,}+" if count > COUNTED else str(count)
