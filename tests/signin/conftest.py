"""People who sign in, each in a browser of their own."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from omnichannel.audit.models import AuditEvent
from tests.portal.visitors import administrator, agent, supervisor
from workstreams.models import User

__all__ = ["administrator", "agent", "supervisor"]

PASSWORD = "correct horse"


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    """Nobody is slowed down by what another test tried."""
    cache.clear()
    yield
    cache.clear()


def sign_in(client: Client, username: str, password: str = PASSWORD, **headers: Any) -> Any:
    """Return the answer to what somebody typed on the sign-in page."""
    return client.post("/sign-in/", {"username": username, "password": password}, **headers)


def is_signed_in(client: Client) -> bool:
    """Tell whether this browser belongs to somebody."""
    return "_auth_user_id" in client.session


def add_authenticator_app(user: User) -> str:
    """Give a person an authenticator app and return its key."""
    secret: str = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def add_recovery_codes(user: User) -> list[str]:
    """Give a person recovery codes and return them."""
    return list(RecoveryCodes.activate(user).get_unused_codes())


def code_of(secret: str) -> str:
    """Return what the app shows now."""
    return str(format_hotp_value(hotp_value(secret, int(timezone.now().timestamp()) // 30)))


def recorded() -> list[tuple[str, str, str, dict[str, Any]]]:
    """Return the audit log: what was done, by whom, to whom, with its details."""
    return list(AuditEvent.objects.order_by("number").values_list("action", "actor_name", "subject", "details"))


def kinds(user: User) -> set[str]:
    """Return what second factors a person has."""
    return set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
