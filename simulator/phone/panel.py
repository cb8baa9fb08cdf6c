"""The control panel beside a phone: its faults and what the business did wrong."""

from collections.abc import Iterator
from dataclasses import dataclass

from simulator.fault_kinds import FAULTS, FaultGroup, FaultKind, FaultSpec
from simulator.models import Business, Fault, Phone
from simulator.services.faults import scope_of

VIOLATIONS_SHOWN = 20


@dataclass(frozen=True)
class Switch:
    """One fault with its state."""

    kind: FaultKind
    spec: FaultSpec
    fault: Fault | None
    is_from_elsewhere: bool

    @property
    def number(self) -> int | None:
        """Return the number to show in its field."""
        if self.spec.number is None:
            return None
        return self.fault.number if self.fault else self.spec.number.default


@dataclass(frozen=True)
class Group:
    """The faults of one side of Apple."""

    group: FaultGroup
    switches: list[Switch]


def groups(phone: Phone) -> list[Group]:
    """Return every fault, with what is armed for this phone or for more than it."""
    armed = list(Fault.objects.touching(phone.business, phone))
    return [Group(group, list(_switches(group, phone, armed))) for group in FaultGroup]


def _switches(group: FaultGroup, phone: Phone, armed: list[Fault]) -> Iterator[Switch]:
    for kind, spec in FAULTS.items():
        if spec.group == group:
            scope = scope_of(kind, phone)
            found = [fault for fault in armed if fault.kind == kind]
            own = next((fault for fault in found if _is_for(fault, **scope)), None)
            yield Switch(kind, spec, own or next(iter(found), None), is_from_elsewhere=bool(found) and own is None)


def _is_for(fault: Fault, phone: Phone | None = None, business: Business | None = None) -> bool:
    return (fault.phone_id, fault.business_id) == (phone and phone.pk, business and business.pk)
