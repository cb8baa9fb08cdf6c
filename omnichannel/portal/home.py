"""The portal's home page: how far set-up has come, what needs attention, and how each account is doing."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from channels_app.models import Account, ChannelInstance
from conversations.models import InboundReceipt, ReceiptState
from omnichannel.common.records import ago, tag
from omnichannel.portal.calls import newest_delivery
from omnichannel.portal.matters import Matter, matters
from omnichannel.portal.site_map import may
from omnichannel.portal.steps import Step, options_of, steps_of

# The page stays short and its queries bounded, however much there is.
ACCOUNTS_SHOWN = 20
# A delivery that waits longer than this means that the workers do not keep up.
BEHIND_AFTER = datetime.timedelta(minutes=1)


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
    options: tuple[Step, ...]
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
    steps = steps_of(user)
    return Overview(
        summary=_summary(steps, rows),
        steps=steps,
        options=options_of(user),
        matters=matters(user),
        accounts=tuple(_line(row) for row in rows[:ACCOUNTS_SHOWN]),
        has_more_accounts=len(rows) > ACCOUNTS_SHOWN,
        may_add_account=may(user, "add", "channels_app.account"),
        may_open_accounts=may(user, "view", "channels_app.account"),
    )


def _accounts() -> QuerySet[Account, Any]:
    late = InboundReceipt.objects.filter(
        account=OuterRef("pk"), state=ReceiptState.WAITING, received_at__lt=timezone.now() - BEHIND_AFTER
    )
    workstream = ChannelInstance.objects.current().filter(account=OuterRef("pk")).values("workstream__name")
    return Account.objects.current().values(
        "pk",
        "name",
        "business_id",
        workstream=Subquery(workstream),
        called_at=newest_delivery(),
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
