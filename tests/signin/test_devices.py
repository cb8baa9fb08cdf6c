"""Where somebody is signed in, and how sessions end."""

import datetime
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from omnichannel.signin.devices import device_of
from tests.conftest import Commits
from tests.factories.workstreams import UserFactory
from tests.portal.visitors import Visitor, visitor
from tests.signin.conftest import (
    add_authenticator_app,
    add_recovery_codes,
    code_of,
    is_signed_in,
    kinds,
    recorded,
    sign_in,
)
from workstreams.models import User
from workstreams.roles import Role

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
)


@pytest.fixture
def tom() -> User:
    """Somebody with two browsers."""
    made: User = UserFactory.create(username="tom")
    return made


def browser(user_agent: str = FIREFOX, address: str = "192.0.2.7") -> Client:
    """Return a browser in which Tom has signed in."""
    client = Client(HTTP_USER_AGENT=user_agent, REMOTE_ADDR=address)
    sign_in(client, "tom")
    return client


def devices(client: Client) -> list[tuple[str, str, bool]]:
    """Return what the page lists: device, address, and whether it is this one."""
    page = client.get("/security/")
    return sorted((each["name"], each["session"].ip, each["is_here"]) for each in page.context["devices"])


@pytest.mark.parametrize(
    ("user_agent", "expected"),
    [
        (FIREFOX, "Firefox on Linux"),
        (IPHONE, "Safari on iPhone"),
        (EDGE, "Edge on Windows"),
        ("curl/8.0", "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_a_device_is_told_in_words(user_agent: str, expected: str) -> None:
    assert device_of(user_agent) == expected


def test_the_page_lists_every_device_with_its_address(tom: User) -> None:
    here = browser()
    browser(IPHONE, "192.0.2.8")

    assert devices(here) == [("Firefox on Linux", "192.0.2.7", True), ("Safari on iPhone", "192.0.2.8", False)]


def test_one_device_is_signed_out(tom: User) -> None:
    here, phone = browser(), browser(IPHONE)
    session = UserSession.objects.get(session_key=phone.session.session_key)

    answer = here.post(f"/security/devices/{session.pk}/end/", follow=True)

    assert "Safari on iPhone is signed out." in answer.content.decode()
    assert (is_signed_in(here), phone.get("/security/").status_code) == (True, 302)
    assert recorded()[-1] == ("sessions_ended", "tom", f"person {tom.pk}", {"sessions": 1})


def test_nobody_signs_out_somebody_else(tom: User) -> None:
    browser()
    session = UserSession.objects.get(user=tom)
    stranger = visitor(Role.ADMINISTRATOR)

    assert stranger.client.post(f"/security/devices/{session.pk}/end/").status_code == 404


def test_all_others_are_signed_out_at_once(tom: User) -> None:
    here, others = browser(), [browser(IPHONE), browser(EDGE)]

    here.post("/security/devices/end/")

    assert [is_signed_in(each) for each in (here, *others)] == [True, False, False]
    assert len(devices(here)) == 1


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one_on_the_list(tom: User) -> None:
    here, phone = browser(), browser(IPHONE)
    new = {"old_password": "correct horse", "new_password1": "slow-bicycle-77", "new_password2": "slow-bicycle-77"}

    here.post("/admin/password_change/", new)

    assert (is_signed_in(here), is_signed_in(phone)) == (True, False)
    assert devices(here) == [("Firefox on Linux", "192.0.2.7", True)]
    assert ("password_changed", "tom", f"person {tom.pk}", {}) in recorded()


def test_the_first_second_factor_ends_what_a_password_alone_had_opened(tom: User, commits: Commits) -> None:
    here, phone = browser(), browser(IPHONE)
    key = here.get("/security/authenticator/").context["form"].secret

    with commits():
        here.post("/security/authenticator/", {"code": code_of(key)})

    assert (is_signed_in(here), is_signed_in(phone)) == (True, False)


def test_a_deactivated_person_is_out_at_once(tom: User) -> None:
    here = browser()

    User.objects.filter(pk=tom.pk).update(is_active=False)

    assert here.get("/security/").status_code == 302


def test_a_device_is_seen_again_every_few_minutes(tom: User) -> None:
    here = browser()
    first = UserSession.objects.get(user=tom).last_seen_at

    def seen_after(minutes: int) -> datetime.datetime:
        with time_machine.travel(first + datetime.timedelta(minutes=minutes), tick=False):
            here.get("/admin/password_change/")
        seen_at: datetime.datetime = UserSession.objects.get(user=tom).last_seen_at
        return seen_at

    assert seen_after(4) == first
    assert seen_after(6) == first + datetime.timedelta(minutes=6)


def test_a_session_from_before_the_list_joins_it_with_its_next_page(tom: User, client: Client) -> None:
    client.force_login(tom)
    client.get("/admin/password_change/")
    before = UserSession.objects.count()

    client.get("/admin/password_change/", headers={"Sec-Fetch-Dest": "document"})

    assert (before, UserSession.objects.count()) == (0, 1)


def test_the_page_costs_the_same_for_many_devices(tom: User) -> None:
    here = browser()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert here.get("/security/").status_code == 200
        return len(captured)

    few = queries()
    for _ in range(6):
        browser(IPHONE)

    assert queries() == few


def test_an_administrator_helps_somebody_who_lost_the_phone(tom: User, administrator: Visitor) -> None:
    phone = browser(IPHONE)
    add_authenticator_app(tom)
    add_recovery_codes(tom)

    page = administrator.opens("signin_person", tom.pk).content.decode()
    administrator.sends("signin_remove_factors", tom.pk)
    administrator.sends("signin_end_sessions", tom.pk)

    assert "Authenticator app" in page
    assert (kinds(tom), is_signed_in(phone)) == (set(), False)
    whom = f"person {tom.pk}"
    assert recorded()[-3:] == [
        ("second_factor_removed", "Ada Diallo", whom, {"kind": "totp"}),
        ("second_factor_removed", "Ada Diallo", whom, {"kind": "recovery_codes"}),
        ("sessions_ended", "Ada Diallo", whom, {"sessions": 1}),
    ]


@pytest.mark.parametrize("page", ["signin_release", "signin_remove_factors", "signin_end_sessions"])
def test_only_administrators_may(tom: User, supervisor: Visitor, agent: Visitor, page: str) -> None:
    answers: list[Any] = [supervisor.sends(page, tom.pk), agent.sends(page, tom.pk)]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert supervisor.opens("signin_person", tom.pk).status_code == 403
