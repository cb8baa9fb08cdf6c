"""What we ask of allauth beyond its settings."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from omnichannel.audit.models import Action
from omnichannel.audit.services import record
from omnichannel.common.address import NOWHERE, address_of
from omnichannel.common.encryption import decrypt, encrypt
from omnichannel.signin.devices import device_of
from workstreams.models import User

# The page that opens says it already.
UNSAID = frozenset(
    {
        "account/messages/logged_in.txt",
        "account/messages/logged_out.txt",
        "mfa/messages/recovery_codes_generated.txt",
    }
)


class Accounts(DefaultAccountAdapter):
    """People are made in the portal and sign in by user name."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("This user name and password do not go together. Check both; case matters."),
        "incorrect_password": _("This is not your password."),
        "too_many_login_attempts": _("That were too many wrong codes. Wait five minutes, then try again."),
        "rate_limited": _("That were too many tries. Wait five minutes, then try again."),
    }

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count nothing: axes does, by name and address; by the name alone one attacker locks everybody out."""

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request) or NOWHERE

    def add_message(self, request: HttpRequest, level: int, *text: Any, **more: Any) -> None:
        if not UNSAID.intersection(text[:1]):
            super().add_message(request, level, *text, **more)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask nobody who has just signed in."""
        return super().is_reauthentication_required(app=app, **kwargs) and not _just_signed_in()

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Send whoever has no password here and no second factor back to the sign-in page."""
        again = {"id": "again", "description": _("Sign in again"), "url": reverse("sign-in-again")}
        return super().get_reauthentication_methods(user) or [again]


def _just_signed_in() -> bool:
    records = get_authentication_records(context.request, context.request.user)
    return bool(records) and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT


class Providers(DefaultSocialAccountAdapter):
    """A provider vouches for a mail address; who has it is settled in the portal, at every sign-in."""

    def is_open_for_signup(self, _request: HttpRequest, _sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        person = _person_behind(sociallogin)
        if person is None or sociallogin.state.get("process") != AuthProcess.LOGIN:
            raise ImmediateHttpResponse(_refuse(request, sociallogin))
        sociallogin.user = person


def _person_behind(sociallogin: SocialLogin) -> User | None:
    """Return the one person with the address that the provider has verified; None where there is none, or two."""
    verified = {address.email.lower() for address in sociallogin.email_addresses if address.verified}
    found = [person for email in verified for person in User.objects.filter(email__iexact=email, is_active=True)]
    # The database takes a dotless ı for an i, and so somebody else's address for one of ours.
    people = [person for person in found if person.email.lower() in verified]
    return people[0] if len(people) == 1 else None


def _refuse(request: HttpRequest, sociallogin: SocialLogin) -> Any:
    way = {"with": sociallogin.provider.sub_id}
    record(Action.SIGN_IN_FAILED, by=None, subject="an unknown address", request=request, **way)
    addresses = sociallogin.email_addresses
    known = {
        "provider": sociallogin.provider.name,
        "verified": [address.email for address in addresses if address.verified],
        "unverified": [address.email for address in addresses if not address.verified],
    }
    return render(request, "socialaccount/refused.html", known, status=403)


class SecondFactors(DefaultMFAAdapter):
    """Secrets of second factors are ciphertext in the database."""

    COLUMN = "mfa_authenticator.data"
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code does not fit. Codes change every half minute; enter the newest."),
    }

    def encrypt(self, text: str) -> str:
        return encrypt(text, self.COLUMN)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text, self.COLUMN)

    def get_totp_label(self, user: Any) -> str:
        return str(user.username)

    def generate_authenticator_name(self, user: Any, type: str) -> str:  # noqa: A002, ARG002
        return device_of(self.request.META.get("HTTP_USER_AGENT", ""))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": self.get_totp_issuer()}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return entity | {"name": user.username, "display_name": str(user)}
