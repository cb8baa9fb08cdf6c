"""Finds what an id stands for, whichever id it is: ours, Apple's, an account's, a customer's, a request's."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _

from channels_app.models import Account
from conversations.ledger import lines, queries
from conversations.ledger.accounts import first_messages
from conversations.ledger.lines import Line
from conversations.models import Conversation, Customer, Direction, Message
from conversations.models.customer import CUSTOMER_ID_LENGTH

SHOWN = 10
# How Apple writes the id of an account in a message from it.
BUSINESS = "urn:biz:"
LARGEST_KEY = 2**63 - 1
NUMBER = re.compile(r"(?:(?P<what>[a-z]+)\s*#?\s*)?(?P<number>[0-9]{1,19})")
# "Message 42", as the audit log and the pages write it, says which of three it is.
WORDS = {
    "message": "message",
    "delivery": "receipt",
    "receipt": "receipt",
    "conversation": "conversation",
    "visitor": "customer",
    "customer": "customer",
}


@dataclass
class Found:
    """What an id stands for, in sentences, and the lines that belong to it."""

    sentences: list[str] = field(default_factory=list)
    receipts: list[Line] = field(default_factory=list)
    messages: list[Line] = field(default_factory=list)
    # Narrows both lists to an account, a customer or a conversation, for "all of them".
    narrow: str = ""

    @property
    def only(self) -> str:
        """Return the page of what was found, where it is one thing."""
        found = [*self.receipts, *self.messages]
        return found[0].url if len(found) == 1 and not self.narrow else ""


def find(text: str) -> Found:
    """Return all that an id stands for; nothing where no row has it."""
    text = text.strip()
    found = Found()
    if uuid := _uuid(text):
        _by_apple_id(found, uuid)
        _by_account(found, uuid)
    elif known := NUMBER.fullmatch(text.lower()):
        _by_number(found, known["what"] or "", int(known["number"]))
    if not found.narrow and len(text) <= CUSTOMER_ID_LENGTH and "\0" not in text:
        _by_request(found, text)
        if not found.sentences:
            _by_customer(found, Customer.objects.filter(customer_id=text), text)
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text.lower().removeprefix(BUSINESS))
    except ValueError:
        return None


def _by_apple_id(found: Found, apple_id: UUID) -> None:
    receipts = Q(apple_id=apple_id, account__in=list(Account.objects.values_list("pk", flat=True)))
    if _add_receipts(found, receipts):
        found.sentences.append(_("Apple's id of what a customer sent."))
    if _add_messages(found, Q(apple_id=apple_id)):
        found.sentences.append(_("The id under which Apple knows a message of ours."))


def _by_account(found: Found, business_id: UUID) -> None:
    account = Account.objects.filter(business_id=str(business_id)).first()
    if account is None:
        return
    _add_receipts(found, Q(account=account))
    found.messages += lines.of_messages(first_messages(account)(queries.messages(), "-pk", SHOWN))
    found.narrow = f"account={account.pk}"
    found.sentences.append(_("%(account)s, an account of ours.") % {"account": account})


def _by_request(found: Found, identifier: str) -> None:
    # Ordered by a sum, for which there is no index: so the one of identifiers is read, and never all messages.
    newest = Message.objects.of_request(identifier).order_by(-(F("pk") + 0))
    asked = list(newest.values_list("pk", "receipt")[:SHOWN])
    if not asked:
        return
    _add_receipts(found, Q(pk__in=[receipt for _pk, receipt in asked if receipt]))
    _add_messages(found, Q(pk__in=[pk for pk, _receipt in asked]))
    found.sentences.append(_("The request identifier of an interactive message."))


def _by_number(found: Found, what: str, number: int) -> None:
    kind = WORDS.get(what, "")
    if (what and not kind) or number > LARGEST_KEY:
        return
    if kind in ("", "message"):
        _by_message(found, number)
    if kind in ("", "receipt") and _add_receipts(found, Q(pk=number)):
        found.sentences.append(_("Delivery %(number)s.") % {"number": number})
    if kind in ("", "conversation"):
        _by_conversation(found, number)
    if kind == "customer":
        _by_customer(found, Customer.objects.filter(pk=number), "")


def _by_message(found: Found, number: int) -> None:
    message = Message.objects.filter(pk=number).only("direction", "receipt").first()
    if message is None or message.direction == Direction.NOTE:
        return
    if message.direction == Direction.OUT:
        _add_messages(found, Q(pk=number))
    elif message.receipt_id is not None:
        _add_receipts(found, Q(pk=message.receipt_id))
    else:
        return
    found.sentences.append(_("Message %(number)s.") % {"number": number})


def _by_conversation(found: Found, number: int) -> None:
    conversation = Conversation.objects.filter(pk=number).select_related("customer").first()
    if conversation is None:
        return
    _add_receipts(found, Q(message__conversation=conversation))
    _add_messages(found, Q(conversation=conversation))
    found.narrow = f"conversation={conversation.pk}"
    who = {"number": number, "customer": conversation.customer.label}
    found.sentences.append(_("Conversation %(number)s with %(customer)s.") % who)


def _by_customer(found: Found, customers: object, text: str) -> None:
    for customer in customers:  # type: ignore[attr-defined]
        _add_receipts(found, Q(account=customer.account_id, customer_id=customer.customer_id))
        _add_messages(found, Q(conversation__customer=customer))
        found.narrow = f"customer={customer.pk}"
        found.sentences.append(_("%(customer)s, a customer.") % {"customer": customer.label})
    if text and not found.sentences and _add_receipts(found, Q(customer_id=text)):
        found.sentences.append(_("A customer of whom nothing has been applied yet."))


def _add_receipts(found: Found, condition: Q) -> bool:
    rows = lines.of_receipts(queries.receipts().filter(condition).order_by("-pk")[:SHOWN])
    fresh = [line for line in rows if line.pk not in {known.pk for known in found.receipts}]
    found.receipts += fresh
    return bool(rows)


def _add_messages(found: Found, condition: Q) -> bool:
    rows = lines.of_messages(queries.messages().filter(condition).order_by("-pk")[:SHOWN])
    fresh = [line for line in rows if line.pk not in {known.pk for known in found.messages}]
    found.messages += fresh
    return bool(rows)
