"""Secure columns: to see that a secret is set, to set it and to replace it are separate rights, for each record."""

import re
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from omnichannel import amb
from tests.factories.authsettings import AuthenticationSettingFactory
from tests.factories.channels_app import MspConnectionFactory
from tests.factories.payments import PaymentProfileFactory
from tests.payments.certificates import PASSWORD, pkcs12_file
from tests.portal.visitors import Visitor, visitor
from workstreams.roles import Role, SecretRight, every_secret_right, secret_right

NEW_API_SECRET = "bmV3IHNlY3JldCwganVzdCBhcyBsb25nIGFzIGl0IG11c3QgYmU="


@dataclass(frozen=True)
class Case:
    """A record with secrets: what its form is filled in with, and what replaces its secrets."""

    record: str
    factory: Any
    secrets: tuple[str, ...]
    entries: dict[str, Any]
    new: Any

    def page(self, action: str) -> str:
        """Return the URL name of one of its pages."""
        return f"{self.record.replace('.', '_')}_{action}"


CASES = (
    Case(
        "channels_app.mspconnection",
        MspConnectionFactory,
        ("secret",),
        {
            "name": "Renamed",
            "msp_id": "31c6a1ea-0000-4000-8000-0000000013b5",
            "gateway_url": amb.APPLE_GATEWAY,
        },
        lambda: {"secret": NEW_API_SECRET},
    ),
    Case(
        "authsettings.authenticationsetting",
        AuthenticationSettingFactory,
        ("client_secret",),
        {
            "name": "Renamed",
            "flow": "code",
            "client_id": "shop",
            "scopes": "openid",
            "user_info_url": "https://93.184.215.14/userinfo",
            "expires_after_seconds": "3600",
        },
        lambda: {"client_secret": "the new client secret"},
    ),
    Case(
        "payments.paymentprofile",
        PaymentProfileFactory,
        ("certificate", "certificate_password"),
        {
            "name": "Renamed",
            "friendly_name": "Velo shop",
            "merchant_id": "merchant.com.example.velo",
            "gateway_url": "https://93.184.215.14/pay",
            "domain_url": "https://93.184.215.14",
            "country": "DE",
            "capabilities": ["supports3DS"],
            "networks": ["visa"],
        },
        lambda: {
            "certificate": SimpleUploadedFile("velo.p12", pkcs12_file()),
            "certificate_password": PASSWORD,
        },
    ),
)
each_record = pytest.mark.parametrize("case", CASES, ids=lambda case: case.record)


def somebody(case: Case, *rights: SecretRight) -> Visitor:
    """An administrator whose column profile holds these rights to one kind of record."""
    return visitor(Role.ADMINISTRATOR, secret_rights=[secret_right(right, case.record) for right in rights])


def kept_in(record: Any, case: Case) -> list[str]:
    """What the record keeps secret."""
    record.refresh_from_db()
    return [getattr(record, name) for name in case.secrets]


def field(page: str, name: str) -> str:
    """The input of a field, as HTML."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert found, name
    return found[0]


@pytest.mark.accepts("A1.4-1")
@each_record
def test_without_rights_a_secret_is_masked_and_the_rest_is_saved(case: Case, db: None) -> None:
    person, record = somebody(case), case.factory.create()
    before = kept_in(record, case)

    page = person.opens(case.page("change"), record.pk).content.decode()
    answer = person.sends(case.page("change"), record.pk, **case.entries | case.new())

    for name in case.secrets:
        assert all(word in field(page, name) for word in ("disabled", 'placeholder="••••••••••••"'))
    assert "Your rights do not include setting it." in page
    assert "Set." not in page
    assert answer.status_code == 302
    assert kept_in(record, case) == before
    assert record.name == "Renamed"


@pytest.mark.accepts("A1.4-2")
@each_record
def test_with_update_but_no_read_a_secret_is_replaced_and_never_seen(case: Case, db: None) -> None:
    person, record = somebody(case, SecretRight.UPDATE), case.factory.create()
    before = kept_in(record, case)

    page = person.opens(case.page("change"), record.pk).content.decode()
    list_page = person.opens(case.page("changelist")).content.decode()
    answer = person.sends(case.page("change"), record.pk, **case.entries | case.new())

    assert all(word not in text for text in (page, list_page) for word in (*before, "Set.", "Set on"))
    assert all("disabled" not in field(page, name) for name in case.secrets)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    after = kept_in(record, case)
    assert all(new not in (old, "") for new, old in zip(after, before, strict=True))


@each_record
def test_with_read_a_page_says_when_a_secret_was_set_and_shows_none(case: Case, db: None) -> None:
    moment = timezone.datetime(2026, 5, 3, 12, tzinfo=timezone.get_default_timezone())  # type: ignore[attr-defined]
    person = somebody(case, SecretRight.READ)
    record = case.factory.create(**{f"{name}_set_at": moment for name in case.secrets})

    page = person.opens(case.page("change"), record.pk).content.decode()
    list_page = person.opens(case.page("changelist")).content.decode()

    assert page.count("Set on 3 May 2026.") == len(case.secrets)
    assert "Set on 3 May 2026" in list_page
    assert all(secret not in text for text in (page, list_page) for secret in kept_in(record, case))


@each_record
def test_a_secret_is_kept_when_left_empty_and_stands_in_no_page(
    case: Case, administrator: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    entries = case.entries | case.new()

    answer = administrator.sends(case.page("add"), **entries)
    record = case.factory._meta.model.objects.get()
    first = kept_in(record, case)
    administrator.sends(case.page("change"), record.pk, **case.entries | {"name": "Renamed again"})
    wrong = administrator.sends(case.page("change"), record.pk, **case.entries | case.new() | {"name": ""})
    pages = [
        answer,
        wrong,
        administrator.opens(case.page("changelist")),
        administrator.opens(case.page("change"), record.pk),
        administrator.opens(case.page("history"), record.pk),
        administrator.opens(case.page("delete"), record.pk),
    ]

    assert kept_in(record, case) == first
    assert record.name == "Renamed again"
    assert all(getattr(record, f"{name}_set_at") for name in case.secrets)
    assert all(secret not in page.content.decode() for page in pages for secret in first)
    assert all(secret not in caplog.text for secret in first)


@each_record
def test_who_may_set_no_secret_adds_no_record(case: Case, db: None) -> None:
    person = somebody(case, SecretRight.READ, SecretRight.UPDATE)

    page = person.opens(case.page("add"))
    list_page = person.opens(case.page("changelist")).content.decode()

    assert page.status_code == 403
    assert "/add/" not in list_page


def test_a_right_to_secrets_ends_with_the_role(db: None) -> None:
    right = secret_right(SecretRight.UPDATE, "payments.paymentprofile")
    supervisor = visitor(Role.SUPERVISOR, secret_rights=[right])

    assert not supervisor.user.has_perm(right)


def test_rights_are_given_and_taken_on_a_persons_page(administrator: Visitor) -> None:
    person = visitor(Role.ADMINISTRATOR, username="noa", secret_rights=[]).user
    right = secret_right(SecretRight.READ, "channels_app.mspconnection")
    entries = {"username": "noa", "is_active": "on", "roles": [Role.ADMINISTRATOR.value]}

    given = administrator.sends("workstreams_user_change", person.pk, **entries, mspconnection_rights=[right])
    person.refresh_from_db()
    held = list(person.secret_rights)
    page = administrator.opens("workstreams_user_change", person.pk).content.decode()
    administrator.sends("workstreams_user_change", person.pk, **entries)

    person.refresh_from_db()
    assert given.status_code == 302
    assert held == [right]
    assert re.search(rf'value="{right}"[^>]*checked', page)
    assert person.secret_rights == []


def test_an_update_leaves_administrators_of_before_what_they_could_do(db: None) -> None:
    before, other = visitor(Role.ADMINISTRATOR, secret_rights=[]).user, visitor(Role.AGENT).user

    import_module("workstreams.migrations.0005_stock_presences_and_secret_rights").keep_rights(apps, None)

    before.refresh_from_db()
    other.refresh_from_db()
    assert (before.secret_rights, other.secret_rights) == (every_secret_right(), [])


def test_rights_are_refused_to_who_never_works_with_these_records(administrator: Visitor) -> None:
    person = visitor(Role.AGENT, username="noa").user
    right = secret_right(SecretRight.READ, "channels_app.mspconnection")

    answer = administrator.sends(
        "workstreams_user_change",
        person.pk,
        username="noa",
        is_active="on",
        roles=[Role.AGENT.value],
        mspconnection_rights=[right],
    )

    assert answer.context["adminform"].form.errors == {
        "mspconnection_rights": ["Only administrators work with these records. Add that role first."]
    }
