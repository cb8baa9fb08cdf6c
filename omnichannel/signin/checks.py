"""System checks of the settings about signing in."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error
from pydantic import ValidationError

from omnichannel.signin import providers
from workstreams.roles import Role

PROVIDER = (
    'Write OIDC_PROVIDERS=[{"id": "company", "name": "Company", "url": "https://id.example.com", "client_id": "…"}]; '
    "docs/sign-in.md has every part."
)


def check_sign_in(**_kwargs: Any) -> list[CheckMessage]:
    """Return what is wrong with the settings about signing in."""
    return [*_roles(), *_numbers(), *_providers()]


def _roles() -> Iterator[CheckMessage]:
    for name in sorted(set(settings.MFA_REQUIRED_ROLES) - {role.value for role in Role}):
        hint = f"Name roles as they stand under Users and roles, with commas between: {', '.join(Role)}."
        yield Error(f"MFA_REQUIRED_ROLES names no role: {name}", hint=hint, id="omnichannel.E015")


def _numbers() -> Iterator[CheckMessage]:
    for name, least in (("SIGN_IN_TRIES", 1), ("SIGN_IN_LOCK_MINUTES", 1), ("PROXY_COUNT", 0)):
        if getattr(settings, name) < least:
            yield Error(f"{name} is below {least}.", hint=f"Set {name} to {least} or more.", id="omnichannel.E016")


def _providers() -> Iterator[CheckMessage]:
    try:
        found = providers.parse(settings.OIDC_PROVIDERS)
    except ValidationError as fault:
        for error in fault.errors():
            where = ".".join(str(part) for part in error["loc"])
            yield Error(f"OIDC_PROVIDERS, {where or 'all of it'}: {error['msg']}", hint=PROVIDER, id="omnichannel.E013")
        return
    if len({provider.id for provider in found}) < len(found):
        yield Error(
            "OIDC_PROVIDERS has an id twice.", hint="Give each provider an id of its own.", id="omnichannel.E013"
        )
    used: Any = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]
    missing = {app["provider_id"] for app in used["APPS"] if not app["secret"]}
    for provider in found:
        if provider.id in missing:
            yield checks.Warning(
                f"The provider {provider.id} has no client secret.",
                hint=f"Set {provider.secret_name} to the secret that the provider gave you.",
                id="omnichannel.W013",
            )
