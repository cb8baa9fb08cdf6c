"""Passwords that are guessed: locked by name and address, released by an administrator."""

import datetime

import pytest
import time_machine
from django.conf import LazySettings
from django.core.management import call_command
from django.test import Client, RequestFactory

from omnichannel.common.address import address_of
from tests.factories.workstreams import UserFactory
from tests.portal.visitors import Visitor
from tests.signin.conftest import is_signed_in, recorded, sign_in
from workstreams.models import User

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}, {"REMOTE_ADDR": "192.0.2.8"}


@pytest.fixture
def tom() -> User:
    """Somebody whose password is guessed five times from one address."""
    person: User = UserFactory.create(username="tom")
    for number in range(5):
        sign_in(Client(), "tom", f"guess {number}", **HERE)
    return person


@pytest.mark.parametrize("username", ["tom", "nobody"])
def test_the_page_says_how_long_and_what_to_do_and_never_whose_name_it_is(client: Client, username: str) -> None:
    UserFactory.create(username="tom")

    answers = [sign_in(client, username, "wrong") for _ in range(6)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429, 429]
    for answer in answers[4:]:
        page = answer.content.decode()
        assert "this user name can be tried again in 15 minutes" in page
        assert "ask an administrator" in page
        assert answer["Retry-After"] == "900"


def test_the_right_password_waits_too_there_and_not_elsewhere(tom: User) -> None:
    there, elsewhere, other = Client(), Client(), Client()
    UserFactory.create(username="lea")

    sign_in(there, "tom", **HERE)
    sign_in(elsewhere, "tom", **ELSEWHERE)
    sign_in(other, "lea", **HERE)

    assert [is_signed_in(browser) for browser in (there, elsewhere, other)] == [False, True, True]


def test_the_time_runs_out_however_often_one_tries_meanwhile(tom: User, client: Client) -> None:
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=10)):
        meanwhile = sign_in(client, "tom", **HERE)
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=16)):
        sign_in(client, "tom", **HERE)
        assert is_signed_in(client)

    assert "again in 5 minutes" in meanwhile.content.decode()


def test_too_many_tries_at_once_have_a_page_too(client: Client, settings: LazySettings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}

    answers = [sign_in(client, "tom", "wrong") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 429]
    assert "Too many tries at once" in answers[1].content.decode()


def test_failures_before_a_success_do_not_add_up(client: Client) -> None:
    UserFactory.create(username="tom")
    for _ in range(3):
        for _ in range(4):
            sign_in(client, "tom", "wrong")
        sign_in(client, "tom")
        assert is_signed_in(client)
        client.post("/sign-out/")


def test_an_administrator_releases_a_person(tom: User, administrator: Visitor, client: Client) -> None:
    page = administrator.opens("signin_person", tom.pk).content.decode()
    answer = administrator.sends("signin_release", tom.pk)

    sign_in(client, "tom", **HERE)

    assert "192.0.2.7" in page
    assert "after 5 failed sign-ins" in page
    assert (answer.status_code, is_signed_in(client)) == (302, True)
    assert ("sign_in_released", "Ada Diallo", f"person {tom.pk}", {}) in recorded()


def test_the_command_line_releases_everybody(tom: User, client: Client) -> None:
    call_command("axes_reset")

    sign_in(client, "tom", **HERE)

    assert is_signed_in(client)


def test_a_lock_is_recorded_once_and_what_is_tried_meanwhile_is_not(tom: User) -> None:
    for _ in range(3):
        sign_in(Client(), "tom", "wrong", **HERE)

    whom = f"person {tom.pk}"
    assert recorded() == [("sign_in_failed", "", whom, {})] * 4 + [("sign_in_locked", "", whom, {"failures": 5})]


def test_what_was_typed_as_a_name_stands_in_no_event(client: Client) -> None:
    for _ in range(5):
        sign_in(client, "my-secret-password", "tom")

    assert "my-secret-password" not in str(recorded())


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "192.0.2.7"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.9.9.9, 203.0.113.9", "203.0.113.9"),
        (2, "203.0.113.9, 198.51.100.1", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.7"),
        (1, "nonsense", "192.0.2.7"),
        (1, "2001:db8::1", "2001:db8::1"),
        (1, "", "192.0.2.7"),
    ],
)
def test_an_address_comes_from_as_many_proxies_as_were_counted(
    settings: LazySettings, proxies: int, forwarded: str, expected: str
) -> None:
    settings.PROXY_COUNT = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR=forwarded)

    assert address_of(request) == expected


def test_a_request_over_a_unix_socket_has_no_address() -> None:
    assert address_of(RequestFactory().get("/", REMOTE_ADDR="")) is None


def test_whoever_comes_over_a_unix_socket_signs_in_too(client: Client) -> None:
    UserFactory.create(username="tom")

    sign_in(client, "tom", REMOTE_ADDR="")

    assert is_signed_in(client)
