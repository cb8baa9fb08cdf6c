"""Signing in with an OpenID Connect provider, which vouches for a mail address that a person here has."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import responses
from django.conf import LazySettings
from django.core.checks import ERROR
from django.test import Client
from django.utils import timezone
from requests import ConnectionError as RequestsConnectionError

from omnichannel.signin.checks import check_sign_in
from omnichannel.signin.providers import apps_of
from tests.common.test_settings import manage
from tests.factories.workstreams import UserFactory
from tests.signin.conftest import add_authenticator_app, is_signed_in, recorded, sign_in

pytestmark = pytest.mark.django_db

URL = "https://id.example.com"
COMPANY = {"id": "company", "name": "Company", "url": URL, "client_id": "omnichannel"}


@pytest.fixture
def provider(settings: LazySettings) -> Iterator[responses.RequestsMock]:
    """A provider that answers over HTTP."""
    use(settings, COMPANY)
    with responses.RequestsMock(assert_all_requests_are_fired=False) as server:
        server.get(
            f"{URL}/.well-known/openid-configuration",
            json={
                "issuer": URL,
                "authorization_endpoint": f"{URL}/authorize",
                "token_endpoint": f"{URL}/token",
                "userinfo_endpoint": f"{URL}/me",
                "jwks_uri": f"{URL}/keys",
            },
        )
        yield server


def use(settings: LazySettings, *entries: dict[str, Any]) -> None:
    """Set OIDC_PROVIDERS as the environment would."""
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": apps_of(list(entries), lambda _name, _default: "s3cret")}
    }


def come_back(client: Client, provider: responses.RequestsMock, **claims: Any) -> Any:
    """Go to the provider and come back with what it says about the person."""
    known = {"sub": "42"} | claims
    token = {"iss": URL, "aud": "omnichannel", "exp": timezone.now().timestamp() + 60} | known
    provider.post(
        f"{URL}/token", json={"access_token": "a", "id_token": jwt.encode(token, "k" * 32), "token_type": "bearer"}
    )
    provider.get(f"{URL}/me", json=known)
    there = client.get("/sign-in/with/company/", {"next": "/console/?view=open"})
    state = parse_qs(urlsplit(there["Location"]).query)["state"][0]
    return client.get("/sign-in/with/company/back/", {"code": "c", "state": state})


def test_the_sign_in_page_leads_to_the_provider_and_keeps_where_one_wanted_to(
    client: Client, provider: responses.RequestsMock
) -> None:
    page = client.get("/sign-in/", {"next": "/console/?view=open"}).content.decode()
    there = client.get("/sign-in/with/company/")

    asked = parse_qs(urlsplit(there["Location"]).query)
    assert 'href="/sign-in/with/company/?next=%2Fconsole%2F%3Fview%3Dopen"' in page
    assert "Use your Company account" in page
    assert there["Location"].startswith(f"{URL}/authorize?")
    assert (asked["client_id"], asked["code_challenge_method"]) == (["omnichannel"], ["S256"])
    assert asked["redirect_uri"] == ["http://testserver/sign-in/with/company/back/"]


def test_a_verified_address_signs_in_the_person_who_has_it(client: Client, provider: responses.RequestsMock) -> None:
    tom = UserFactory.create(username="tom", email="Tom@Example.com")

    answer = come_back(client, provider, email="tom@example.com", email_verified=True)

    assert answer["Location"] == "/console/?view=open"
    assert client.session["_auth_user_id"] == str(tom.pk)
    assert recorded() == [("signed_in", "tom", f"person {tom.pk}", {"with": "company"})]


def test_the_password_still_works_afterwards(client: Client, provider: responses.RequestsMock) -> None:
    UserFactory.create(username="tom", email="tom@example.com")
    come_back(client, provider, email="tom@example.com", email_verified=True)

    sign_in(other := Client(), "tom")

    assert is_signed_in(other)


def test_who_has_the_address_is_asked_anew_at_every_sign_in(client: Client, provider: responses.RequestsMock) -> None:
    tom = UserFactory.create(username="tom", email="tom@example.com")
    come_back(client, provider, email="tom@example.com", email_verified=True)
    tom.email = ""
    tom.save()

    come_back(other := Client(), provider, email="tom@example.com", email_verified=True)

    assert not is_signed_in(other)


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"email": "tom@example.com"}, "has not verified that tom@example.com is yours"),
        ({"email": "tom@example.com", "email_verified": False}, "has not verified that tom@example.com is yours"),
        ({"email": "lea@example.com", "email_verified": True}, "No person here, or more than one"),
        ({"email": "two@example.com", "email_verified": True}, "No person here, or more than one"),
        ({"email": "gone@example.com", "email_verified": True}, "No person here, or more than one"),
        ({"email": "ıan@example.com", "email_verified": True}, "No person here, or more than one"),
        ({}, "has not told your mail address"),
    ],
    ids=["silent", "unverified", "unknown", "ambiguous", "deactivated", "lookalike", "nothing"],
)
def test_whoever_is_not_known_is_refused_and_told_why(
    client: Client, provider: responses.RequestsMock, claims: dict[str, Any], said: str
) -> None:
    UserFactory.create(username="tom", email="tom@example.com")
    UserFactory.create_batch(2, email="two@example.com")
    UserFactory.create(email="gone@example.com", is_active=False)
    UserFactory.create(email="ian@example.com")

    answer = come_back(client, provider, **claims)

    assert answer.status_code == 403
    assert said in answer.content.decode()
    assert not is_signed_in(client)
    assert recorded() == [("sign_in_failed", "", "an unknown address", {"with": "company"})]


def test_domains_that_the_operator_trusts_count_as_verified(
    client: Client, provider: responses.RequestsMock, settings: LazySettings
) -> None:
    use(settings, COMPANY | {"trusted_domains": ["example.com"]})
    UserFactory.create(username="tom", email="tom@example.com")

    come_back(client, provider, email="tom@example.com")

    assert is_signed_in(client)


def test_nobody_ties_a_strangers_account_to_an_own_one(client: Client, provider: responses.RequestsMock) -> None:
    client.force_login(UserFactory.create(username="tom"))
    client.get("/sign-in/with/company/", {"process": "connect"})

    answer = come_back(client, provider, email="stranger@example.com", email_verified=True)

    assert answer.status_code == 403


def test_the_second_factor_is_asked_for_here_too(client: Client, provider: responses.RequestsMock) -> None:
    add_authenticator_app(UserFactory.create(username="tom", email="tom@example.com"))

    answer = come_back(client, provider, email="tom@example.com", email_verified=True)

    assert (answer["Location"], is_signed_in(client)) == ("/sign-in/second-factor/", False)


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ({"error": "access_denied"}, 200, "You stopped on the way"),
        ({"error": "server_error"}, 401, "did not come through"),
        ({"code": "c", "state": "forged"}, 401, "did not come through"),
    ],
)
def test_what_goes_wrong_on_the_way_has_a_page(
    client: Client, provider: responses.RequestsMock, query: dict[str, str], status: int, said: str
) -> None:
    there = client.get("/sign-in/with/company/")
    state = parse_qs(urlsplit(there["Location"]).query)["state"][0]

    answer = client.get("/sign-in/with/company/back/", {"state": state} | query, follow=True)

    assert (answer.status_code, said in answer.content.decode()) == (status, True)


def test_an_unknown_provider_has_no_address(client: Client) -> None:
    assert client.get("/sign-in/with/nobody/").status_code == 404


@pytest.mark.parametrize("answer", [{"body": RequestsConnectionError()}, {"status": 503}, {"json": {}}, {"body": "hm"}])
def test_a_provider_that_is_down_has_a_page(client: Client, settings: LazySettings, answer: dict[str, Any]) -> None:
    use(settings, COMPANY)
    with responses.RequestsMock() as server:
        server.get(f"{URL}/.well-known/openid-configuration", **answer)

        page = client.get("/sign-in/with/company/")

    assert (page.status_code, "Company could not be asked" in page.content.decode()) == (401, True)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("OIDC_PROVIDERS", [{"id": "company"}], "OIDC_PROVIDERS, 0.name: Field required"),
        ("OIDC_PROVIDERS", {"id": "company"}, "OIDC_PROVIDERS, all of it: Input should be a valid list"),
        ("OIDC_PROVIDERS", [COMPANY, COMPANY], "OIDC_PROVIDERS has an id twice."),
        ("OIDC_PROVIDERS", [COMPANY | {"url": "http://id.example.com"}], "OIDC_PROVIDERS, 0.url: String should match"),
        ("MFA_REQUIRED_ROLES", ["Boss"], "MFA_REQUIRED_ROLES names no role: Boss"),
        ("SIGN_IN_TRIES", 0, "SIGN_IN_TRIES is below 1."),
        ("PROXY_COUNT", -1, "PROXY_COUNT is below 0."),
    ],
)
def test_a_wrong_setting_fails_the_check_with_a_hint(settings: LazySettings, name: str, value: Any, said: str) -> None:
    setattr(settings, name, value)

    faults = [fault for fault in check_sign_in() if fault.level >= ERROR]

    assert said in "".join(str(fault.msg) for fault in faults)
    assert all(fault.hint for fault in faults)


def test_a_provider_without_a_secret_is_told_how_to_give_it() -> None:
    entry = '[{"id": "my-company", "name": "Company", "url": "https://id.example.com", "client_id": "o"}]'

    without = manage("check", OIDC_PROVIDERS=entry)
    given = manage("check", OIDC_PROVIDERS=entry, OIDC_SECRET_MY_COMPANY="s3cret")

    assert "Set OIDC_SECRET_MY_COMPANY" in without.stderr
    assert "OIDC_SECRET" not in given.stderr


def test_what_is_no_json_is_named() -> None:
    assert "OIDC_PROVIDERS cannot be read" in manage("check", OIDC_PROVIDERS="[{").stderr
