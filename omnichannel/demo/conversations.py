"""Turns the story into rows: what each delivery and each answer would have left behind, written in bulk."""

import base64
import datetime as dt
import io
import os
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from channels_app.models import ChannelInstance
from conversations import files
from conversations.models import (
    Attachment,
    CloseReason,
    Conversation,
    Customer,
    Delivery,
    Direction,
    Event,
    Fetch,
    InboundReceipt,
    Kind,
    Message,
    ReceiptState,
    State,
)
from omnichannel import amb
from omnichannel.demo import apple_side, wire
from omnichannel.demo.artwork import FILES
from omnichannel.demo.sealed import SealedFile, seal
from omnichannel.demo.story import TALES
from omnichannel.demo.telling import Line, Tale, Voice
from workstreams.models import Agent

EVERYTHING = sorted(str(capability) for capability in amb.Capability)
OLD_DEVICE = [str(amb.Capability.LIST), str(amb.Capability.TIME)]
MOMENT = dt.timedelta(seconds=1)
# A note stands right before the line that it belongs to, or some time after the last one.
TAKEN_BEFORE = dt.timedelta(seconds=10)
ENDED_AFTER = dt.timedelta(minutes=2)
GIVE_UP_AFTER = dt.timedelta(minutes=10)


def load_conversations(instances: dict[str, ChannelInstance]) -> None:
    """Write the conversations of the story, with times that end now."""
    rows = Rows(instances, {agent.user.username: agent for agent in Agent.objects.select_related("user")})
    now = timezone.now()
    for tale in sorted(TALES, key=lambda tale: _times(tale, now)[0]):
        Teller(rows, tale, now).tell()
    rows.write()
    apple_side.hand_out_phones(rows.messages, rows.files)


@dataclass
class Rows:
    """Everything that the story becomes, before it is written."""

    instances: dict[str, ChannelInstance]
    agents: dict[str, Agent]
    customers: dict[str, Customer] = field(default_factory=dict)
    conversations: list[Conversation] = field(default_factory=list)
    receipts: list[InboundReceipt] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    files: list[SealedFile] = field(default_factory=list)

    def write(self) -> None:
        """Write all rows; ids grow with time, as if everything had really happened."""
        Customer.objects.bulk_create(self.customers.values())
        Conversation.objects.bulk_create(self.conversations)
        InboundReceipt.objects.bulk_create(sorted(self.receipts, key=attrgetter("received_at")))
        self.messages.sort(key=attrgetter("created_at"))
        self._write_messages()
        Attachment.objects.bulk_create([file.attachment for file in self.files])

    def _write_messages(self) -> None:
        # A reaction can point at its bubble only once that has an id.
        targets = {id(message): message.reaction_to for message in self.messages if message.reaction_to}
        for message in self.messages:
            message.reaction_to = None
        Message.objects.bulk_create(self.messages)
        reactions = [message for message in self.messages if id(message) in targets]
        for reaction in reactions:
            reaction.reaction_to = targets[id(reaction)]
        Message.objects.bulk_update(reactions, ["reaction_to"])


class Teller:
    """Adds the rows of one conversation."""

    def __init__(self, rows: Rows, tale: Tale, now: dt.datetime) -> None:
        self._rows, self._tale = rows, tale
        self._times = _times(tale, now)
        self._instance = rows.instances[tale.desk]
        self._agent = rows.agents[tale.agent] if tale.agent else None
        self._customer = self._known_customer()
        self._conversation = self._new_conversation()
        self._told: list[Message] = []

    def tell(self) -> None:
        """Add the conversation with its messages, notes, receipts and files."""
        self._rows.conversations.append(self._conversation)
        for line, at in zip(self._tale.lines, self._times, strict=True):
            if at == self._answered_at:
                self._note(Event.TAKEN, at - TAKEN_BEFORE)
            self._told.append(self._message(line, at))
        self._rows.messages += self._told
        if self._answered_at and self._answered_at not in self._times:
            self._note(Event.TAKEN, self._answered_at - TAKEN_BEFORE)
        if self._tale.state == State.CLOSED:
            self._end(self._times[-1] + ENDED_AFTER)

    @property
    def _answered_at(self) -> dt.datetime | None:
        """Return when the agent first acted: with a line, or soon after the customer's last one."""
        if self._agent is None:
            return None
        lines = zip(self._tale.lines, self._times, strict=True)
        return next((at for line, at in lines if line.voice == Voice.AGENT), self._times[-1] + 2 * TAKEN_BEFORE)

    @property
    def _last_inbound_at(self) -> dt.datetime:
        lines = zip(self._tale.lines, self._times, strict=True)
        return max(at for line, at in lines if line.voice == Voice.CUSTOMER)

    def _known_customer(self) -> Customer:
        first, last = self._times[0], self._last_inbound_at
        customer = self._rows.customers.setdefault(
            self._tale.customer,
            Customer(account=self._instance.account, customer_id=_opaque_id(), first_seen_at=first, last_seen_at=last),
        )
        customer.capabilities = OLD_DEVICE if self._tale.is_old_device else EVERYTHING
        customer.locale, customer.last_seen_at, customer.left_at = self._tale.locale, last, None
        return customer

    def _new_conversation(self) -> Conversation:
        tale, answered_at = self._tale, self._answered_at
        return Conversation(
            customer=self._customer,
            instance=self._instance,
            workstream=self._instance.workstream,
            queue=self._instance.workstream.fallback_queue,
            agent=self._agent,
            state=tale.state,
            close_reason=tale.close_reason or "",
            intent=tale.intent,
            group=tale.group,
            opened_at=self._times[0],
            assigned_at=answered_at - TAKEN_BEFORE if answered_at else None,
            closed_at=self._times[-1] + ENDED_AFTER if tale.state == State.CLOSED else None,
            last_message_at=self._times[-1],
            preview=_preview(tale.lines[-1]),
            unread=_unread(tale),
        )

    def _message(self, line: Line, at: dt.datetime) -> Message:
        message = self._inbound(line, at) if line.voice == Voice.CUSTOMER else self._outbound(line, at)
        attached = [_attachment(message, position, name) for position, name in enumerate(line.files)]
        self._rows.files += attached
        if line.voice == Voice.CUSTOMER:
            message.receipt = self._receipt(message, at, wire.written(message, line, attached))
        return message

    def _inbound(self, line: Line, at: dt.datetime) -> Message:
        target = self._told[-line.reacts] if line.reacts else None
        reaction = amb.parse_reaction(line.text) if target else None
        return Message(
            conversation=self._conversation,
            direction=Direction.IN,
            kind=_kind(line),
            body=line.text if line.type == "text" else line.type,
            created_at=at,
            reaction_to=target,
            payload={"reaction": reaction.emoji or reaction.kind} if reaction else None,
        )

    def _outbound(self, line: Line, at: dt.datetime) -> Message:
        is_sent = line.delivery == Delivery.SENT
        return Message(
            conversation=self._conversation,
            direction=Direction.OUT,
            body=line.text,
            created_at=at,
            author=self._agent if line.voice == Voice.AGENT else None,
            is_automated=line.voice == Voice.PROGRAM,
            delivery=line.delivery,
            due_at=at,
            give_up_at=at + GIVE_UP_AFTER,
            attempts=1,
            claimed_at=at,
            sent_at=at + MOMENT if is_sent else None,
            failure_status=line.status,
            failure_reason=line.reason,
        )

    def _receipt(self, message: Message, at: dt.datetime, body: bytes) -> InboundReceipt:
        receipt = InboundReceipt(
            account=self._instance.account,
            apple_id=message.apple_id,
            customer_id=self._customer.customer_id,
            capabilities=self._customer.capabilities,
            body=body,
            received_at=at,
            state=ReceiptState.DONE,
            due_at=at,
            processed_at=at + MOMENT,
        )
        self._rows.receipts.append(receipt)
        return receipt

    def _note(self, event: Event, at: dt.datetime) -> Message:
        by = None if event == Event.CUSTOMER_LEFT else self._agent
        note = Message(
            conversation=self._conversation,
            direction=Direction.NOTE,
            kind=Kind.EVENT,
            body=event,
            author=by,
            created_at=at,
        )
        self._rows.messages.append(note)
        return note

    def _end(self, at: dt.datetime) -> None:
        if self._tale.close_reason != CloseReason.CUSTOMER_LEFT:
            self._note(Event.ENDED, at)
            return
        note = self._note(Event.CUSTOMER_LEFT, at)
        self._receipt(note, at, wire.closed(note))
        self._customer.left_at = self._customer.last_seen_at = at


def _times(tale: Tale, now: dt.datetime) -> list[dt.datetime]:
    """Return when each line was written, counted back from the last one."""
    at = now - dt.timedelta(minutes=tale.minutes_ago)
    backwards = []
    for line in reversed(tale.lines):
        backwards.append(at)
        at -= dt.timedelta(minutes=line.after)
    return backwards[::-1]


def _opaque_id() -> str:
    # 119 bytes of which the first four are always the same: the shape seen in the field.
    return "urn:mbid:" + base64.b64encode(b"\x01\x00\x00\x63" + os.urandom(115)).decode()


def _kind(line: Line) -> Kind:
    if line.type != "text":
        return Kind.UNSUPPORTED
    return Kind.REACTION if line.reacts else Kind.TEXT


def _preview(line: Line) -> str:
    words = line.text if line.type == "text" else line.type
    return (" ".join(words.split()) or " ".join(line.files[:1]))[:120]


def _unread(tale: Tale) -> int:
    if tale.state == State.OPEN:
        return sum(line.voice == Voice.CUSTOMER for line in tale.lines)
    return tale.unread


def _attachment(message: Message, position: int, name: str) -> SealedFile:
    made = FILES[name]
    content = made.content()
    sealed = seal(content)
    row = Attachment(
        message=message,
        position=position,
        name=name,
        size=len(content),
        due_at=message.created_at,
        **_stored(content, name, made.mime_type),
    )
    if message.delivery != Delivery.FAILED:
        row.url, row.owner, row.key = sealed.url, sealed.owner, sealed.key_text
        row.signature_base64 = sealed.signature_base64
    return SealedFile(row, sealed)


def _stored(content: bytes, name: str, mime_type: str) -> dict[str, Any]:
    """Return the columns of a file that came in, or those of one that was refused."""
    file = io.BytesIO(content)
    try:
        found = files.recognise(file, name)
        picture = files.preview(file, found)
    except files.FileRefused as fault:
        return {"state": Fetch.REFUSED, "reason": str(fault), "mime_type": mime_type, "attempts": 1}
    stored = {"state": Fetch.STORED, "mime_type": found, "file": ContentFile(content, name=name)}
    return stored | files.as_fields(picture)
