"""The button, the worker that comes, and what is kept and shown meanwhile."""

import datetime
import socket
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from channels_app.doctor import far
from channels_app.doctor.calls import NoAnswer, addresses_of, certificate_ends_at
from channels_app.doctor.near import Signs
from channels_app.doctor.reads import open_findings
from channels_app.doctor.services import begin, end_all
from channels_app.doctor.tasks import examine
from channels_app.models import Account, Examination, Finding
from tests.channels_app.doctor.conftest import Clinic
from tests.conftest import Commits
from tests.factories.channels_app import AccountFactory
from tests.portal.visitors import Visitor


def test_nothing_is_tested_until_somebody_asks(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", None)

    page = clinic.page()

    assert "Not tested yet" in page
    assert not Examination.objects.exists()


def test_the_rows_tell_at_once_and_the_network_when_a_worker_comes(clinic: Clinic) -> None:
    clinic.visitor.sends("doctor_test_account", clinic.account.pk)

    under_way, page = set(Finding.objects.values_list("test", flat=True)), clinic.page()
    end_all(seconds=60)
    done = clinic.page()

    assert under_way == {"clock", "workers", "queue", "key", "token", "calls", "instance"}
    assert 'hx-trigger="every 1s"' in page
    assert 'hx-trigger="every 1s"' not in done
    assert "Everything is fine." in done


def test_the_button_rings_for_a_worker(clinic: Clinic, commits: Commits, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[bool] = []
    monkeypatch.setattr(examine, "delay", lambda: rung.append(True))

    with commits():
        clinic.visitor.sends("doctor_test")

    assert rung == [True]
    examine()
    assert not Examination.objects.filter(finished_at=None).exists()


def test_who_asked_and_when_is_kept_for_each_subject(clinic: Clinic) -> None:
    began = timezone.now()

    clinic.examine()
    clinic.examine()

    rows = list(Examination.objects.order_by("pk"))
    assert [(row.is_of_installation, row.connection, row.account) for row in rows] == [
        (True, None, None),
        (False, clinic.connection, None),
        (False, None, clinic.account),
    ]
    assert all(row.asked_by == clinic.visitor.user and row.asked_at > began for row in rows)
    assert "Ada Diallo" in clinic.page()


def test_a_worker_that_never_comes_is_told(clinic: Clinic) -> None:
    clinic.visitor.sends("doctor_test_account", clinic.account.pk)
    Examination.objects.update(asked_at=timezone.now() - datetime.timedelta(seconds=31))

    page = clinic.page()

    assert "No worker has come to call the endpoint and the gateway" in page
    assert 'hx-trigger="every 1s"' not in page


def test_a_worker_that_is_busy_with_others_is_awaited(clinic: Clinic) -> None:
    now = timezone.now()
    clinic.visitor.sends("doctor_test")
    Examination.objects.update(asked_at=now - datetime.timedelta(seconds=40))
    Examination.objects.filter(is_of_installation=True).update(began_at=now - datetime.timedelta(seconds=5))

    page = clinic.visitor.opens("doctor_overview").content.decode()

    assert 'hx-trigger="every 1s"' in page
    assert "No worker has come" not in page


def test_a_worker_that_died_is_followed_by_another(clinic: Clinic) -> None:
    clinic.visitor.sends("doctor_test")
    Examination.objects.update(began_at=timezone.now())
    early = end_all(seconds=60), Examination.objects.filter(finished_at=None).count()
    Examination.objects.update(began_at=timezone.now() - datetime.timedelta(seconds=61))

    end_all(seconds=60)

    assert early == (True, 3)
    assert not Examination.objects.filter(finished_at=None).exists()


def test_an_answer_that_comes_after_somebody_asked_anew_is_dropped(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = far.found_for

    def asked_meanwhile(examination: Examination) -> Any:
        monkeypatch.setattr(far, "found_for", look)
        later = timezone.now() + datetime.timedelta(seconds=1)
        Examination.objects.filter(pk=examination.pk).update(asked_at=later, began_at=None)
        return look(examination)

    clinic.visitor.sends("doctor_test_account", clinic.account.pk)
    monkeypatch.setattr(far, "found_for", asked_meanwhile)

    assert end_all(seconds=60)
    assert Finding.objects.filter(test="endpoint").count() == 1


def test_a_turn_ends_and_the_rest_waits(clinic: Clinic) -> None:
    clinic.visitor.sends("doctor_test")

    assert [end_all(seconds=0) for _ in range(4)] == [False, False, False, True]


def test_open_findings_are_counted_for_accounts_in_use(clinic: Clinic) -> None:
    never = AccountFactory.create()
    clinic.visitor.sends("doctor_test")
    before = open_findings()

    never.retired_at = timezone.now()
    never.save()

    # The new account was never called and has no workstream; its connection is not known to this Apple.
    assert (before, open_findings()) == (2, 0)


def test_the_overview_names_the_gravest_finding_of_each(clinic: Clinic) -> None:
    AccountFactory.create(name="Bakery", connection=clinic.connection)
    clinic.visitor.sends("doctor_test")

    page = clinic.visitor.opens("doctor_overview").content.decode()

    assert "<b>Calls from Apple.</b> Apple has never called for this account." in page
    assert f'href="/admin/doctor/accounts/{clinic.account.pk}/"' in page
    assert f'href="/admin/doctor/connections/{clinic.connection.pk}/"' in page


def test_a_longer_overview_asks_no_more_queries(clinic: Clinic, django_assert_num_queries: Any) -> None:
    clinic.visitor.sends("doctor_test")
    clinic.visitor.opens("doctor_overview")
    with CaptureQueriesContext(connection) as few:
        clinic.visitor.opens("doctor_overview")
    asked = len(few)
    AccountFactory.create_batch(5, connection=clinic.connection)
    clinic.visitor.sends("doctor_test")

    with django_assert_num_queries(asked):
        clinic.visitor.opens("doctor_overview")


def test_a_connection_has_a_page_of_its_own(clinic: Clinic) -> None:
    clinic.visitor.sends("doctor_test_connection", clinic.connection.pk)
    end_all(seconds=60)

    page = clinic.visitor.opens("doctor_connection", clinic.connection.pk).content.decode()

    assert "It answers and takes our token." in page
    assert not Examination.objects.filter(account__isnull=False).exists()


def test_the_account_page_leads_to_the_doctor(clinic: Clinic) -> None:
    page = clinic.visitor.opens("channels_app_account_change", clinic.account.pk).content.decode()

    assert f'href="/admin/doctor/accounts/{clinic.account.pk}/"' in page


def test_a_supervisor_is_refused(supervisor: Visitor, clinic: Clinic) -> None:
    assert supervisor.opens("doctor_overview").status_code == 403
    assert supervisor.sends("doctor_test").status_code == 403


def test_who_opens_the_address_of_a_button_sees_its_page(clinic: Clinic) -> None:
    assert clinic.visitor.opens("doctor_test_account", clinic.account.pk)["Location"] == (
        f"/admin/doctor/accounts/{clinic.account.pk}/"
    )


def test_a_finding_of_another_version_is_not_shown(clinic: Clinic) -> None:
    begin([], [], Signs(), by=clinic.visitor.user)
    Finding.objects.create(
        examination=Examination.objects.get(), test="of tomorrow", outcome="fine", verdict="fine", facts={}
    )

    assert clinic.visitor.opens("doctor_overview").status_code == 200


def test_a_private_network_is_not_called(settings: LazySettings) -> None:
    settings.SIMULATOR = False

    with pytest.raises(NoAnswer, match="private"):
        addresses_of("https://127.0.0.1:1")


def test_a_certificate_where_nothing_listens_is_not_read() -> None:
    with pytest.raises(NoAnswer, match=r"refused|broken"):
        certificate_ends_at("https://chat.example:1", ["127.0.0.1"])


def test_the_doctors_own_calls_are_no_calls_by_apple(clinic: Clinic) -> None:
    account = Account.objects.get()

    clinic.examine()

    assert account.connection.calls.count() == 0
