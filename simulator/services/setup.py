"""Registers providers and their businesses at the simulated Apple."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from omnichannel import amb
from simulator.models import Business, Provider

WEBHOOK_PATH = "/applemessagesforbusiness"


class CannotRegister(Exception):
    """Nothing was registered, for the reason given at each field."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(" ".join(faults.values()))
        self.faults = faults


class ForeignBusiness(CannotRegister):
    """The business is another provider's, and stays that."""


@dataclass(frozen=True)
class Registration:
    """A business and the provider that serves it: a known one by its id, a new one with its secret too."""

    business_id: str
    name: str
    msp_id: str = ""
    secret: str = field(default="", repr=False)


def own_webhook() -> str:
    """Return this installation's own webhook, the only one that people may register: nobody else is ever called."""
    return f"{settings.BASE_URL}{WEBHOOK_PATH}"


@transaction.atomic
def register(draft: Registration) -> tuple[Business, bool]:
    """Return the business and whether it is new; a known one takes on what differs."""
    if faults := faults_of(draft):
        raise CannotRegister(faults)
    provider = _provider(draft)
    business, is_new = Business.objects.get_or_create(
        business_id=UUID(draft.business_id), defaults={"provider": provider, "name": draft.name}
    )
    if business.provider_id != provider.pk:
        raise ForeignBusiness({"business_id": _("This business belongs to another provider.")})
    if business.name != draft.name:
        business.name = draft.name
        business.save(update_fields=["name"])
    return business, is_new


def faults_of(draft: Registration) -> dict[str, str]:
    """Return what is wrong with it in itself, by field."""
    no_uuid = _("Write a UUID, like 31c6a1ea-0000-4000-8000-0000000013b5.")
    ids = {"business_id": draft.business_id, "msp_id": draft.msp_id}
    faults = {name: no_uuid for name, text in ids.items() if not amb.is_uuid(text) and (text or name == "business_id")}
    if draft.secret and not _is_secret(draft.secret):
        faults["secret"] = _("This is not Base64. Copy the whole secret, with the = at its end.")
    if draft.secret and not draft.msp_id:
        faults["msp_id"] = _("A secret is a provider's: give its MSP ID too.")
    return faults


@transaction.atomic
def set_up(*, msp_id: str, secret: str, webhook_url: str, businesses: Mapping[str, str]) -> None:
    """Register a provider with its businesses, names by id; a second time changes what differs."""
    provider = _put_provider(amb.Credentials(msp_id, secret), webhook_url.rstrip("/"))
    for business_id, name in businesses.items():
        register_business(provider, business_id, name)


def register_business(provider: Provider, business_id: str, name: str) -> Business:
    """Return the business as it is now registered."""
    business, _is_new = Business.objects.update_or_create(
        business_id=UUID(business_id), defaults={"provider": provider, "name": name}
    )
    return business


def _is_secret(text: str) -> bool:
    try:
        amb.Credentials("any", text)
    except ValueError:
        return False
    return True


def _provider(draft: Registration) -> Provider:
    if draft.secret:
        return _put_provider(amb.Credentials(draft.msp_id, draft.secret), own_webhook())
    if not draft.msp_id:
        return _own_provider(draft) or _only_provider()
    known = Provider.objects.filter(msp_id=UUID(draft.msp_id)).first()
    if known is None:
        raise CannotRegister({"secret": _("This provider is new: give its API secret too.")})
    return known


def _own_provider(draft: Registration) -> Provider | None:
    return Provider.objects.filter(businesses__business_id=UUID(draft.business_id)).first()


def _only_provider() -> Provider:
    known = list(Provider.objects.all()[:2])
    if not known:
        raise CannotRegister({"msp_id": _("No provider is registered yet: give its MSP ID and API secret.")})
    if len(known) > 1:
        raise CannotRegister({"msp_id": _("Several providers are registered: name one by its MSP ID.")})
    return known[0]


def _put_provider(credentials: amb.Credentials, webhook_url: str) -> Provider:
    provider, _is_new = Provider.objects.update_or_create(
        msp_id=UUID(credentials.msp_id), defaults={"secret": credentials.secret, "webhook_url": webhook_url}
    )
    return provider
