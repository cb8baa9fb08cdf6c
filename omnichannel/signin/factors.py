"""Who must have a second factor, and who has one."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings

from workstreams.roles import roles_of

# What stands beside a password at sign-in; recovery codes only take their place.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def second_factors() -> Any:
    """Return every authenticator that counts as a second factor."""
    return Authenticator.objects.filter(type__in=FACTORS)


def needs_second_factor(user: Any) -> bool:
    """Tell whether one of the person's roles asks for one; superusers are asked as soon as any role is."""
    required = set(settings.MFA_REQUIRED_ROLES)
    return bool(required) and user.is_authenticated and (user.is_superuser or bool(required & set(roles_of(user))))


def lacks_second_factor(user: Any) -> bool:
    """Tell whether the person must set one up before anything else."""
    return needs_second_factor(user) and not second_factors().filter(user_id=user.pk).exists()
