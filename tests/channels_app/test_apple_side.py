"""What reaches us from Apple's side without being a delivery: the test of a connection, a visit of the landing page."""

import datetime
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from channels_app.models import Account, ChannelInstance, InboundCall
from omnichannel import amb
from tests.factories.channels_app import AccountFactory, ChannelInstanceFactory, MspConnectionFactory
from tests.factories.conversations import InboundReceiptFactory
from tests.portal.visitors import Visitor

ENDPOINT = "/applemessagesforbusiness"
BUSINESS_ID = "31c6a1ea-0000-4000-8000-0000000013b5"


def token_of(account: Account) -> dict[str, str]:
    """The headers of a call by Apple for this account."""
    return {
        "Authorization": amb.apple_bearer(account.connection.credentials),
        "destination-id": account.business_id.upper(),
    }


def hits() -> list[tuple[str, str]]:
    """What was noted."""
    return [(call.kind, call.business_id) for call in InboundCall.objects.order_by("pk")]


@pytest.mark.accepts("A1.1-2")
@pytest.mark.parametrize("path", [ENDPOINT, f"{ENDPOINT}/", f"{ENDPOINT}/message"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_any_call_with_apples_token_is_a_hit_that_the_portal_shows(
    administrator: Visitor, client: Client, path: str, method: str
) -> None:
    account = AccountFactory.create(name="Velo shop")
    before = administrator.opens("prerequisites").content.decode()

    getattr(client, method)(path, headers=token_of(account))

    after = administrator.opens("prerequisites").content.decode()
    assert hits() == [("probe", account.business_id)]
    assert "Apple has not called yet" in before
    assert "Last inbound call from Apple at" in after
    assert after.count("a call of the endpoint") == 2
    assert InboundCall.objects.get().at.isoformat() in after


@pytest.mark.accepts("A1.1-2")
def test_apples_connection_test_leads_to_the_new_account_and_is_shown_as_a_hit(administrator: Visitor) -> None:
    query = urlencode({"id": BUSINESS_ID.upper(), "name": "Velo <shop>", "logo": "https://192.168.1.1/logo.png"})

    answer = administrator.client.get(f"{ENDPOINT}/landing?{query}", follow=True)

    page = answer.content.decode()
    assert answer.redirect_chain[0][0].startswith(reverse("admin:channels_app_account_add"))
    assert 'value="Velo &lt;shop&gt;"' in page
    assert "192.168.1.1" not in page
    typed = {"details-name": "Velo <shop>", "details-channels": "apple"}
    second = administrator.client.post(answer.redirect_chain[-1][0], typed, follow=True).content.decode()
    assert f'value="{BUSINESS_ID}"' in second
    assert "Apple’s connection test reached the portal." in page
    assert hits() == [("landing", BUSINESS_ID)]
    assert "a visit of the landing page" in administrator.opens("prerequisites").content.decode()


def test_the_landing_page_opens_an_account_that_is_here_already(administrator: Visitor) -> None:
    account = AccountFactory.create(name="Velo shop")

    answer = administrator.client.get(f"{ENDPOINT}/landing", {"id": account.business_id.replace("-", "")})

    assert answer["Location"] == reverse("admin:channels_app_account_change", args=[account.pk])
    page = administrator.opens("prerequisites").content.decode()
    assert page.count("a visit of the landing page") == 2


@pytest.mark.accepts("R16")
def test_each_business_keeps_its_own_settings_and_the_landing_page_leads_to_it(administrator: Visitor) -> None:
    kept: list[dict[str, Any]] = [
        {"language": "de", "customers_may_attach": True, "may_authenticate": True},
        {"language": "fr", "customers_may_attach": False, "may_authenticate": False},
    ]
    accounts = [ChannelInstanceFactory.create(**settings).account for settings in kept]

    pages = [administrator.client.get(f"{ENDPOINT}/landing?id={each.business_id}", follow=True) for each in accounts]

    for account, settings, page in zip(accounts, kept, pages, strict=True):
        assert f"Apple’s connection test reached the portal for {account.name}." in page.content.decode()
        assert account.business_id in page.content.decode()
        assert list(ChannelInstance.objects.filter(account=account).values(*settings)) == [settings]


def test_who_is_signed_out_signs_in_first_and_comes_back(client: Client, db: None) -> None:
    wanted = f"{ENDPOINT}/landing?id={BUSINESS_ID}&name=Velo"

    answer = client.get(wanted, follow=True)

    assert answer.redirect_chain[-1][0] == f"{reverse('sign-in')}?{urlencode({'next': wanted}, safe='/')}"
    assert hits() == []


def test_a_landing_without_an_account_says_what_to_do(administrator: Visitor) -> None:
    answer = administrator.client.get(f"{ENDPOINT}/landing?id=nonsense&name=x", follow=True)

    assert "Press Connect in Apple Business Register again." in answer.content.decode()
    assert hits() == []


def test_a_supervisor_binds_no_account(supervisor: Visitor) -> None:
    answer = supervisor.client.get(f"{ENDPOINT}/landing?id={BUSINESS_ID}")

    assert (answer.status_code, hits()) == (403, [])


@pytest.mark.parametrize("path", [ENDPOINT, f"{ENDPOINT}/message"])
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("authorization", ["", "Bearer nonsense", "own", "foreign"])
def test_without_a_token_of_apples_nothing_counts(
    client: Client, db: None, path: str, method: str, authorization: str
) -> None:
    account = AccountFactory.create()
    foreign = amb.Credentials(account.connection.msp_id, "YW5vdGhlciBzZWNyZXQgb2YgdGhpcnR5LXR3byBieXRlcw==")
    signed = {"own": amb.bearer(account.connection.credentials), "foreign": amb.apple_bearer(foreign)}
    headers = token_of(account) | {"Authorization": signed.get(authorization, authorization)}

    answer: Any = getattr(client, method)(path, headers=headers if authorization else {})

    assert answer.status_code in {400, 401, 403, 405}
    assert hits() == []


def test_a_secret_that_cannot_be_read_hides_no_other_connection(client: Client, db: None) -> None:
    broken, account = MspConnectionFactory.create(name="A"), AccountFactory.create()
    type(broken).objects.filter(pk=broken.pk).update(secret="")

    assert client.get(ENDPOINT, headers=token_of(account)).status_code == 200


def test_hits_are_written_once_a_minute(client: Client, db: None, django_assert_num_queries: Any) -> None:
    account = AccountFactory.create()
    with time_machine.travel(timezone.now(), tick=False) as journey:
        client.get(ENDPOINT, headers=token_of(account))
        first = InboundCall.objects.get().at
        journey.shift(50)

        # The connections, a secret, the account, what was noted.
        with django_assert_num_queries(4):
            client.get(ENDPOINT, headers=token_of(account))
        journey.shift(20)
        client.get(ENDPOINT, headers=token_of(account))

    assert InboundCall.objects.get().at - first == datetime.timedelta(seconds=70)


@pytest.mark.accepts("A1.1-1")
def test_the_page_shows_the_list_the_endpoint_and_the_last_call(administrator: Visitor) -> None:
    now = timezone.now()
    heard, silent, never = (AccountFactory.create(name=name) for name in ("Heard", "Silent", "Never"))
    InboundReceiptFactory.create(account=silent, received_at=now - datetime.timedelta(days=2))
    InboundReceiptFactory.create(account=heard, received_at=now - datetime.timedelta(hours=3))

    page = administrator.opens("prerequisites").content.decode()

    assert page.index("Register the business") < page.index("Enable Messages") < page.index("Set the Messaging Service")
    assert f'data-copy="http://127.0.0.1:8000{ENDPOINT}"' in page
    assert f'data-copy="http://127.0.0.1:8000{ENDPOINT}/landing"' in page
    assert 'hx-trigger="every 4s"' in page
    assert (
        f"Last inbound call from Apple at {date_format(now - datetime.timedelta(hours=3), 'DATETIME_FORMAT')}" in page
    )
    assert page.count("3\xa0hours ago") == 2
    assert "2\xa0days ago" in page
    assert page.count(">never<") == 1
    assert never.name in page


def test_more_accounts_ask_no_more_queries(administrator: Visitor, django_assert_num_queries: Any) -> None:
    AccountFactory.create()
    administrator.opens("prerequisites")
    with CaptureQueriesContext(connection) as few:
        administrator.opens("prerequisites")
    AccountFactory.create_batch(5)

    with django_assert_num_queries(len(few)):
        administrator.opens("prerequisites")


def test_a_call_of_the_endpoint_by_anybody_is_told_what_it_is(client: Client, db: None) -> None:
    answer = client.get(ENDPOINT)

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert "Apple Business Register" in answer.content.decode()
