"""The wizard that adds an account: what it accepts, what it refuses, and what comes back into use."""

import pytest
from django.urls import reverse
from django.utils import timezone

from channels_app import services
from channels_app.models import Account
from channels_app.services import CannotSetUp
from channels_app.wizards import AddAccount
from tests.factories.channels_app import AccountFactory, MspConnectionFactory
from tests.portal.visitors import Visitor, errors, walk

ID = "31c6a1ea-0000-4000-8000-0000000013b5"
DETAILS = {"name": "Velo shop", "channels": "apple"}


@pytest.mark.accepts("A2.1-1", "A2.1-2")
def test_a_new_account_is_in_the_list_with_its_whole_id(administrator: Visitor) -> None:
    connection = MspConnectionFactory.create()
    run = walk(administrator, AddAccount)

    run.through({"details": DETAILS, "account": {"business_id": f" {ID.upper()}\t", "connection": connection.pk}})
    summary = run.sees("summary").content.decode()
    answer = run.fills("summary")

    page = administrator.client.get(answer.url).content.decode()
    for text in ("Velo shop", "Apple Messages for Business", ID):
        assert text in summary
        assert text in page
    assert "no workstream yet" in page
    assert Account.objects.get().connection == connection


@pytest.mark.accepts("A2.1-3")
def test_an_id_that_is_known_points_at_its_account(administrator: Visitor) -> None:
    known = AccountFactory.create(name="Velo <shop>", business_id=ID)
    run = walk(administrator, AddAccount)

    response = run.through(
        {"details": DETAILS, "account": {"business_id": f" urn:biz:{ID.upper()}", "connection": known.connection.pk}}
    )

    page = reverse("admin:channels_app_account_change", args=[known.pk])
    link = f'<a href="{page}">Velo &lt;shop&gt;</a>'
    assert errors(response) == {"business_id": [f"This ID belongs to the account {link} already."]}
    assert link in response.content.decode()
    assert Account.objects.count() == 1


def test_an_empty_page_says_what_to_enter(administrator: Visitor) -> None:
    run = walk(administrator, AddAccount)

    details = run.fills("details")
    account = run.through({"details": DETAILS, "account": {"business_id": " ", "connection": ""}})

    assert errors(details) == {"name": ["Give the account a name."], "channels": ["Choose the channel."]}
    assert errors(account) == {
        "business_id": ["Enter the ID that you copied at Apple."],
        "connection": ["Choose the connection that speaks for it."],
    }


@pytest.mark.parametrize("text", ["velo", "31c6a1ea", f"{ID}0", "g" * 36])
def test_an_id_of_another_shape_is_taken_once_it_is_confirmed(administrator: Visitor, text: str) -> None:
    entries = {"business_id": text, "connection": MspConnectionFactory.create().pk}
    run = walk(administrator, AddAccount)

    warned = run.through({"details": DETAILS, "account": entries})
    run.through({"account": entries | {"is_meant": "on"}, "summary": {}})

    assert list(errors(warned)) == ["business_id"]
    assert "Use this ID all the same" in warned.content.decode()
    assert Account.objects.get().business_id == text


@pytest.mark.parametrize("text", ["", "x" * 101, "\x00"])
def test_an_impossible_id_is_refused(administrator: Visitor, text: str) -> None:
    entries = {"business_id": text, "connection": MspConnectionFactory.create().pk, "is_meant": "on"}

    response = walk(administrator, AddAccount).through({"details": DETAILS, "account": entries})

    assert list(errors(response)) == ["business_id"]


def test_name_and_channel_are_asked_for(administrator: Visitor) -> None:
    response = walk(administrator, AddAccount).fills("details", name=" ")

    assert list(errors(response)) == ["name", "channels"]


def test_the_page_gives_the_endpoint_and_says_that_the_id_is_no_secret(administrator: Visitor) -> None:
    run = walk(administrator, AddAccount)
    run.fills("details", **DETAILS)

    page = run.sees("account").content.decode()

    assert 'data-copy="http://127.0.0.1:8000/applemessagesforbusiness"' in page
    assert "The ID is not a secret" in page
    assert reverse("admin:channels_app_mspconnection_add") in page


def test_a_deleted_account_comes_back_into_use(administrator: Visitor) -> None:
    deleted = AccountFactory.create(name="Old", business_id=ID, retired_at=timezone.now())
    other = MspConnectionFactory.create()
    run = walk(administrator, AddAccount)

    run.through({"details": DETAILS, "account": {"business_id": ID, "connection": other.pk}})
    summary = run.sees("summary").content.decode()
    run.fills("summary")

    assert "It comes back into use with its history." in summary
    account = Account.objects.get()
    assert (account.pk, account.name, account.connection, account.retired_at) == (deleted.pk, "Velo shop", other, None)


def test_an_account_that_somebody_added_meanwhile_is_not_overwritten(administrator: Visitor) -> None:
    known = AccountFactory.create(name="Theirs", business_id=ID)

    with pytest.raises(CannotSetUp, match="as “Theirs”"):
        services.add_account(name="Mine", connection=known.connection, business_id=ID, by=administrator.user)

    known.refresh_from_db()
    assert known.name == "Theirs"


def test_the_history_says_who_added_it(administrator: Visitor) -> None:
    connection = MspConnectionFactory.create()
    run = walk(administrator, AddAccount)
    run.through({"details": DETAILS, "account": {"business_id": ID, "connection": connection.pk}, "summary": {}})

    page = administrator.opens("channels_app_account_history", Account.objects.get().pk).content.decode()

    assert "Ada Diallo" in page
