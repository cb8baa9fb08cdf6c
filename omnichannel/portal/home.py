"""The portal's home page: how far set-up has come, what needs attention, and how each account is doing."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from channels_app.models import Account, ChannelInstance, MspConnection
from conversations.models import InboundReceipt, ReceiptState
from omnichannel.common.records import ago, tag
from omnichannel.portal.site_map import may
from workstreams.models import Queue, Workstream

# The page stays short and its queries bounded, however much there is.
ACCOUNTS_SHOWN = 20
MATTERS_SHOWN = 3
NAMES_SHOWN = 3
# A delivery that waits longer than this means that the workers do not keep up.
BEHIND_AFTER = datetime.timedelta(minutes=1)


@dataclass(frozen=True)
class Step:
    """One line of the set-up checklist."""

    title: str
    is_done: bool
    detail: str | SafeString
    action: str
    url: str


@dataclass(frozen=True)
class Matter:
    """Something that keeps messages from being answered, and the page that mends it."""

    title: str
    consequence: str
    action: str
    url: str


@dataclass(frozen=True)
class AccountLine:
    """An account in the table of the home page."""

    pk: int
    name: str
    business_id: str
    workstream: str
    last_call: SafeString | str
    health: SafeString

    @property
    def short_id(self) -> str:
        """Return both ends of the id, enough to tell accounts apart."""
        return f"{self.business_id[:8]}…{self.business_id[-4:]}"


@dataclass(frozen=True)
class Overview:
    """Everything the home page says."""

    summary: str
    steps: tuple[Step, ...]
    matters: tuple[Matter, ...]
    accounts: tuple[AccountLine, ...]
    has_more_accounts: bool
    may_add_account: bool
    may_open_accounts: bool

    @property
    def done(self) -> int:
        """Return how many steps are done."""
        return sum(step.is_done for step in self.steps)


def overview(user: Any) -> Overview:
    """Return the home page of this person, in a fixed number of queries."""
    rows = list(_accounts()[: ACCOUNTS_SHOWN + 1])
    steps = _steps(user)
    return Overview(
        summary=_summary(steps, rows),
        steps=steps,
        matters=_matters(user),
        accounts=tuple(_line(row) for row in rows[:ACCOUNTS_SHOWN]),
        has_more_accounts=len(rows) > ACCOUNTS_SHOWN,
        may_add_account=may(user, "add", "channels_app.account"),
        may_open_accounts=may(user, "view", "channels_app.account"),
    )


def _accounts() -> QuerySet[Account, Any]:
    newest = InboundReceipt.objects.filter(account=OuterRef("pk")).order_by("-pk").values("received_at")[:1]
    late = InboundReceipt.objects.filter(
        account=OuterRef("pk"), state=ReceiptState.WAITING, received_at__lt=timezone.now() - BEHIND_AFTER
    )
    return Account.objects.values(
        "pk",
        "name",
        "business_id",
        workstream=F("instance__workstream__name"),
        called_at=Subquery(newest),
        is_behind=Exists(late),
    )


def _line(row: dict[str, Any]) -> AccountLine:
    return AccountLine(
        pk=row["pk"],
        name=row["name"],
        business_id=row["business_id"],
        workstream=row["workstream"] or "",
        last_call=ago(row["called_at"]) if row["called_at"] else "–",
        health=_health(row),
    )


def _health(row: dict[str, Any]) -> SafeString:
    if not row["workstream"]:
        return tag(_("Not set up"), "warn")
    if row["is_behind"]:
        return tag(_("Behind"), "bad")
    return tag(_("Receiving"), "good") if row["called_at"] else tag(_("Waiting for Apple"))


def _summary(steps: tuple[Step, ...], rows: list[dict[str, Any]]) -> str:
    missing = next((step for step in steps if not step.is_done), None)
    if missing:
        if not missing.action:
            return _("Everything is set up. The first message is still to come.")
        return _("Next step: %(step)s.") % {"step": missing.action}
    receiving = sum(bool(row["called_at"] and row["workstream"]) for row in rows[:ACCOUNTS_SHOWN])
    return ngettext("%(count)s account receives messages.", "%(count)s accounts receive messages.", receiving) % {
        "count": receiving
    }


def _steps(user: Any) -> tuple[Step, ...]:
    """Return the checklist in the documented order."""
    make = _StepMaker(user)
    first = InboundReceipt.objects.order_by("pk").values_list("received_at", flat=True).first()
    last = InboundReceipt.objects.order_by("-pk").values_list("received_at", flat=True).first()
    return (
        make(
            _("MSP connection added"), MspConnection.objects.all(), _("Add a connection"), "channels_app.mspconnection"
        ),
        make(_("Account added"), Account.objects.all(), _("Add an account"), "channels_app.account"),
        make(_("Workstream created"), Workstream.objects.all(), _("Create a workstream"), "workstreams.workstream"),
        make(
            _("Channel instance set up"),
            ChannelInstance.objects.select_related("account", "workstream"),
            _("Put an account to work"),
            "channels_app.channelinstance",
        ),
        make(_("Agents in the queue"), _served_queues(), _("Add agents to a queue"), "workstreams.queue", "changelist"),
        Step(
            _("First message received"),
            is_done=first is not None,
            detail=_last_call(last),
            action="",
            url="",
        ),
    )


def _last_call(moment: datetime.datetime | None) -> SafeString | str:
    if moment is None:
        return _("Apple has not called yet.")
    return format_html(_("Last inbound call from Apple {ago}"), ago=ago(moment))


def _served_queues() -> QuerySet[Queue]:
    return Queue.objects.filter(workstreams__isnull=False, agents__user__is_active=True).distinct()


@dataclass(frozen=True)
class _StepMaker:
    """Makes steps whose rows prove that they are done."""

    user: Any

    def __call__(self, title: str, rows: QuerySet[Any], action: str, record: str, page: str = "add") -> Step:
        names = [str(row) for row in rows[: NAMES_SHOWN + 1]]
        if len(names) > NAMES_SHOWN:
            names[NAMES_SHOWN] = _("more")
        url = reverse(f"admin:{record.replace('.', '_')}_{page}") if may(self.user, _right(page), record) else ""
        return Step(title, bool(names), get_text_list(names, _("and")), action, url)


def _right(page: str) -> str:
    return "add" if page == "add" else "view"


def _matters(user: Any) -> tuple[Matter, ...]:
    """Return what stands in the way of customers now, the first few of each kind."""
    return (*_deserted_queues(user), *_unused_accounts(user))[:MATTERS_SHOWN]


def _deserted_queues(user: Any) -> tuple[Matter, ...]:
    queues = Queue.objects.filter(workstreams__instances__isnull=False).exclude(agents__user__is_active=True).distinct()
    return tuple(
        Matter(
            title=_("Nobody serves the queue “%(queue)s”.") % {"queue": queue},
            consequence=_("Conversations that arrive there wait until it has an agent."),
            action=_("Add agents"),
            url=reverse("admin:workstreams_queue_change", args=[queue.pk])
            if may(user, "view", "workstreams.queue")
            else "",
        )
        for queue in queues[:MATTERS_SHOWN]
    )


def _unused_accounts(user: Any) -> tuple[Matter, ...]:
    add = reverse("admin:channels_app_channelinstance_add") if may(user, "add", "channels_app.channelinstance") else ""
    return tuple(
        Matter(
            title=_("“%(account)s” has no workstream yet.") % {"account": account},
            consequence=_("Messages to it open no conversation."),
            action=_("Set up"),
            url=f"{add}?account={account.pk}" if add else "",
        )
        for account in Account.objects.filter(instance=None)[:MATTERS_SHOWN]
    )
