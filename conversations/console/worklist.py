"""The lists beside the conversation: what is mine, what waits, what ended today."""

import re
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, TextChoices
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from conversations.models import Conversation, Customer, State
from conversations.models.conversation import ConversationQuerySet
from workstreams.models import Agent
from workstreams.roles import Role, roles_of

PAGE = 50
MOST = 500
COUNT_LIMIT = 100
SESSIONS = 50
# What is older is found by its number.
SEARCH_DAYS = 30
VISITOR_NUMBER = re.compile(r"(?:[^\W\d]+\s*|#)?(\d{1,18})")


class View(TextChoices):
    """The lists an agent can choose from."""

    MINE = "mine", _("My work items")
    OPEN = "open", _("Open work items")
    TEAM = "team", _("Work items of colleagues")
    CLOSED = "closed", _("Work items closed today")


SHORT = {View.MINE: _("Mine"), View.OPEN: _("Open"), View.TEAM: _("Team"), View.CLOSED: _("Closed")}


@dataclass(frozen=True)
class Tab:
    """One list to choose, with how much is in it."""

    view: View
    count: int

    @property
    def short(self) -> str:
        """Return its name where there is little room."""
        return str(SHORT[self.view])

    @property
    def shown(self) -> str:
        """Return the count as people read it; counting ends at the limit."""
        return f"{COUNT_LIMIT - 1}+" if self.count >= COUNT_LIMIT else str(self.count)


@dataclass(frozen=True)
class Worklist:
    """What one agent sees in one list."""

    agent: Agent
    view: View = View.MINE
    query: str = ""
    show: int = PAGE

    @cached_property
    def sessions(self) -> list[Conversation]:
        """Return the agent's own conversations, the newest first."""
        return list(self._mine.with_people().order_by("-last_message_at", "-pk")[:SESSIONS])

    @cached_property
    def rows(self) -> list[Conversation]:
        """Return the lines of the list."""
        return self._found[: self.show]

    @property
    def has_more(self) -> bool:
        """Tell whether the list goes on."""
        return len(self._found) > self.show < MOST

    @property
    def next_show(self) -> int:
        """Return how many lines to ask for next."""
        return min(self.show + PAGE, MOST)

    @property
    def unread(self) -> int:
        """Return how many messages the agent has not read."""
        return sum(each.unread for each in self.sessions)

    @cached_property
    def tabs(self) -> list[Tab]:
        """Return the lists this person may choose from."""
        views = [view for view in View if view != View.TEAM or self._is_supervisor]
        return [Tab(view, _count(self._of(view))) for view in views]

    @property
    def _mine(self) -> ConversationQuerySet:
        return Conversation.objects.mine(self.agent)

    @property
    def _is_supervisor(self) -> bool:
        return Role.SUPERVISOR in roles_of(self.agent.user)

    @cached_property
    def _found(self) -> list[Conversation]:
        rows = _matching(self._visible, self.query) if self.query else self._of(self.view)
        # What waits longest comes first; elsewhere the newest does.
        by_wait = self.view == View.OPEN and not self.query
        order = ("opened_at", "pk") if by_wait else ("-last_message_at", "-pk")
        return list(rows.with_people().order_by(*order)[: self.show + 1])

    @property
    def _visible(self) -> ConversationQuerySet:
        return Conversation.objects.visible_to(self.agent.user)

    def _of(self, view: View) -> ConversationQuerySet:
        match view:
            case View.MINE:
                return self._mine
            case View.OPEN:
                return self._visible.waiting_for_an_agent()
            case View.TEAM:
                return self._visible.exclude(state__in=[State.OPEN, State.CLOSED]).exclude(agent=self.agent)
            case View.CLOSED:
                return self._closed_today

    @property
    def _closed_today(self) -> ConversationQuerySet:
        midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        return Conversation.objects.filter(agent=self.agent, state=State.CLOSED, closed_at__gte=midnight)


def _count(rows: ConversationQuerySet) -> int:
    return rows.order_by()[:COUNT_LIMIT].count()


def _matching(rows: ConversationQuerySet, query: str) -> ConversationQuerySet:
    """Return the conversations of a customer by id or number, or those whose last line begins so."""
    recent = timezone.now() - timedelta(days=SEARCH_DAYS)
    # Customers first: a condition across two tables would have both read from end to end.
    named = Q(customer_id=query)
    if number := VISITOR_NUMBER.fullmatch(query):
        named |= Q(pk=int(number[1]))
    customers = list(Customer.objects.filter(named).values_list("pk", flat=True))
    words = Q(preview__istartswith=query, last_message_at__gte=recent)
    return rows.filter(words | Q(customer__in=customers) if customers else words)
