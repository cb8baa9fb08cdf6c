"""Turns deliveries into customers, conversations and messages: reads what a batch needs, decides, writes in bulk."""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from channels_app.models import ChannelInstance
from conversations import lifecycle, live
from conversations.inbound.recognise import earlier_answer, reaction_target
from conversations.models import (
    Attachment,
    Conversation,
    Customer,
    Direction,
    Fetch,
    InboundReceipt,
    Kind,
    Message,
    ReceiptState,
    Reference,
    State,
)
from omnichannel import amb

# Apple sends no end of typing when a text follows, and none at all when a device goes away.
TYPING_SECONDS = 60
NO_INSTANCE = "No channel instance uses this account."
CUSTOMER_FIELDS = ["capabilities", "locale", "last_seen_at", "left_at"]
CONVERSATION_FIELDS = ["intent", "group", "state", "agent", "last_message_at", "preview", "unread", "typing_until"]


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
        Customer.objects.bulk_update(self._customers.values(), CUSTOMER_FIELDS)
        InboundReceipt.objects.bulk_update(self.receipts, ["state", "processed_at", "outcome"])

    def _load(self) -> None:
        accounts = {receipt.account_id for receipt in self.receipts}
        instances = ChannelInstance.objects.filter(account__in=accounts).select_related("workstream")
        instance_by_account = {instance.account_id: instance for instance in instances}
        customers = Customer.objects.filter(
            account__in=accounts, customer_id__in={receipt.customer_id for receipt in self.receipts}
        )
        _create_customers(self.receipts, set(customers.values_list("account_id", "customer_id")))
        # Locked before the customers are read, so that nobody's change to either is written over.
        conversations = Conversation.objects.filter(customer__in=customers.values("pk")).exclude(state=State.CLOSED)
        conversation_by_customer = {each.customer_id: each for each in conversations.locked()}
        here = {(receipt.account_id, receipt.customer_id) for receipt in self.receipts}
        by_key = {(each.account_id, each.customer_id): each for each in customers}
        self._customers = {key: by_key[key] for key in here}
        for customer in self._customers.values():
            if instance := instance_by_account.get(customer.account_id):
                self._lanes[customer.pk] = Lane(customer, instance, conversation_by_customer.get(customer.pk))

    def _apply(self, receipt: InboundReceipt, message: amb.Message) -> None:
        customer = self._customers[receipt.account_id, receipt.customer_id]
        _note_device(customer, receipt, message)
        lane = self._lanes.get(customer.pk)
        if lane is None:
            raise CannotApply(NO_INSTANCE)
        match message:
            case amb.TypingStart():
                self._type(lane, receipt.received_at + datetime.timedelta(seconds=TYPING_SECONDS))
            case amb.TypingEnd():
                self._type(lane, None)
            case amb.Close():
                self._leave(lane, receipt)
            case amb.TextMessage():
                self._text(lane, receipt, message)
            case amb.InteractiveMessage():
                self._interactive(lane, receipt, message)
            case _:
                self._add(lane, receipt, message, kind=Kind.UNSUPPORTED, body=message.type)

    def _type(self, lane: Lane, until: datetime.datetime | None) -> None:
        if lane.conversation:
            lane.conversation.typing_until = until
            self._typing[lane.conversation.pk] = lane.conversation

    def _leave(self, lane: Lane, receipt: InboundReceipt) -> None:
        lane.customer.left_at = receipt.received_at
        if lane.conversation:
            self._flush()
            lifecycle.leave(lane.conversation, receipt.received_at)
            lane.conversation = None

    def _text(self, lane: Lane, receipt: InboundReceipt, message: amb.TextMessage) -> None:
        body, _shown = amb.split_placeholders(message.body, message.attachments)
        reaction = amb.parse_reaction(body) if not message.attachments else None
        target = reaction_target(lane.conversation, reaction) if reaction and lane.conversation else None
        kind = Kind.REACTION if target else Kind.TEXT
        row = self._add(
            lane,
            receipt,
            message,
            kind=kind,
            body=body,
            subject=message.subject or "",
            reaction_to=target,
            payload={"reaction": reaction.emoji or reaction.kind} if target and reaction else None,
        )
        self._attach(lane, row, message.attachments)

    def _interactive(self, lane: Lane, receipt: InboundReceipt, message: amb.InteractiveMessage) -> None:
        data = message.interactive_data
        if data is None and receipt.fetched:
            data = amb.InteractiveData.model_validate_json(bytes(receipt.fetched))
        if data is None:
            title = message.interactive_data_ref.title if message.interactive_data_ref else None
            row = self._add(lane, receipt, message, kind=Kind.INTERACTIVE, body=title or "")
            self._references.append(Reference(message=row))
            return
        key = amb.answer_key(data)
        if earlier := earlier_answer(lane.customer, key, receipt.received_at, self._messages):
            receipt.outcome = f"The same answer came before, as message {earlier.apple_id}."
            return
        row = self._add(
            lane,
            receipt,
            message,
            kind=Kind.INTERACTIVE,
            body=amb.answer_title(data),
            answer_key=key,
            payload=stored_payload(data),
        )
        self._attach(lane, row, message.attachments)

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
        conversation.last_message_at = receipt.received_at
        conversation.preview = " ".join(row.body.split())[:120]
        return row

    def _conversation_for(self, lane: Lane, receipt: InboundReceipt, message: amb.Message) -> Conversation:
        lane.customer.left_at = None
        intent, group = (message.intent or "")[:255], (message.group or "")[:255]
        conversation = lane.conversation
        if conversation is None:
            entry = lifecycle.Entry(receipt.received_at, intent, group, lane.customer.locale)
            conversation = lane.conversation = lifecycle.open_conversation(lane.customer, lane.instance, entry)
        elif conversation.state == State.WAITING:
            # The documented product: the customer writes again, so the conversation waits in its queue once more.
            conversation.state, conversation.agent = State.OPEN, None
        # Apple does not say on which messages these repeat, so an absent one never clears what is known.
        conversation.intent, conversation.group = intent or conversation.intent, group or conversation.group
        self._changed[conversation.pk] = conversation
        return conversation

    def _attach(self, lane: Lane, row: Message, files: tuple[amb.Attachment, ...]) -> None:
        self._files.extend(_attachment(lane.instance, row, file, place) for place, file in enumerate(files))
        if files and not row.body and lane.conversation:
            lane.conversation.preview = (files[0].name or "")[:120]

    def _flush(self) -> None:
        """Write what was decided so far, in the order in which it came."""
        Message.objects.bulk_create(self._messages)
        Attachment.objects.bulk_create(self._files)
        Reference.objects.bulk_create(self._references)
        Conversation.objects.bulk_update((self._changed | self._typing).values(), CONVERSATION_FIELDS)
        live.changed(*self._changed.values())
        for conversation in self._typing.values():
            live.typing(conversation)
        for pending in (self._messages, self._files, self._references, self._changed, self._typing):
            pending.clear()


def stored_payload(data: amb.InteractiveData) -> dict[str, Any]:
    """Return what is kept of an answer: all but its pictures, which are ours and came back as an echo."""
    content: dict[str, Any] = data.model_dump(mode="json", by_alias=True, exclude_none=True)
    content.get("data", {}).pop("images", None)
    return content


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


def _note_device(customer: Customer, receipt: InboundReceipt, message: amb.Message) -> None:
    # A customer changes devices, so every delivery overwrites what the last one could show.
    customer.capabilities = receipt.capabilities
    customer.locale = (message.locale or customer.locale)[:35]
    customer.last_seen_at = receipt.received_at


def _attachment(instance: ChannelInstance, row: Message, file: amb.Attachment, position: int) -> Attachment:
    reason = _why_refused(instance, file)
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
    )


def _signature(file: amb.Attachment) -> str:
    """Return the signature, empty where it cannot be read: a malformed file must not cost the customer's words."""
    try:
        return file.signature_as_base64()
    except amb.DecodeError:
        return ""


def _why_refused(instance: ChannelInstance, file: amb.Attachment) -> str:
    if not instance.customers_may_attach:
        return "Attachment refused: customers may not send files on this channel."
    if not (file.is_complete and _signature(file)):
        return "The file came without its address or key."
    limit = instance.attachment_limit_kb
    if (file.size or 0) > limit * 1024:
        return f"The file has {-(-(file.size or 0) // 1024)} KB; at most {limit} KB are accepted."
    return ""
