"""Connections, accounts and channel instances in the portal: what is refused, kept, shown."""

import base64
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from channels_app.models import MspConnection
from omnichannel import amb
from tests.factories.channels_app import AccountFactory, ChannelInstanceFactory, MspConnectionFactory
from tests.portal.visitors import Visitor, errors

SECRET = base64.b64encode(b"a secret of thirty-two bytes here").decode()
OTHER = base64.b64encode(b"another secret, just as long here").decode()
ID = "31c6a1ea-0000-4000-8000-0000000013b5"
KEPT = {"retention_months": "13"}


def connection_entries(**changes: str) -> dict[str, str]:
    """A connection form filled in well."""
    return {"name": "Velo", "msp_id": ID, "secret": SECRET, "gateway_url": amb.APPLE_GATEWAY} | changes


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"name": ""}, "name", "This field is required."),
        ({"msp_id": "velo"}, "msp_id", "Enter the ID as Apple shows it: 8-4-4-4-12 characters of 0-9 and a-f."),
        ({"secret": ""}, "secret", "This field is required."),
        (
            {"secret": "not base64!"},
            "secret",
            "This is not Base64. Copy the whole secret from Apple Business Register, with the = at its end.",
        ),
        ({"gateway_url": "http://93.184.215.14/v1"}, "gateway_url", "Enter an address that begins with https://."),
        (
            {"gateway_url": "https://10.0.0.1/v1"},
            "gateway_url",
            "10.0.0.1 leads into a private network (10.0.0.1). Enter an address on the public internet.",
        ),
        (
            {"gateway_url": "https://me:pw@93.184.215.14/"},
            "gateway_url",
            "Leave the user name and password out of the address.",
        ),
    ],
)
def test_a_wrong_entry_is_explained_at_its_field(
    administrator: Visitor, changes: dict[str, str], field: str, sentence: str
) -> None:
    response = administrator.sends("channels_app_mspconnection_add", **connection_entries(**changes))

    assert errors(response) == {field: [sentence]}
    assert SECRET not in response.content.decode()
    assert not MspConnection.objects.exists()


@pytest.mark.parametrize(("simulator", "status"), [(True, 302), (False, 200)])
def test_this_machine_is_a_gateway_only_while_the_simulator_runs(
    administrator: Visitor, settings: LazySettings, simulator: bool, status: int
) -> None:
    settings.SIMULATOR = simulator

    response = administrator.sends(
        "channels_app_mspconnection_add", **connection_entries(gateway_url="http://127.0.0.1:8000/simulator/v1/")
    )

    assert response.status_code == status
    kept = list(MspConnection.objects.values_list("gateway_url", flat=True))
    assert kept == (["http://127.0.0.1:8000/simulator/v1"] if simulator else [])


@pytest.mark.accepts("A1.4-2")
@pytest.mark.parametrize(("typed", "kept"), [("", SECRET), (OTHER, OTHER), (f" {OTHER}\n", OTHER)])
def test_a_secret_is_kept_until_a_new_one_is_typed(administrator: Visitor, typed: str, kept: str) -> None:
    connection = MspConnectionFactory.create(secret=SECRET)
    entries = connection_entries(name="Renamed", msp_id=connection.msp_id, secret=typed)

    administrator.sends("channels_app_mspconnection_change", connection.pk, **entries)

    connection.refresh_from_db()
    assert (connection.name, connection.secret) == ("Renamed", kept)


def test_a_wrong_new_secret_loses_nothing(administrator: Visitor) -> None:
    connection = MspConnectionFactory.create(secret=SECRET)
    entries = connection_entries(name="Renamed", msp_id=connection.msp_id, secret="%%%")

    response = administrator.sends("channels_app_mspconnection_change", connection.pk, **entries)

    assert list(errors(response)) == ["secret"]
    assert 'value="Renamed"' in response.content.decode()
    connection.refresh_from_db()
    assert connection.secret == SECRET


def test_an_id_that_is_known_points_at_its_account(administrator: Visitor) -> None:
    known, other = AccountFactory.create(name="Velo <shop>", business_id=ID), AccountFactory.create()

    response = administrator.sends(
        "channels_app_account_change",
        other.pk,
        name="Again",
        connection=known.connection.pk,
        business_id=f" {ID.upper()}",
        **KEPT,
    )

    page = reverse("admin:channels_app_account_change", args=[known.pk])
    assert errors(response) == {
        "business_id": [f'This ID belongs to the account <a href="{page}">Velo &lt;shop&gt;</a> already.']
    }


@pytest.mark.parametrize("text", ["velo", "31c6a1ea", f"{ID}0", "g" * 36, "x" * 101, "\x00"])
def test_an_id_is_not_changed_to_another_shape(administrator: Visitor, text: str) -> None:
    account = AccountFactory.create()

    response = administrator.sends(
        "channels_app_account_change",
        account.pk,
        name="A",
        connection=account.connection.pk,
        business_id=text,
        **KEPT,
    )

    assert list(errors(response)) == ["business_id"]


def test_the_account_page_gives_the_endpoint_to_enter_at_apple(administrator: Visitor) -> None:
    account = AccountFactory.create()

    page = administrator.opens("channels_app_account_change", account.pk).content.decode()

    assert 'data-copy="http://127.0.0.1:8000/applemessagesforbusiness"' in page


def test_what_is_in_use_is_not_deleted_and_names_its_users(administrator: Visitor) -> None:
    connection = AccountFactory.create(name="Velo shop").connection

    page = administrator.opens("channels_app_mspconnection_delete", connection.pk).content.decode()
    administrator.sends("channels_app_mspconnection_delete", connection.pk, post="yes")

    assert "is in use" in page
    assert "<b>account</b>: <a href=" in page
    assert MspConnection.objects.exists()


def test_a_delete_page_names_the_first_few_users_only(
    administrator: Visitor, django_assert_max_num_queries: Any
) -> None:
    connection = MspConnectionFactory.create()
    for number in range(8):
        AccountFactory.create(connection=connection, name=f"Shop {number}")

    with django_assert_max_num_queries(12):
        page = administrator.opens("channels_app_mspconnection_delete", connection.pk).content.decode()

    assert page.count(">Shop ") == 5
    assert "and more" in page


@pytest.mark.parametrize(
    ("name", "factory"),
    [
        ("mspconnection", AccountFactory),
        ("account", ChannelInstanceFactory),
        ("channelinstance", ChannelInstanceFactory),
    ],
)
def test_a_longer_list_asks_no_more_queries(
    administrator: Visitor, django_assert_num_queries: Any, name: str, factory: Any
) -> None:
    factory.create()
    administrator.opens(f"channels_app_{name}_changelist")
    with CaptureQueriesContext(database) as few:
        administrator.opens(f"channels_app_{name}_changelist")
    for _ in range(10):
        factory.create()

    with django_assert_num_queries(len(few)):
        response = administrator.opens(f"channels_app_{name}_changelist")

    assert response.context["cl"].result_count == 11


def test_every_list_can_be_searched(administrator: Visitor) -> None:
    ChannelInstanceFactory.create(account__name="Velo shop")
    ChannelInstanceFactory.create(account__name="Bakery")

    for name in ("mspconnection", "account", "channelinstance"):
        found = administrator.opens(f"channels_app_{name}_changelist", q="nothing like this")
        assert b"Nothing found" in found.content
    found = administrator.opens("channels_app_account_changelist", q="velo")
    assert [account.name for account in found.context["cl"].result_list] == ["Velo shop"]


def test_the_history_of_a_record_says_who_changed_what(administrator: Visitor) -> None:
    account = AccountFactory.create(name="Velo", business_id=ID)
    administrator.sends(
        "channels_app_account_change",
        account.pk,
        name="Velo shop",
        connection=account.connection.pk,
        business_id=ID,
        **KEPT,
    )

    page = administrator.opens("channels_app_account_history", account.pk).content.decode()

    assert "<del>Velo</del>" in page
    assert "<ins>Velo shop</ins>" in page
    assert "Ada Diallo" in page
