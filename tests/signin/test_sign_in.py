"""The way in by password and second factor, the way out, and the addresses that are not there."""

import pytest
from django.test import Client

from tests.conftest import Commits
from tests.factories.workstreams import UserFactory
from tests.signin.conftest import (
    add_authenticator_app,
    add_recovery_codes,
    code_of,
    is_signed_in,
    kinds,
    recorded,
    sign_in,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("username", ["tom", "nobody"])
def test_a_refusal_tells_nobody_whether_the_name_exists(client: Client, username: str) -> None:
    UserFactory.create(username="tom")

    page = sign_in(client, username, "wrong").content.decode()

    assert "This user name and password do not go together." in page
    assert not is_signed_in(client)


def test_a_deactivated_person_is_refused_as_if_the_password_were_wrong(client: Client) -> None:
    UserFactory.create(username="tom", is_active=False)

    assert "do not go together" in sign_in(client, "tom").content.decode()


def test_the_second_factor_is_asked_for_after_the_password(client: Client) -> None:
    secret = add_authenticator_app(UserFactory.create(username="tom"))

    asked = sign_in(client, "tom")
    before = is_signed_in(client)
    wrong = client.post(asked["Location"], {"code": "000000"})
    right = client.post(asked["Location"], {"code": code_of(secret)})

    assert (asked["Location"], before) == ("/sign-in/second-factor/", False)
    assert "This code does not fit." in wrong.content.decode()
    assert (right["Location"], is_signed_in(client)) == ("/", True)


def test_a_code_opens_once(client: Client) -> None:
    secret = add_authenticator_app(UserFactory.create(username="tom"))
    code = code_of(secret)
    client.post(sign_in(client, "tom")["Location"], {"code": code})

    other = Client()
    other.post(sign_in(other, "tom")["Location"], {"code": code})

    assert (is_signed_in(client), is_signed_in(other)) == (True, False)


def test_a_recovery_code_takes_the_place_of_the_app_once(client: Client) -> None:
    person = UserFactory.create(username="tom")
    add_authenticator_app(person)
    code = add_recovery_codes(person)[0]

    for browser in (client, again := Client()):
        browser.post(sign_in(browser, "tom")["Location"], {"code": code})

    assert (is_signed_in(client), is_signed_in(again)) == (True, False)


def test_codes_cannot_be_guessed_by_somebody_who_knows_the_password(client: Client) -> None:
    secret = add_authenticator_app(UserFactory.create(username="tom"))
    page = sign_in(client, "tom")["Location"]
    for number in range(5):
        client.post(page, {"code": f"00000{number}"})

    answer = client.post(page, {"code": code_of(secret)})

    assert "too many wrong codes" in answer.content.decode()
    assert not is_signed_in(client)


def test_secrets_of_second_factors_are_ciphertext_in_the_database(client: Client) -> None:
    person = UserFactory.create(username="tom")
    secret = add_authenticator_app(person)

    stored = str(list(person.authenticator_set.values_list("data", flat=True)))

    assert secret not in stored


def test_an_app_is_set_up_and_its_recovery_codes_are_shown_once(client: Client, commits: Commits) -> None:
    person = UserFactory.create(username="tom")
    sign_in(client, "tom")

    key = client.get("/security/authenticator/").context["form"].secret
    wrong = client.post("/security/authenticator/", {"code": "12"})
    with commits():
        right = client.post("/security/authenticator/", {"code": code_of(key)})
    first, second = client.get(right["Location"]), client.get(right["Location"])

    assert "This code does not fit." in wrong.content.decode()
    assert (right["Location"], kinds(person)) == ("/security/recovery-codes/", {"totp", "recovery_codes"})
    codes = first.context["unused_codes"]
    assert [all(code in page.content.decode() for code in codes) for page in (first, second)] == [True, False]


def test_an_app_is_removed_with_the_recovery_codes_behind_it(client: Client) -> None:
    person = UserFactory.create(username="tom")
    sign_in(client, "tom")
    add_authenticator_app(person)
    add_recovery_codes(person)

    asked, done = client.get("/security/authenticator/remove/"), client.post("/security/authenticator/remove/")

    assert (asked.status_code, done["Location"], kinds(person)) == (200, "/security/", set())


def test_a_sign_in_of_long_ago_confirms_with_the_password_before_anything_changes(client: Client) -> None:
    UserFactory.create(username="tom")
    sign_in(client, "tom")
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 600
    session.save()

    asked = client.get("/security/authenticator/")
    wrong = client.post(asked["Location"], {"password": "wrong"})
    right = client.post(asked["Location"], {"password": "correct horse"})

    assert asked["Location"] == "/security/confirm/?next=%2Fsecurity%2Fauthenticator%2F"
    assert "This is not your password." in wrong.content.decode()
    assert right["Location"] == "/security/authenticator/"
    assert client.get(right["Location"]).status_code == 200


def test_whoever_has_no_password_here_signs_in_again_instead(client: Client) -> None:
    person = UserFactory.create(username="tom")
    person.set_unusable_password()
    person.save()
    client.force_login(person)

    asked = client.get("/security/authenticator/", follow=True)

    assert "Sign in again first" in asked.content.decode()


def test_signing_out_asks_first_when_the_address_is_typed(client: Client) -> None:
    sign_in(client, UserFactory.create().username)

    asked, done = client.get("/sign-out/"), client.post("/sign-out/")

    assert (asked.status_code, "Sign out?" in asked.content.decode()) == (200, True)
    assert (done["Location"], is_signed_in(client)) == ("/sign-in/", False)


@pytest.mark.parametrize(
    "address",
    ["signup/", "sign-up/", "accounts/signup/", "email/", "password/reset/", "3rdparty/", "sessions/", "2fa/"],
)
def test_what_nobody_needs_here_has_no_address(client: Client, address: str) -> None:
    client.force_login(UserFactory.create(is_superuser=True))

    assert client.get(f"/{address}").status_code == 404


@pytest.mark.parametrize(
    "record", ["mfa/authenticator", "socialaccount/socialapp", "account/emailaddress", "usersessions/usersession"]
)
def test_the_records_of_the_libraries_are_no_pages_of_the_portal(client: Client, record: str) -> None:
    client.force_login(UserFactory.create(is_superuser=True))

    assert client.get(f"/admin/{record}/").status_code == 404


def test_the_audit_log_tells_who_came_in_and_went_and_who_could_not(client: Client) -> None:
    tom = UserFactory.create(username="tom")

    for username, password in (("tom", "wrong"), ("hunter2", "tom"), ("tom", "correct horse")):
        sign_in(client, username, password)
    client.post("/sign-out/")

    whom = f"person {tom.pk}"
    assert recorded() == [
        ("sign_in_failed", "", whom, {}),
        ("sign_in_failed", "", "an unknown user name", {}),
        ("signed_in", "tom", whom, {"with": "password"}),
        ("signed_out", "tom", whom, {}),
    ]


def test_the_audit_log_tells_of_second_factors(client: Client, commits: Commits) -> None:
    tom = UserFactory.create(username="tom")
    sign_in(client, "tom")
    key = client.get("/security/authenticator/").context["form"].secret
    with commits():
        client.post("/security/authenticator/", {"code": code_of(key)})
    with commits():
        client.post("/security/recovery-codes/new/")
    client.post("/security/authenticator/remove/")
    add_authenticator_app(tom)
    other = Client()
    other.post(sign_in(other, "tom")["Location"], {"code": "12"})

    whom = f"person {tom.pk}"
    assert recorded()[1:] == [
        ("second_factor_added", "tom", whom, {"kind": "totp"}),
        ("second_factor_added", "tom", whom, {"kind": "recovery_codes"}),
        ("second_factor_added", "tom", whom, {"kind": "recovery_codes"}),
        ("second_factor_removed", "tom", whom, {"kind": "totp"}),
        ("second_factor_removed", "tom", whom, {"kind": "recovery_codes"}),
        ("sign_in_failed", "", whom, {"second_factor": True}),
    ]
