"""Arms faults, and hands them out to where they happen."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from simulator.fault_kinds import FAULTS, FaultGroup, FaultKind
from simulator.models import Business, Fault, Phone

MOST_TIMES = 1000


class CannotArm(Exception):
    """The fault does not take this number."""


def arm(
    kind: FaultKind,
    *,
    phone: Phone | None = None,
    business: Business | None = None,
    times: int | None = None,
    value: int | None = None,
) -> Fault:
    """Let a fault happen so many times, or until it is disarmed."""
    _check(kind, times, value)
    return Fault.objects.update_or_create(
        kind=kind, phone=phone, business=business, defaults={"remaining": times, "value": value}
    )[0]


def disarm(kind: FaultKind, *, phone: Phone | None = None, business: Business | None = None) -> None:
    """Let a fault no longer happen."""
    Fault.objects.filter(kind=kind, phone=phone, business=business).delete()


def _check(kind: FaultKind, times: int | None, value: int | None) -> None:
    number = FAULTS[kind].number
    if times is not None and not 1 <= times <= MOST_TIMES:
        raise CannotArm(_("times must be between 1 and %(most)s, or empty.") % {"most": MOST_TIMES})
    if value is not None and number is None:
        raise CannotArm(_("The fault %(kind)s takes no value.") % {"kind": kind})
    if value is not None and number is not None and not number.allows(value):
        raise CannotArm(
            _("The value %(value)s is not possible for the fault %(kind)s.") % {"value": value, "kind": kind}
        )


class Armed:
    """The faults that may happen in one call; what is taken counts."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        # The narrower one wins: for this phone, then for its business, then for everybody.
        narrow_last = sorted(faults, key=lambda fault: (fault.phone_id is not None, fault.business_id is not None))
        self._by_kind = {fault.kind: fault for fault in narrow_last}

    def take(self, kind: FaultKind) -> Fault | None:
        """Return the fault if it happens now."""
        fault = self._by_kind.get(kind)
        if fault is None or fault.remaining is None:
            return fault
        left = Fault.objects.filter(pk=fault.pk, remaining__gt=0)
        return fault if left.update(remaining=F("remaining") - 1) else None


def armed(business: Business, phone: Phone | None = None) -> Armed:
    """Return what may happen to a call for this business and phone."""
    return Armed(Fault.objects.touching(business, phone))


def scope_of(kind: FaultKind, phone: Phone) -> dict[str, Any]:
    """Return whom a fault touches when it is armed at a phone: storage knows businesses only."""
    if FAULTS[kind].group == FaultGroup.STORAGE:
        return {"business": phone.business}
    return {"phone": phone}
