"""The geographies: which can be chosen, and what the choice changes."""

import re

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured

from channels_app.models import Account, MspConnection, Organisation
from channels_app.regions import REGIONS, parse_public_urls
from omnichannel.audit.models import AuditEvent
from omnichannel.checks import check_settings
from tests.factories.channels_app import AccountFactory
from tests.portal.visitors import Visitor

SERVED = ["eur=https://chat-eu.example.com", "ger=https://chat-de.example.com/"]
CODES = ["apac", "aus", "can", "eur", "fra", "ger", "ind", "jpn", "nam", "sam", "che", "uae", "uk"]


def endpoints_on(page: str) -> list[str]:
    """The addresses that a page has a button to copy."""
    return [found for found in re.findall(r'data-copy="([^"]+)"', page) if "bcrw" not in found]


@pytest.mark.accepts("A1.2-1")
def test_the_page_lists_thirteen_geographies_and_one_endpoint(administrator: Visitor, settings: LazySettings) -> None:
    page = administrator.opens("regions").content.decode()
    settings.PUBLIC_URLS = SERVED

    administrator.sends("regions", region="ger")

    chosen = administrator.opens("regions").content.decode()
    assert re.findall(r'name="region"\s+value="(\w+)"', page) == [region.code for region in REGIONS] == CODES
    assert endpoints_on(page) == ["http://127.0.0.1:8000/applemessagesforbusiness"]
    assert endpoints_on(chosen) == ["https://chat-de.example.com/applemessagesforbusiness"]
    assert "Endpoint of Germany" in chosen


@pytest.mark.accepts("A1.2-2")
def test_the_choice_changes_the_address_that_is_shown_and_nothing_else(
    administrator: Visitor, settings: LazySettings
) -> None:
    settings.PUBLIC_URLS = SERVED
    account = AccountFactory.create()
    before = account_page(administrator, account)
    rows_before = [*Account.objects.values(), *MspConnection.objects.values(), *Organisation.objects.values()]

    administrator.sends("regions", region="ger")
    administrator.opens("regions")

    after = account_page(administrator, account)
    rows_after = [*Account.objects.values(), *MspConnection.objects.values(), *Organisation.objects.values()]
    assert endpoints_on(before) == ["https://chat-eu.example.com/applemessagesforbusiness"]
    assert endpoints_on(after) == ["https://chat-de.example.com/applemessagesforbusiness"]
    assert without_tokens(before).replace("chat-eu", "chat-de") == without_tokens(after)
    assert rows_after == [*rows_before[:-1], rows_before[-1] | {"region": "ger"}]
    assert account.business_id in administrator.opens("channels_app_account_changelist").content.decode()


def account_page(administrator: Visitor, account: Account) -> str:
    """The page of an account, where the endpoint is shown."""
    return str(administrator.opens("channels_app_account_change", account.pk).content.decode())


def without_tokens(page: str) -> str:
    """A page without what differs each time it is shown."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def test_a_geography_that_is_not_served_is_shown_and_cannot_be_chosen(
    administrator: Visitor, settings: LazySettings
) -> None:
    settings.PUBLIC_URLS = SERVED

    answer = administrator.sends("regions", region="jpn")

    page = answer.content.decode()
    assert page.count("Not served here") == 11
    assert len(re.findall(r'type="radio"[^>]*disabled', page)) == 11
    assert "This installation does not serve that geography." in page
    assert Organisation.get().region == "nam"


def test_who_chose_is_in_the_audit_log(administrator: Visitor) -> None:
    administrator.sends("regions", region="uk")
    administrator.sends("regions", region="uk")

    [event] = AuditEvent.objects.all()
    assert (event.action, event.details["changes"], event.actor_id) == (
        "setting_changed",
        {"region": ["nam", "uk"]},
        administrator.user.pk,
    )


def test_a_supervisor_chooses_nothing(supervisor: Visitor) -> None:
    assert supervisor.sends("regions", region="uk").status_code == 403


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        (["mars=https://a.example.com"], "PUBLIC_URLS names a geography that does not exist: mars"),
        (["eur=https://a.example.com", "eur=https://b.example.com"], "PUBLIC_URLS names eur twice."),
        (["eur"], "PUBLIC_URLS gives eur something that is no bare https address: "),
        (["eur=http://a.example.com"], "PUBLIC_URLS gives eur something that is no bare https address: http://a.example.com"),
        (["uk=https://a.example.com/x"], "PUBLIC_URLS gives uk something that is no bare https address: https://a.example.com/x"),
        (["uk=https://[::1"], "PUBLIC_URLS gives uk something that is no bare https address: https://[::1"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named_with_a_hint(settings: LazySettings, entries: list[str], sentence: str) -> None:
    settings.PUBLIC_URLS = entries

    with pytest.raises(ImproperlyConfigured, match=re.escape(sentence)):
        parse_public_urls(entries)

    [fault] = [found for found in check_settings() if found.id == "omnichannel.E011"]
    assert (fault.msg, "eur=https://" in str(fault.hint)) == (sentence, True)
