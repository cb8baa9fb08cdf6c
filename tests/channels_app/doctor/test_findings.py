"""With everything in order the doctor finds nothing, and each fault is named rightly."""

import datetime
import io
from collections.abc import Iterator, Mapping
from email.utils import format_datetime
from typing import Any

import pytest
import requests
import urllib3
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone
from redis import RedisError
from requests.adapters import BaseAdapter, HTTPAdapter

from channels_app.doctor import far, near
from channels_app.doctor.outcomes import TESTS
from channels_app.models import Finding, MspConnection
from conversations.models import InboundReceipt
from omnichannel import amb
from omnichannel.common import clock, task_counts
from payments.models import PaymentProfile
from simulator.fault_kinds import FaultKind
from simulator.services import faults
from tests.channels_app.doctor.conftest import Clinic
from tests.website import Names, names

__all__ = ["names"]

ELSEWHERE = "http://127.0.0.1:8009"
OTHER_SECRET = "YW5vdGhlciBzZWNyZXQgb2YgdGhpcnR5LXR3byBieXRlcw=="


class Elsewhere(BaseAdapter):
    """A server that is neither ours nor Apple's: it answers the same to everything, or breaks in the same way."""

    def __init__(
        self, status: int = 200, headers: Mapping[str, str] | None = None, fault: Exception | None = None
    ) -> None:
        super().__init__()
        self.status, self.headers, self.fault = status, headers or {}, fault

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Return the one answer."""
        if self.fault:
            raise self.fault
        raw = urllib3.HTTPResponse(io.BytesIO(), headers=self.headers, status=self.status, preload_content=False)
        return HTTPAdapter().build_response(request, raw)

    def close(self) -> None:
        """Release nothing."""


@pytest.fixture(autouse=True)
def nobody_elsewhere() -> Iterator[None]:
    """Leave this thread's session as it was."""
    yield
    amb.kept_session().adapters.pop(ELSEWHERE, None)


def answers_elsewhere(*args: Any, **kwargs: Any) -> None:
    """Have a server answer there."""
    amb.kept_session().mount(ELSEWHERE, Elsewhere(*args, **kwargs))


def test_with_the_simulator_everything_is_fine(clinic: Clinic) -> None:
    clinic.visitor.sends("doctor_test")

    assert clinic.examine() == {}
    found = set(Finding.objects.values_list("test", flat=True))
    assert found == set(TESTS) - {"payment_certificate"}
    assert "Everything is fine." in clinic.page()


def test_a_wrong_secret_is_named(clinic: Clinic) -> None:
    MspConnection.objects.update(secret=OTHER_SECRET)

    assert clinic.examine() == {"gateway": "denied", "account_gateway": "denied"}
    page = clinic.page()
    assert "it does not take our token. Compare MSP ID and secret with Apple Business Register." in page
    assert f'href="/admin/channels_app/mspconnection/{clinic.connection.pk}/change/"' in page
    assert OTHER_SECRET not in page


def test_an_account_that_apple_does_not_know_is_named(clinic: Clinic) -> None:
    clinic.account.business_id = "31c6a1ea-0000-4000-8000-0000000013b5"
    clinic.account.save()

    assert clinic.examine()["account_gateway"] == "denied"


@pytest.mark.parametrize(
    ("secret", "found"),
    [("", {"key": "missing"}), ("not base64!", {"key": "not_base64"}), ("QUJD", {"key": "short"})],
)
@pytest.mark.filterwarnings("ignore:The HMAC key")
def test_a_secret_of_the_wrong_shape_is_named(clinic: Clinic, secret: str, found: dict[str, str]) -> None:
    MspConnection.objects.update(secret=secret)

    assert found.items() <= clinic.examine().items()


def test_a_secret_that_cannot_be_decrypted_is_named(clinic: Clinic) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE channels_app_mspconnection SET secret = 'gone$AAAA'")

    assert clinic.examine() == {"key": "unreadable"}
    assert "FIELD_KEYS" in clinic.page()


def test_a_gateway_that_is_down_is_named(clinic: Clinic) -> None:
    MspConnection.objects.update(gateway_url="http://127.0.0.1:1/v1")

    assert clinic.examine() == {"gateway": "refused", "account_gateway": "refused"}
    page = clinic.page()
    assert "2 findings need attention." in page
    assert 'class="notice bad"' in page
    assert "Nothing answers at 127.0.0.1." in page


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({"status": 503}, "busy"),
        ({"status": 302}, "odd"),
        ({"fault": requests.ReadTimeout()}, "late"),
        ({"fault": requests.exceptions.SSLError()}, "untrusted"),
        ({"fault": requests.ConnectionError()}, "broken"),
    ],
)
def test_a_gateway_in_trouble_is_named(clinic: Clinic, answer: dict[str, Any], outcome: str) -> None:
    MspConnection.objects.update(gateway_url=ELSEWHERE)
    answers_elsewhere(**answer)

    assert clinic.examine() == {"gateway": outcome, "account_gateway": outcome}


def test_a_gateway_that_is_busy_for_once_is_named(clinic: Clinic) -> None:
    faults.arm(FaultKind.GATEWAY_503, times=1)

    assert "busy" in clinic.examine().values()


@pytest.mark.parametrize(("url", "outcome"), [("https://10.0.0.1", "private"), ("http://93.184.215.14", "scheme")])
def test_no_call_leads_into_a_private_network(clinic: Clinic, settings: LazySettings, url: str, outcome: str) -> None:
    MspConnection.objects.update(gateway_url=url)
    settings.BASE_URL = url

    found = clinic.examine()

    assert {found[test] for test in ("endpoint", "gateway", "account_gateway")} == {outcome}


@pytest.mark.parametrize(("seconds", "outcome"), [(40, "off"), (400, "wrong")])
def test_a_clock_that_is_off_is_named(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, seconds: int, outcome: str
) -> None:
    monkeypatch.setattr(clock, "now", lambda: timezone.now() - datetime.timedelta(seconds=seconds))

    assert clinic.examine() == {"clock": outcome}
    assert f"This host and the database are {seconds} seconds apart." in clinic.page()


@pytest.mark.parametrize(
    ("seconds", "outcome"), [(0, "fine"), (4.9, "fine"), (5, "off"), (299, "off"), (300, "wrong"), (9000, "wrong")]
)
def test_clocks_may_be_less_than_five_seconds_apart(seconds: float, outcome: str) -> None:
    assert near.apart("gateway_clock", seconds).outcome == outcome


@pytest.mark.parametrize(("seconds", "outcome"), [(150, "off"), (900, "wrong")])
def test_a_gateway_with_another_time_is_named(clinic: Clinic, seconds: int, outcome: str) -> None:
    # Told once, and compared when the test gets there: far enough from either bound for a busy machine.
    told = format_datetime(timezone.now() + datetime.timedelta(seconds=seconds))
    MspConnection.objects.update(gateway_url=ELSEWHERE)
    answers_elsewhere(headers={"Date": told})

    assert clinic.examine() == {"gateway_clock": outcome}


def test_an_endpoint_that_cannot_be_reached_is_named(clinic: Clinic, settings: LazySettings) -> None:
    settings.BASE_URL = "http://127.0.0.1:1"

    assert clinic.examine() == {"endpoint": "refused"}


def test_an_endpoint_that_is_somebody_elses_is_named(clinic: Clinic, settings: LazySettings) -> None:
    settings.BASE_URL = ELSEWHERE
    answers_elsewhere(status=401, headers={"X-Omnichannel-Proof": "of another installation"})

    assert clinic.examine() == {"endpoint": "stranger"}
    assert "Something else answers at http://127.0.0.1:8009/applemessagesforbusiness (with 401)." in clinic.page()


def test_a_host_name_that_the_web_process_refuses_is_named(clinic: Clinic, settings: LazySettings) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    MspConnection.objects.update(gateway_url=ELSEWHERE)
    answers_elsewhere()

    assert clinic.examine() == {"endpoint": "host"}


def test_the_name_of_a_host_is_looked_up_once(clinic: Clinic, settings: LazySettings, names: Names) -> None:
    names.known = {"chat.example": ["127.0.0.1"], "gateway.example": ["127.0.0.1"]}
    settings.BASE_URL = "https://chat.example:1"
    MspConnection.objects.update(gateway_url="https://gateway.example:1/v1")

    found = clinic.examine()

    assert found == {
        "endpoint": "refused", "certificate": "unread", "gateway": "refused", "account_gateway": "refused",
    }  # fmt: skip
    # Once for the installation; once for the connection and once for its account, which are examined apart.
    assert sorted(names.looked_up) == ["chat.example", "gateway.example", "gateway.example"]


def test_an_endpoint_name_that_does_not_exist_is_named(clinic: Clinic, settings: LazySettings) -> None:
    settings.BASE_URL = "https://nowhere.invalid"

    assert clinic.examine() == {"endpoint": "unknown_host", "certificate": "unread"}


@pytest.mark.parametrize(("days", "outcome"), [(90, "fine"), (20, "soon")])
def test_the_certificate_of_the_endpoint_is_dated(monkeypatch: pytest.MonkeyPatch, days: int, outcome: str) -> None:
    ends_at = timezone.now() + datetime.timedelta(days=days)
    monkeypatch.setattr(far, "certificate_ends_at", lambda _url, _addresses: ends_at)

    found = far._certificate("https://chat.example.com/applemessagesforbusiness", [])

    assert (found.outcome, found.facts) == (outcome, {"until": ends_at.isoformat()})


def test_an_account_that_was_never_called_is_named(clinic: Clinic) -> None:
    InboundReceipt.objects.all().delete()
    clinic.visitor.client.get("/applemessagesforbusiness/landing", {"id": clinic.account.business_id})

    assert clinic.examine() == {"calls": "never"}
    assert "Apple has never called for this account." in clinic.page()


def test_a_call_of_the_endpoint_by_apple_counts(clinic: Clinic) -> None:
    InboundReceipt.objects.all().delete()
    token = amb.apple_bearer(clinic.connection.credentials)
    headers = {"Authorization": token, "destination-id": clinic.account.business_id}

    clinic.visitor.client.get("/applemessagesforbusiness", headers=headers)

    assert clinic.examine() == {}


def test_an_account_that_was_not_called_for_long_is_named(clinic: Clinic) -> None:
    InboundReceipt.objects.update(
        received_at=timezone.now() - datetime.timedelta(days=8), state="done", processed_at=timezone.now()
    )

    assert clinic.examine() == {"calls": "quiet"}


def test_an_account_without_a_workstream_is_named(clinic: Clinic) -> None:
    type(clinic.instance).objects.update(retired_at=timezone.now())

    assert clinic.examine() == {"instance": "none"}
    assert f"/channelinstance/add/?account={clinic.account.pk}" in clinic.page()


def test_what_waits_too_long_is_named(clinic: Clinic) -> None:
    InboundReceipt.objects.update(received_at=timezone.now() - datetime.timedelta(minutes=5))
    slow = clinic.examine()
    InboundReceipt.objects.update(received_at=timezone.now() - datetime.timedelta(minutes=15))

    assert (slow, clinic.examine()) == ({"queue": "slow"}, {"queue": "stuck"})
    assert "Something has waited for 15 min (deliveries: 1, messages: 0)." in clinic.page()


def test_workers_that_are_gone_are_named(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = task_counts.TaskCounts

    def broken() -> Any:
        raise RedisError

    monkeypatch.setattr(task_counts, "counts", lambda: counts({}, {}))
    never = clinic.examine()
    monkeypatch.setattr(task_counts, "counts", lambda: counts({}, {"a.sweep": timezone.now().timestamp() - 600}))
    silent = clinic.examine()
    monkeypatch.setattr(task_counts, "counts", broken)

    assert [never, silent, clinic.examine()] == [{"workers": "never"}, {"workers": "silent"}, {"workers": "broker"}]


@pytest.mark.parametrize(
    ("days", "found"),
    [
        (90, {}),
        (20, {"payment_certificate": "soon"}),
        (-1, {"payment_certificate": "ended"}),
        (None, {"payment_certificate": "unknown"}),
    ],
)
def test_a_certificate_for_payments_that_ends_is_named(clinic: Clinic, days: int | None, found: dict[str, str]) -> None:
    ends_at = timezone.now() + datetime.timedelta(days=days) if days is not None else None
    clinic.instance.payment_profile = PaymentProfile.objects.create(name="Velo", certificate_ends_at=ends_at)
    clinic.instance.may_request_payment = True
    clinic.instance.save()

    assert clinic.examine() == found


def test_payments_without_a_profile_are_named(clinic: Clinic) -> None:
    type(clinic.instance).objects.update(may_request_payment=True)

    assert clinic.examine() == {"payment_certificate": "none"}


def test_every_outcome_can_be_said() -> None:
    facts = dict.fromkeys(
        (
            "url",
            "host",
            "status",
            "seconds",
            "minutes",
            "incoming",
            "outgoing",
            "until",
            "called",
            "workstream",
            "bytes",
        ),
        "x",
    )

    for each in TESTS.values():
        for outcome in each.outcomes.values():
            assert str(outcome.says) % facts
