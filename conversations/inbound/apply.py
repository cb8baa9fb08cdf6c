"""Turns deliveries into customers, conversations and messages: reads what a batch needs, decides, writes in bulk."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, TypeVar

import structlog
from django.db import transaction
from django.utils import timezone

from channels_app.automated.wording import Wording
from channels_app.carried import ending_of
from channels_app.models import Account, ChannelInstance, Organisation
from conversations import automated, lifecycle, live
from conversations.inbound.reading import read
from conversations.inbound.recognise import earlier_answer
from conversations.models import (
    Attachment,
    Conversation,
    Customer,
    Direction,
    Fetch,
    InboundReceipt,
    Message,
    ReceiptState,
    Reference,
    State,
)
from omnichannel import amb
from omnichannel.common import clock
from workstreams.routing import Rule
from workstreams.rules.load import rules_of

# Apple sends no end of typing when a text follows, and none at all when a device goes away.
TYPING_SECONDS = 60
# Deliveries that come together may be stored in another order than their times say.
SIDE_BY_SIDE = datetime.timedelta(seconds=1)
NO_INSTANCE = "No channel instance uses this account."
ACCOUNT_DELETED = "The account was deleted, so it opens no conversation."
CUSTOMER_FIELDS = ["capabilities", "locale", "last_seen_at", "left_at"]
Row = TypeVar("Row", Customer, Conversation)
CONVERSATION_FIELDS = ["intent", "group", "state", "agent", "last_message_at", "preview", "unread", "typing_until"]

log = structlog.get_logger(__name__)


class CannotApply(Exception):
    """The delivery is sound but nothing can be made of it now; ``str()`` of it says why."""


@dataclass
class Lane:
    """One customer's part of a batch."""

    customer: Customer
    instance: ChannelInstance
    conversation: Conversation | None


@dataclass
class Batch:
    """Receipts that are applied and committed together."""

    receipts: list[InboundReceipt]
    _customers: dict[tuple[int, str], Customer] = field(default_factory=dict)
    _lanes: dict[int, Lane] = field(default_factory=dict)
    _opened: list[Conversation] = field(default_factory=list)
    _deleted: set[int] = field(default_factory=set)
    _messages: list[Message] = field(default_factory=list)
    _files: list[Attachment] = field(default_factory=list)
    _references: list[Reference] = field(default_factory=list)
    _changed: dict[int, Conversation] = field(default_factory=dict)
    _typing: dict[int, Conversation] = field(default_factory=dict)

    def apply(self) -> None:
        """Apply every receipt, parking those that say nothing we can use."""
        self._load()
        for receipt in self.receipts:
            receipt.state, receipt.outcome, receipt.processed_at = ReceiptState.DONE, "", timezone.now()
            try:
                self._apply(receipt, amb.decode(bytes(receipt.body)))
            except (amb.DecodeError, CannotApply) as fault:
                receipt.state, receipt.outcome = ReceiptState.PARKED, str(fault)[:400]
        self._flush()
        _write_back(self._customers.values(), CUSTOMER_FIELDS)
        _settle(self.receipts)

    @cached_property
    def _now(self) -> datetime.datetime:
        # Asked once, and only by a batch with something to fetch.
        return clock.now()

    @cached_property
    def _organisation(self) -> Organisation:
        # Read once, and only by a batch with files in it.
        return Organisation.get()

    @cached_property
    def _rules(self) -> Mapping[int, Sequence[Rule]]:
        # Read once, and only by a batch that opens a conversation.
        return rules_of({lane.instance.workstream_id for lane in self._lanes.values()})

    def _load(self) -> None:
        accounts = {receipt.account_id for receipt in self.receipts}
        # Held, so that no conversation opens on one that is being deleted.
        instances = ChannelInstance.objects.held(accounts).select_related("workstream")
        instance_by_account = {instance.account_id: instance for instance in instances}
        customers = Customer.objects.filter(
            account__in=accounts, customer_id__in={receipt.customer_id for receipt in self.receipts}
        )
        _create_customers(self.receipts, set(customers.values_list("account_id", "customer_id")))
        # Locked before the customers are read, so that nobody's change to either is written over.
        conversations = Conversation.objects.filter(customer__in=customers.values("pk")).exclude(state=State.CLOSED)
        conversation_by_customer = {each.customer_id: each for each in conversations.locked()}
        here = {(receipt.account_id, receipt.customer_id) for receipt in self.receipts}
        # Locked too: one who is erased meanwhile has lost the id, so the batch fails and finds another customer.
        present = customers.order_by("pk").select_for_update(no_key=True)
        by_key = {(each.account_id, each.customer_id): each for each in present}
        idle = accounts - instance_by_account.keys()
        if idle:
            deleted = Account.objects.filter(pk__in=idle).exclude(retired_at=None)
            self._deleted = set(deleted.values_list("pk", flat=True))
        self._customers = {key: by_key[key] for key in here}
        for customer in self._customers.values():
            if instance := instance_by_account.get(customer.account_id):
                self._lanes[customer.pk] = Lane(customer, instance, conversation_by_customer.get(customer.pk))

    def _apply(self, receipt: InboundReceipt, message: amb.Message) -> None:
        customer = self._customers[receipt.account_id, receipt.customer_id]
        if not _is_overtaken(receipt, customer):
            _note_device(customer, receipt, message)
        lane = self._lanes.get(customer.pk)
        if receipt.account_id in self._deleted:
            receipt.outcome = ACCOUNT_DELETED
            return
        if lane is None:
            raise CannotApply(NO_INSTANCE)
        match message:
            case amb.TypingStart() | amb.TypingEnd() | amb.Close() if _is_overtaken(receipt, customer):
                receipt.outcome = "It says nothing any more: the customer wrote later."
            case amb.TypingStart():
                self._type(lane, receipt.received_at + datetime.timedelta(seconds=TYPING_SECONDS))
            case amb.TypingEnd():
                self._type(lane, None)
            case amb.Close():
                self._leave(lane, receipt)
            case _:
                self._message(lane, receipt, message)

    def _type(self, lane: Lane, until: datetime.datetime | None) -> None:
        if lane.conversation:
            lane.conversation.typing_until = until
            self._typing[lane.conversation.pk] = lane.conversation

    def _leave(self, lane: Lane, receipt: InboundReceipt) -> None:
        lane.customer.left_at = receipt.received_at
        if lane.conversation:
            self._flush()
            if lane.conversation.instance_id == lane.instance.pk:
                lane.conversation.instance = lane.instance
            lifecycle.leave(lane.conversation, receipt.received_at, self._wording)
            lane.conversation = None

    def _message(self, lane: Lane, receipt: InboundReceipt, message: amb.Message) -> None:
        if self._messages and isinstance(message, amb.TextMessage) and amb.parse_reaction(message.body):
            # What it is for may have come in this very batch.
            self._flush()
        reading = read(receipt, message, lane.conversation)
        if earlier := earlier_answer(lane.customer, reading.answer_key, receipt.received_at, self._messages):
            receipt.outcome = f"The same answer came before, as message {earlier.apple_id}."
            return
        row = self._add(lane, receipt, message, **reading.columns)
        if reading.is_missing:
            self._references.append(Reference(message=row, due_at=self._now))
        self._attach(lane, row, reading.files)

    def _add(self, lane: Lane, receipt: InboundReceipt, message: amb.Message, **columns: Any) -> Message:
        conversation = self._conversation_for(lane, receipt, message)
        row = Message(
            conversation=conversation,
            receipt=receipt,
            apple_id=receipt.apple_id,
            direction=Direction.IN,
            created_at=receipt.received_at,
            **columns,
        )
        self._messages.append(row)
        conversation.typing_until = None
        conversation.unread += 1
        if receipt.received_at >= conversation.last_message_at or not _is_overtaken(receipt, lane.customer):
            conversation.last_message_at = receipt.received_at
            conversation.preview = " ".join(row.body.split())[:120]
        return row

    def _conversation_for(self, lane: Lane, receipt: InboundReceipt, message: amb.Message) -> Conversation:
        if not _is_overtaken(receipt, lane.customer):
            lane.customer.left_at = None
        intent, group = (message.intent or "")[:255], (message.group or "")[:255]
        conversation = lane.conversation
        if conversation is None:
            entry = lifecycle.Entry(receipt.received_at, intent, group, lane.customer.locale)
            rules = self._rules.get(lane.instance.workstream_id, ())
            conversation = lane.conversation = lifecycle.open_conversation(lane.customer, lane.instance, entry, rules)
            self._opened.append(conversation)
        elif conversation.state == State.WAITING:
            # The documented product: the customer writes again, so the conversation waits in its queue once more.
            conversation.state, conversation.agent = State.OPEN, None
        # Apple does not say on which messages these repeat, so an absent one never clears what is known.
        conversation.intent, conversation.group = intent or conversation.intent, group or conversation.group
        self._changed[conversation.pk] = conversation
        return conversation

    def _attach(self, lane: Lane, row: Message, files: tuple[amb.Attachment, ...]) -> None:
        for place, file in enumerate(files):
            self._files.append(attachment_of(lane.instance, self._organisation, row, file, place, due_at=self._now))
        if files and not row.body and lane.conversation and lane.conversation.last_message_at == row.created_at:
            lane.conversation.preview = (files[0].name or "")[:120]

    def _flush(self) -> None:
        """Write what was decided so far, in the order in which it came."""
        Message.objects.bulk_create(self._messages)
        if self._opened:
            automated.greet(self._opened, self._wording)
        Attachment.objects.bulk_create(self._files)
        Reference.objects.bulk_create(self._references)
        _write_back((self._changed | self._typing).values(), CONVERSATION_FIELDS)
        live.changed(*self._changed.values())
        for conversation in self._typing.values():
            live.typing(conversation)
        if self._messages:
            ids = [_ids(message) for message in self._messages]
            transaction.on_commit(partial(log.info, "messages_received", messages=ids), robust=True)
        for pending in (self._messages, self._files, self._references, self._changed, self._typing, self._opened):
            pending.clear()

    @cached_property
    def _wording(self) -> Wording:
        """What the channels say by themselves; read once, and only where somebody comes or goes."""
        return automated.wording_of_arrivals({lane.instance for lane in self._lanes.values()})


def _write_back(rows: Iterable[Row], fields: list[str]) -> None:
    """Write fields of rows that this transaction has locked: an insert of what is there, ten times a bulk_update."""
    if mine := list(rows):
        type(mine[0])._default_manager.bulk_create(
            mine, update_conflicts=True, unique_fields=["pk"], update_fields=fields
        )


def _settle(receipts: list[InboundReceipt]) -> None:
    """Write what became of the receipts; nearly all became a message, which is one short statement."""
    plain = [each.pk for each in receipts if each.state == ReceiptState.DONE and not each.outcome]
    mine = InboundReceipt.objects.filter(pk__in=plain)
    mine.update(state=ReceiptState.DONE, outcome="", processed_at=timezone.now())
    others = [each for each in receipts if each.state != ReceiptState.DONE or each.outcome]
    InboundReceipt.objects.bulk_update(others, ["state", "processed_at", "outcome"])


def _ids(message: Message) -> dict[str, Any]:
    # By which one delivery is followed through the logs.
    return {
        "receipt": message.receipt_id,
        "apple_id": message.apple_id,
        "message": message.pk,
        "conversation": message.conversation_id,
    }


def _create_customers(receipts: list[InboundReceipt], known: set[tuple[int, str]]) -> None:
    # Only the missing ones: an insert that conflicts uses up a number, and agents see these as "Visitor 7".
    first: dict[tuple[int, str], datetime.datetime] = {}
    for receipt in receipts:
        if (key := (receipt.account_id, receipt.customer_id)) not in known:
            first.setdefault(key, receipt.received_at)
    new = [
        Customer(account_id=account, customer_id=name, first_seen_at=at, last_seen_at=at)
        for (account, name), at in first.items()
    ]
    Customer.objects.bulk_create(new, ignore_conflicts=True)


def _is_overtaken(receipt: InboundReceipt, customer: Customer) -> bool:
    """Tell whether it was parked and is applied after what the customer did later; their newest word counts."""
    return receipt.received_at < customer.last_seen_at - SIDE_BY_SIDE


def _note_device(customer: Customer, receipt: InboundReceipt, message: amb.Message) -> None:
    # A customer changes devices, so every delivery overwrites what the last one could show.
    customer.capabilities = receipt.capabilities
    customer.locale = (message.locale or customer.locale)[:35]
    customer.last_seen_at = receipt.received_at


def attachment_of(
    instance: ChannelInstance,
    organisation: Organisation,
    row: Message,
    file: amb.Attachment,
    position: int,
    *,
    due_at: datetime.datetime,
) -> Attachment:
    """Return the row of a file: to be fetched, or refused with its reason."""
    reason = _why_refused(instance, organisation, file)
    return Attachment(
        message=row,
        position=position,
        name=(file.name or "file")[-255:],
        mime_type=(file.mime_type or "")[:127],
        size=file.size or 0,
        state=Fetch.REFUSED if reason else Fetch.WAITING,
        reason=reason,
        url=file.url or "",
        owner=file.owner or "",
        signature_base64=_signature(file),
        key=file.key or "",
        due_at=due_at,
    )


def _signature(file: amb.Attachment) -> str:
    """Return the signature, empty where it cannot be read: a malformed file must not cost the customer's words."""
    try:
        return file.signature_as_base64()
    except amb.DecodeError:
        return ""


def _why_refused(instance: ChannelInstance, organisation: Organisation, file: amb.Attachment) -> str:
    if not instance.customers_may_attach:
        return "Customers may not send files on this channel."
    if not (file.is_complete and _signature(file)):
        return "The file came without its address or key."
    if organisation.blocks(file.name or ""):
        return f"Files that end in .{ending_of(file.name or '')} are blocked."
    if (file.size or 0) > organisation.largest_file:
        return (
            f"The file has {-(-(file.size or 0) // 1024)} KB; at most {organisation.largest_file_kb} KB are accepted."
        )
    return ""
