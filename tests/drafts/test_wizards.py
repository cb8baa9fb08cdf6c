"""What every wizard promises: nothing typed is lost, nothing is mixed, nothing secret comes back."""

import datetime
import json
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
import time_machine
from django import forms
from django.conf import LazySettings
from django.contrib import admin
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import redirect
from django.test import Client
from django.urls import include, path
from django.utils import timezone

from channels_app.models import Account
from channels_app.wizards import AddAccount
from omnichannel import urls
from omnichannel.drafts.models import Draft
from omnichannel.drafts.tasks import remove_forgotten
from omnichannel.drafts.wizards import PortalWizard, Summary
from tests.factories.channels_app import MspConnectionFactory
from tests.portal.visitors import Visitor, visitor, walk
from workstreams.roles import Role

ID = "31c6a1ea-0000-4000-8000-0000000013b5"
DETAILS = {"name": "Velo shop", "channels": "apple"}
SECRET = "a certain long secret"


class Keys(forms.Form):
    """A page with a secret."""

    label = forms.CharField()
    secret = forms.CharField(widget=forms.PasswordInput)


class WithSecret(PortalWizard):
    """A wizard that asks for a secret first."""

    slug = "with-secret"
    url_name = "with_secret"
    permission = "channels_app.add_account"
    heading = "With a secret"
    form_list = [("keys", Keys), ("summary", Summary)]
    step_titles = {"keys": "Keys", "summary": "Summary"}
    got: ClassVar[list[dict[str, Any]]] = []

    def done(self, _form_list: Any, **_kwargs: Any) -> HttpResponse:
        self.got.append(self.entries())
        return redirect("/")

    def list_url(self) -> str:
        return "/"

    def crumbs(self) -> list[tuple[Any, str]]:
        return []


admin_pages, app_name, namespace = admin.site.urls
urlpatterns = [
    path("admin/", ([*WithSecret.addresses("with-secret/"), *admin_pages], app_name, namespace)),
    path("", include(urls)),
]


@pytest.fixture
def with_secret(settings: LazySettings) -> Iterator[type[WithSecret]]:
    """The wizard that asks for a secret, at an address of this test."""
    settings.ROOT_URLCONF = __name__
    yield WithSecret
    WithSecret.got.clear()


def test_a_draft_survives_a_reload_a_sign_out_and_a_sign_in(administrator: Visitor) -> None:
    run = walk(administrator, AddAccount)
    run.fills("details", **DETAILS)
    administrator.client.logout()
    administrator.client.force_login(administrator.user)

    page = run.sees()

    assert page.redirect_chain == [(run.address("account"), 302)]
    assert 'value="Velo shop"' in run.sees("details").content.decode()


def test_what_is_typed_is_kept_before_any_button_is_pressed(administrator: Visitor) -> None:
    run = walk(administrator, AddAccount)

    answer = run.fills("details", "keep", name="Velo")

    assert answer.status_code == 204
    assert 'value="Velo"' in run.sees("details").content.decode()


def test_back_keeps_even_what_is_wrong(administrator: Visitor) -> None:
    MspConnectionFactory.create()
    run = walk(administrator, AddAccount)
    run.fills("details", **DETAILS)

    answer = run.fills("account", "details", business_id="half an id")

    assert answer.url == run.address("details")
    assert 'value="half an id"' in run.sees("account").content.decode()


def test_a_page_that_was_only_looked_at_shows_no_faults_on_return(administrator: Visitor) -> None:
    run = walk(administrator, AddAccount)
    run.fills("details", **DETAILS)

    run.fills("account", "details", business_id="", connection="")

    assert 'class="errorlist"' not in run.sees("account").content.decode()


def test_two_tabs_do_not_mix(administrator: Visitor) -> None:
    one, other = walk(administrator, AddAccount), walk(administrator, AddAccount)

    one.fills("details", name="One", channels="apple")
    other.fills("details", name="Other", channels="apple")

    assert 'value="One"' in one.sees("details").content.decode()
    assert 'value="Other"' in other.sees("details").content.decode()


def test_another_person_finds_nothing(administrator: Visitor) -> None:
    run = walk(administrator, AddAccount)
    run.fills("details", **DETAILS)
    stranger = walk(visitor(Role.ADMINISTRATOR), AddAccount)

    answers = [
        stranger.visitor.client.get(run.address("details")),
        stranger.visitor.client.post(run.address("details"), {"act": "discard"}),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert Draft.objects.count() == 1
    assert "Velo shop" not in stranger.visitor.opens("channels_app_account_changelist").content.decode()


def test_who_may_not_add_the_record_may_not_open_its_wizard(supervisor: Visitor) -> None:
    assert walk(supervisor, AddAccount).sees("details").status_code == 403


def test_the_database_holds_no_word_of_a_draft(administrator: Visitor) -> None:
    walk(administrator, AddAccount).fills("details", **DETAILS)

    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM drafts_draft")
        [(content,)] = cursor.fetchall()

    assert "Velo" not in content


def test_a_page_that_is_found_wanting_is_shown_under_its_address_and_posts_nothing_again(
    administrator: Visitor,
) -> None:
    run = walk(administrator, AddAccount)
    run.fills("details", **DETAILS)

    answer = administrator.client.post(run.address("account"), {"account-business_id": "wrong", "act": "next"})
    assert (answer.status_code, answer.headers["Location"]) == (302, run.address("account"))
    assert "This page needs a look." in run.sees("account").content.decode()
    run.fills("account", act="keep", business_id=ID)

    assert ID in run.sees("account").content.decode()


def test_the_list_offers_to_continue_a_draft_or_to_discard_it(administrator: Visitor) -> None:
    run = walk(administrator, AddAccount)
    run.fills("details", **DETAILS)

    page = administrator.opens("channels_app_account_changelist").content.decode()
    answer = administrator.client.post(run.address(), {"act": "discard"}, follow=True)

    assert all(text in page for text in ("Your draft “Velo shop”", "Continue your draft", run.address()))
    assert "The draft is discarded." in answer.content.decode()
    assert "Continue your draft" not in answer.content.decode()
    assert not Draft.objects.exists()


def test_a_page_is_not_reached_past_one_that_is_not_filled_in(administrator: Visitor) -> None:
    run = walk(administrator, AddAccount)

    assert run.sees("summary").redirect_chain == [(run.address("details"), 302)]
    assert run.sees("nonsense").status_code == 404


def test_the_last_button_makes_one_thing_however_often_it_is_pressed(administrator: Visitor) -> None:
    connection_row = MspConnectionFactory.create()
    run = walk(administrator, AddAccount)
    run.through({"details": DETAILS, "account": {"business_id": ID, "connection": connection_row.pk}, "summary": {}})

    again = run.fills("summary")

    assert again.url == AddAccount.list_url(AddAccount())
    assert Account.objects.count() == 1
    assert not Draft.objects.exists()


def test_what_became_wrong_meanwhile_is_asked_again(administrator: Visitor) -> None:
    connection_row = MspConnectionFactory.create()
    run = walk(administrator, AddAccount)
    run.through({"details": DETAILS, "account": {"business_id": ID, "connection": connection_row.pk}})
    connection_row.delete()

    answer = run.fills("summary")

    assert answer.url == run.address("account")
    assert Draft.objects.count() == 1


def test_a_secret_never_comes_back_and_is_not_lost(administrator: Visitor, with_secret: type[WithSecret]) -> None:
    run = walk(administrator, with_secret)
    run.fills("keys", label="Shop", secret=SECRET)
    pages = [run.sees("keys"), run.sees("summary"), run.fills("keys", label="", secret="")]

    run.fills("keys", label="Shop 2", secret="")
    run.fills("summary")

    assert all(SECRET not in page.content.decode() for page in pages)
    assert "Set, and not shown" in pages[1].content.decode()
    assert with_secret.got == [{"label": "Shop 2", "secret": SECRET}]


def test_a_draft_that_nobody_touches_for_a_month_goes(administrator: Visitor) -> None:
    with time_machine.travel(timezone.now() - datetime.timedelta(days=31)):
        walk(administrator, AddAccount).fills("details", **DETAILS)
    young = walk(administrator, AddAccount)
    young.fills("details", name="Young", channels="apple")

    offered = AddAccount.begun_by(administrator.user)
    remove_forgotten()

    assert [draft.name for draft in offered] == ["Young"]
    assert [draft.run for draft in Draft.objects.all()] == [young.run]


def test_a_visitor_who_is_not_signed_in_is_sent_to_sign_in(db: None) -> None:
    answer = Client().get("/admin/channels_app/account/add/", follow=True)

    assert answer.redirect_chain[-1][0].startswith("/sign-in/")


def test_a_draft_that_is_older_than_its_pages_begins_at_the_first(administrator: Visitor) -> None:
    run = walk(administrator, AddAccount)
    content = {"step": "gone", "step_data": {}, "step_files": {}, "extra_data": {}}
    Draft.objects.create(owner=administrator.user, wizard="add-account", run=run.run, content=json.dumps(content))

    assert run.sees().redirect_chain == [(run.address("details"), 302)]
    assert "Continue your draft" in administrator.opens("channels_app_account_changelist").content.decode()
