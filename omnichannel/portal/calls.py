"""When Apple was heard of last, for each account and in all: deliveries, calls of the endpoint, visits."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from channels_app.models import Account, CallKind, InboundCall
from conversations.models import InboundReceipt


@dataclass(frozen=True, order=True)
class Call:
    """Something that came from Apple's side."""

    at: datetime.datetime
    kind: str = "delivery"

    @property
    def words(self) -> Any:
        """Return what it was."""
        return _("a delivery") if self.kind == "delivery" else CallKind(self.kind).label


def newest_delivery() -> Subquery:
    """Return when the newest delivery for an account came, for a query of accounts."""
    deliveries = InboundReceipt.objects.filter(account=OuterRef("pk")).order_by("-pk")
    return Subquery(deliveries.values("received_at")[:1])


def last_call() -> Call | None:
    """Return the newest call of all."""
    delivered = InboundReceipt.objects.order_by("-pk").values_list("received_at", flat=True).first()
    noted = InboundCall.objects.order_by("-at").values_list("at", "kind").first()
    calls = [Call(delivered)] if delivered else []
    return max([*calls, Call(*noted)] if noted else calls, default=None)


def last_calls(accounts: Iterable[Account], *, only_signed: bool = False) -> dict[int, Call]:
    """Return the newest call for each of these accounts that was called at all, in a fixed number of queries.

    What Apple signed proves that it finds the endpoint; a visit of the landing page does not.
    """
    asked = {account.pk: account for account in accounts}
    delivered = Account.objects.filter(pk__in=asked).values_list("pk", newest_delivery())
    calls = {pk: Call(at) for pk, at in delivered if at}
    by_business_id = {account.business_id: pk for pk, account in asked.items()}
    noted = InboundCall.objects.filter(business_id__in=by_business_id)
    if only_signed:
        noted = noted.exclude(kind=CallKind.LANDING)
    for business_id, at, kind in noted.values_list("business_id", "at", "kind"):
        pk, call = by_business_id[business_id], Call(at, kind)
        calls[pk] = max(call, calls.get(pk, call))
    return calls
