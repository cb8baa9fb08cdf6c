"""Registers providers and their businesses at the simulated Apple."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from simulator.models import Business, Provider


@transaction.atomic
def set_up(*, msp_id: str, secret: str, webhook_url: str, businesses: Mapping[str, str]) -> None:
    """Register a provider with its businesses, names by id; a second time changes what differs."""
    provider, _ = Provider.objects.update_or_create(
        msp_id=UUID(msp_id), defaults={"secret": secret, "webhook_url": webhook_url.rstrip("/")}
    )
    for business_id, name in businesses.items():
        register_business(provider, business_id, name)


def register_business(provider: Provider, business_id: str, name: str) -> Business:
    """Return the business as it is now registered."""
    business, _ = Business.objects.update_or_create(
        business_id=UUID(business_id), defaults={"provider": provider, "name": name}
    )
    return business
