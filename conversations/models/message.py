"""One entry in a conversation; a queued one is also the outbox."""

from __future__ import annotations

import datetime
from uuid import uuid4

from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels_app.automated.triggers import GREETING
from conversations.models.conversation import Conversation
from conversations.models.receipt import InboundReceipt
from richmessages.models import RichMessage
from workstreams.models import Agent


class Direction(models.TextChoices):
    """From the customer, to the customer, or a line only the company sees."""

    IN = "in", _("From the customer")
    OUT = "out", _("To the customer")
    NOTE = "note", _("Note")


class Kind(models.TextChoices):
    """What an entry holds."""

    TEXT = "text", _("Text")
    REACTION = "reaction", _("Reaction")
    INTERACTIVE = "interactive", _("Interactive message")
    RICH_LINK = "rich_link", _("Rich link")
    UNSUPPORTED = "unsupported", _("Unsupported message")
    EVENT = "event", _("Event")


class Event(models.TextChoices):
    """What a note in the transcript tells; stored as the body of the entry."""

    TAKEN = "taken", _("%(agent)s took the conversation")
    ENDED = "ended", _("The conversation was ended")
    CUSTOMER_LEFT = "customer_left", _("The customer deleted the conversation")
    CHANNEL_DELETED = "channel_deleted", _("The channel was deleted, which ended the conversation")


class Delivery(models.TextChoices):
    """What is known of an outbound message; Apple tells no more than that it accepted one."""

    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not sent")
    UNKNOWN = "unknown", _("Outcome unknown")


# What pairs a question to the customer with its answers, in whichever letters it is written.
REQUEST = Upper(KT("payload__data__requestIdentifier"))
# The trigger of the message that asks how a conversation was.
SURVEY = "survey"
# An address that somebody typed; what it shows is read before it leaves.
UNREAD_LINK = Q(kind=Kind.RICH_LINK, payload__isnull=True)
UNDELIVERED = (Delivery.QUEUED, Delivery.SENDING)


class MessageQuerySet(models.QuerySet["Message"]):
    """Reads of the outbox and of a transcript."""

    def sendable(self, now: datetime.datetime) -> MessageQuerySet:
        """Return the head of each conversation's outbox that is due: what waits behind another is not among them."""
        ahead = Message.objects.filter(
            Q(delivery=Delivery.SENDING) | Q(delivery=Delivery.QUEUED, pk__lt=OuterRef("pk")),
            conversation=OuterRef("conversation"),
        )
        sendable = self.filter(~Exists(ahead), delivery=Delivery.QUEUED, due_at__lte=now)
        return sendable.exclude(UNREAD_LINK).order_by("pk")

    def unread_links(self) -> MessageQuerySet:
        """Return the links in the outbox whose pages have not been read yet."""
        return self.filter(UNREAD_LINK, delivery=Delivery.QUEUED)

    def of_request(self, identifier: str) -> MessageQuerySet:
        """Return the interactive messages that carry Apple's request identifier."""
        return self.alias(request=REQUEST).filter(kind=Kind.INTERACTIVE, request=Upper(Value(identifier)))

    def for_transcript(self) -> MessageQuerySet:
        """Fetch what a bubble shows, without a query for each."""
        rows = self.select_related("author", "reaction_to", "reference", "rich_message")
        return rows.defer("rich_message__content", "rich_message__edits").prefetch_related("attachments")


class Message(models.Model):
    """One entry in a conversation, from the customer, to them, or a note about them."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    apple_id = models.UUIDField(default=uuid4)
    direction = models.CharField(max_length=4, choices=Direction)
    kind = models.CharField(max_length=11, choices=Kind, default=Kind.TEXT)
    body = models.TextField(blank=True)
    subject = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    # Inbound: the delivery it came with, and what recognises the same answer under another id.
    receipt = models.OneToOneField(InboundReceipt, models.SET_NULL, null=True, related_name="message")
    payload = models.JSONField(null=True)
    answer_key = models.CharField(max_length=64, blank=True)
    reaction_to = models.ForeignKey("self", models.SET_NULL, null=True, related_name="reactions")
    # Outbound: who wrote it, and how sending it goes.
    author = models.ForeignKey(Agent, models.PROTECT, null=True, related_name="messages")
    is_automated = models.BooleanField(default=False)
    # What it was sent for by itself: a trigger of channels_app/automated/triggers.py, or the survey.
    trigger = models.CharField(max_length=40, blank=True)
    # What it was made of; its payload holds what was sent, whatever becomes of the rich message.
    rich_message = models.ForeignKey(RichMessage, models.SET_NULL, null=True, related_name="+")
    client_key = models.CharField(max_length=128, blank=True)
    delivery = models.CharField(max_length=7, choices=Delivery, null=True)  # noqa: DJ001  null: nothing to deliver
    due_at = models.DateTimeField(null=True)
    give_up_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    failure_status = models.PositiveIntegerField(null=True)
    failure_reason = models.CharField(max_length=400, blank=True)
    # Set when retention took the words, the payload and the files; ids, times and states stay.
    erased_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(direction="out") & Q(delivery=None)
                | Q(direction="out", delivery__isnull=False, due_at__isnull=False, give_up_at__isnull=False),
                name="only_outbound_messages_are_delivered",
            ),
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(delivery="sending"), name="one_message_in_flight_per_conversation"
            ),
            models.UniqueConstraint(
                fields=["apple_id"], condition=Q(direction="out"), name="an_outbound_id_is_used_once"
            ),
            models.UniqueConstraint(
                fields=["conversation", "client_key"], condition=~Q(client_key=""), name="one_message_per_client_key"
            ),
            models.UniqueConstraint(
                fields=["conversation", "trigger"],
                condition=Q(trigger__in=[GREETING.slug, SURVEY]),
                name="a_conversation_is_greeted_and_surveyed_once",
            ),
            models.CheckConstraint(
                condition=Q(trigger="") | Q(is_automated=True), name="only_automated_messages_have_a_trigger"
            ),
            models.CheckConstraint(
                condition=~Q(delivery="sent") | Q(sent_at__isnull=False), name="a_sent_message_has_a_time"
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(body="", subject="", payload=None),
                name="an_erased_message_says_nothing",
            ),
            models.CheckConstraint(
                condition=~Q(kind="rich_link", delivery__in=["sending", "sent"], payload__isnull=True)
                | Q(erased_at__isnull=False),
                name="a_link_leaves_with_what_it_shows",
            ),
        )
        indexes = (
            models.Index(fields=["conversation", "id"], name="message_transcript"),
            models.Index(
                fields=["conversation", "id"], condition=Q(delivery__in=["queued", "sending"]), name="message_outbox"
            ),
            models.Index(fields=["due_at"], condition=Q(delivery="queued"), name="message_due"),
            models.Index(
                fields=["due_at"],
                condition=Q(kind="rich_link", delivery="queued", payload__isnull=True),
                name="message_unread_link",
            ),
            models.Index(fields=["claimed_at"], condition=Q(delivery="sending"), name="message_in_flight"),
            models.Index(
                fields=["created_at", "id"], condition=Q(erased_at=None) & ~Q(kind="event"), name="message_with_content"
            ),
            models.Index(fields=["apple_id"], name="message_apple_id"),
            # A hash, since what Apple sends as an identifier may be longer than a key of a B-tree.
            HashIndex(REQUEST, condition=Q(kind="interactive"), name="message_request"),
            models.Index(fields=["-id"], condition=Q(direction="out"), name="message_ledger"),
            models.Index(fields=["-id"], condition=Q(delivery__in=["failed", "unknown"]), name="message_troubled"),
        )

    def __str__(self) -> str:
        return f"Message {self.pk}"

    @property
    def is_from_customer(self) -> bool:
        """Tell whether the customer wrote it."""
        return self.direction == Direction.IN

    @property
    def is_unread_link(self) -> bool:
        """Tell whether it is a link whose page has to be read before it leaves."""
        return self.kind == Kind.RICH_LINK and self.payload is None

    @property
    def event_text(self) -> str:
        """Return the sentence of a note."""
        return Event(self.body).label % {"agent": self.author or ""}

    @property
    def may_be_resent(self) -> bool:
        """Tell whether a person may ask to send it again, under the same id."""
        return self.delivery in (Delivery.FAILED, Delivery.UNKNOWN) and self.erased_at is None
