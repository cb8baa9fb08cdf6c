"""Which page mends what was found."""

from collections.abc import Mapping
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from channels_app.models import Examination

# What a finding names, with the words of the link and the page of the portal.
WAYS: Mapping[str, tuple[Any, str]] = {
    "account": (_("Open the account"), "channels_app_account_change"),
    "add_account": (_("Add an account"), "channels_app_account_add"),
    "add_instance": (_("Put the account to work"), "channels_app_channelinstance_add"),
    "connection": (_("Open the connection"), "channels_app_mspconnection_change"),
    "instance": (_("Open the channel instance"), "channels_app_channelinstance_change"),
    "ledger": (_("Open the message ledger"), "ledger_attention"),
    "payment": (_("Open the payment profile"), "payments_paymentprofile_change"),
    "prerequisites": (_("Open the prerequisites"), "prerequisites"),
    "regions": (_("Open the regions"), "regions"),
}


def way_to(mends: str, examination: Examination, facts: Mapping[str, Any]) -> tuple[str, str]:
    """Return the words and the address of a link; empty where no page mends it."""
    if mends not in WAYS:
        return "", ""
    words, page = WAYS[mends]
    try:
        return str(words), reverse(f"admin:{page}", args=_keys(mends, examination, facts)) + _query(mends, examination)
    except NoReverseMatch:
        return "", ""


def _keys(mends: str, examination: Examination, facts: Mapping[str, Any]) -> list[Any]:
    account = examination.account
    keys = {
        "account": account and account.pk,
        "connection": account.connection_id if account else examination.connection_id,
        "instance": facts.get("instance"),
        "payment": facts.get("profile"),
    }
    return [keys[mends]] if mends in keys else []


def _query(mends: str, examination: Examination) -> str:
    return f"?account={examination.account_id}" if mends == "add_instance" else ""
