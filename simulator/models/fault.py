"""Which faults are armed, for whom, and how often they will still happen."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from simulator.fault_kinds import FAULTS, FaultKind
from simulator.models.phone import Phone
from simulator.models.provider import Business


class FaultQuerySet(models.QuerySet["Fault"]):
    """Reads of what is armed."""

    def touching(self, business: Business, phone: Phone | None = None) -> FaultQuerySet:
        """Return what is armed for this phone, for its business, or for everybody."""
        whose = Q(phone=None) if phone is None else Q(phone=None) | Q(phone=phone)
        return self.filter(whose, Q(business=None) | Q(business=business)).exclude(remaining=0)


class Fault(models.Model):
    """An armed fault; ``remaining`` is empty where it lasts until it is switched off."""

    kind = models.CharField(max_length=30, choices=FaultKind)
    phone = models.ForeignKey(Phone, models.CASCADE, null=True, blank=True, related_name="faults")
    business = models.ForeignKey(Business, models.CASCADE, null=True, blank=True, related_name="faults")
    remaining = models.PositiveIntegerField(null=True, blank=True)
    value = models.PositiveIntegerField(null=True, blank=True)

    objects = FaultQuerySet.as_manager()

    class Meta:
        constraints = (
            # Not by nulls_distinct: PostgreSQL 14 lacks it, and Django's check of it fails where no server answers.
            models.UniqueConstraint(
                "kind", Coalesce("phone", 0), Coalesce("business", 0), name="a_fault_is_armed_once_for_each"
            ),
            models.CheckConstraint(
                condition=Q(phone=None) | Q(business=None), name="a_fault_is_for_a_phone_or_for_a_business"
            ),
        )

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def number(self) -> int:
        """Return its number, or the usual one."""
        usual = FAULTS[FaultKind(self.kind)].number
        return self.value if self.value is not None else usual.default if usual else 0
