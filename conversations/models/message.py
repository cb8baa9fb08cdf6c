"""One entry in a conversation; a queued one is also the outbox."""

from __future__ import annotations

import datetime
from uuid import uuid4

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from conversations.models.conversation import Conversation
from conversations.models.receipt import InboundReceipt
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


class Delivery(models.TextChoices):
    """What is known of an outbound message; Apple tells no more than that it accepted one."""

    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not sent")
    UNKNOWN = "unknown", _("Outcome unknown")


UNDELIVERED = (Delivery.QUEUED, Delivery.SENDING)


class MessageQuerySet(models.QuerySet["Message"]):
    """Reads of the outbox and of a transcript."""

    def sendable(self, now: datetime.datetime) -> MessageQuerySet:
        """Return the head of each conversation's outbox that is due: what waits behind another is not among them."""
        ahead = Message.objects.filter(
            Q(delivery=Delivery.SENDING) | Q(delivery=Delivery.QUEUED, pk__lt=OuterRef("pk")),
            conversation=OuterRef("conversation"),
        )
        return self.filter(~Exists(ahead), delivery=Delivery.QUEUED, due_at__lte=now).order_by("pk")

    def for_transcript(self) -> MessageQuerySet:
        """Fetch what a bubble shows, without a query for each."""
        return self.select_related("author", "reaction_to", "reference").prefetch_related("attachments")


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
    client_key = models.CharField(max_length=128, blank=True)
    delivery = models.CharField(max_length=7, choices=Delivery, null=True)  # noqa: DJ001  null: nothing to deliver
    due_at = models.DateTimeField(null=True)
    give_up_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    failure_status = models.PositiveIntegerField(null=True)
    failure_reason = models.CharField(max_length=400, blank=True)

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
            models.CheckConstraint(
                condition=~Q(delivery="sent") | Q(sent_at__isnull=False), name="a_sent_message_has_a_time"
            ),
        )
        indexes = (
            models.Index(fields=["conversation", "id"], name="message_transcript"),
            models.Index(
                fields=["conversation", "id"], condition=Q(delivery__in=["queued", "sending"]), name="message_outbox"
            ),
            models.Index(fields=["due_at"], condition=Q(delivery="queued"), name="message_due"),
            models.Index(fields=["claimed_at"], condition=Q(delivery="sending"), name="message_in_flight"),
        )

    def __str__(self) -> str:
        return f"Message {self.pk}"

    @property
    def is_from_customer(self) -> bool:
        """Tell whether the customer wrote it."""
        return self.direction == Direction.IN

    @property
    def event_text(self) -> str:
        """Return the sentence of a note."""
        return Event(self.body).label % {"agent": self.author or ""}

    @property
    def may_be_resent(self) -> bool:
        """Tell whether a person may ask to send it again, under the same id."""
        return self.delivery in (Delivery.FAILED, Delivery.UNKNOWN)
