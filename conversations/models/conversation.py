"""One exchange with a customer, from the first message to its close."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels_app.models import ChannelInstance
from conversations.models.customer import Customer
from conversations.models.words import in_words
from workstreams.models import Agent, Queue, Workstream
from workstreams.roles import Role, roles_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from workstreams.models import User


class State(models.TextChoices):
    """Status reasons of a conversation, in the documented product's words."""

    OPEN = "open", _("Open")
    ACTIVE = "active", _("Active")
    WAITING = "waiting", _("Waiting")
    WRAP_UP = "wrap_up", _("Wrap-up")
    CLOSED = "closed", _("Closed")


class CloseReason(models.TextChoices):
    """Why a conversation ended."""

    AGENT = "agent", _("Ended by the agent")
    CUSTOMER_LEFT = "customer_left", _("The customer deleted the conversation")
    API = "api", _("Ended by a program")
    ERASED = "erased", _("The customer's data is being erased")
    CHANNEL_DELETED = "channel_deleted", _("The channel was deleted")


class ConversationQuerySet(models.QuerySet["Conversation"]):
    """Reads, by who may see what and what is to be done."""

    def visible_to(self, user: User | AnonymousUser) -> ConversationQuerySet:
        """Return what a person may read: supervisors and programs all, agents their queues and their own."""
        roles = roles_of(user)
        if roles & {Role.SUPERVISOR, Role.API_ACCESS}:
            return self
        if Role.AGENT not in roles:
            return self.none()
        # Subqueries, since joins would repeat rows, and making those distinct sorts all of them.
        mine = Agent.objects.filter(user=user.pk)
        return self.filter(Q(queue__in=Queue.objects.filter(agents__in=mine)) | Q(agent__in=mine))

    def mine(self, agent: Agent) -> ConversationQuerySet:
        """Return what an agent works on now."""
        return self.filter(agent=agent).exclude(state=State.CLOSED)

    def waiting_for_an_agent(self) -> ConversationQuerySet:
        """Return what nobody has taken yet."""
        return self.filter(state=State.OPEN)

    def locked(self) -> ConversationQuerySet:
        """Lock the rows, in the one order that everybody keeps, so that no two ever wait for each other."""
        return self.order_by("pk").select_for_update(of=("self",))

    def with_people(self) -> ConversationQuerySet:
        """Fetch what a list line shows in the same query."""
        return self.select_related("customer", "queue", "agent", "instance__account", "workstream")


class Conversation(models.Model):
    """One exchange with a customer; closed is final, the next message opens another."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="conversations")
    instance = models.ForeignKey(ChannelInstance, models.PROTECT, related_name="conversations")
    workstream = models.ForeignKey(Workstream, models.PROTECT, related_name="conversations")
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="conversations")
    agent = models.ForeignKey(Agent, models.PROTECT, null=True, related_name="conversations")
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    close_reason = models.CharField(max_length=16, choices=CloseReason, blank=True)
    intent = models.CharField(max_length=255, blank=True)
    group = models.CharField(max_length=255, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    assigned_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # What a list line shows, kept here so that the list reads one table.
    last_message_at = models.DateTimeField(default=timezone.now)
    preview = models.CharField(max_length=120, blank=True)
    unread = models.PositiveIntegerField(default=0)
    typing_until = models.DateTimeField(null=True)
    # Context variables by name; context.py says what they may hold.
    context = models.JSONField(default=dict, blank=True)
    # Transaction that changed it last; see live.py for how a console catches up by it.
    revision = models.BigIntegerField(default=0)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["customer"], condition=~Q(state="closed"), name="one_open_conversation_per_customer"
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) & ~Q(close_reason="")
                | ~Q(state="closed") & Q(closed_at=None, close_reason=""),
                name="only_a_closed_conversation_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["active", "wrap_up"]) | Q(agent__isnull=False),
                name="an_active_conversation_has_an_agent",
            ),
            models.CheckConstraint(
                condition=~Q(state="open") | Q(agent=None), name="an_open_conversation_has_no_agent"
            ),
        )
        indexes = (
            models.Index(fields=["revision"], name="conversation_revision"),
            models.Index(fields=["queue", "state", "-last_message_at"], name="conversation_queue_list"),
            models.Index(fields=["agent", "state", "-last_message_at"], name="conversation_agent_list"),
            models.Index(fields=["-last_message_at", "-id"], name="conversation_newest"),
            models.Index(fields=["agent", "-closed_at"], condition=Q(state="closed"), name="conversation_closed_by"),
            models.Index(OpClass(Upper("preview"), name="text_pattern_ops"), name="conversation_preview"),
        )

    def __str__(self) -> str:
        return f"Conversation {self.pk}"

    @property
    def is_open(self) -> bool:
        """Tell whether messages can still be added to it."""
        return self.state != State.CLOSED

    @property
    def last_words(self) -> str:
        """Return what a list shows of the newest message."""
        return in_words(self.preview)

    @property
    def is_customer_typing(self) -> bool:
        """Tell whether the customer wrote a character lately."""
        return self.typing_until is not None and self.typing_until > timezone.now()
