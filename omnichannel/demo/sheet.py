"""What scripts and people need to use the demo."""

from typing import Any

from django.conf import settings

from channels_app.models import MspConnection
from omnichannel.demo import identities
from omnichannel.demo.company import PEOPLE, Person
from workstreams.models import ApiToken, User


def sheet(connection: MspConnection) -> dict[str, Any]:
    """Return addresses and sign-ins; a password or token that was changed meanwhile is None."""
    users = User.objects.in_bulk([person.username for person in PEOPLE], field_name="username")
    return {
        "base_url": settings.BASE_URL,
        "gateway_url": connection.gateway_url,
        "msp": {"id": connection.msp_id, "secret": connection.secret},
        "businesses": [
            {"id": account.business_id, "name": account.name} for account in connection.accounts.order_by("pk")
        ],
        "sign_ins": [_sign_in(person, users[person.username]) for person in PEOPLE if person.username in users],
        "api_token": _token(),
    }


def _sign_in(person: Person, user: User) -> dict[str, str | None]:
    password = identities.password(person.username)
    is_known = user.is_active and user.check_password(password)
    return {"role": person.title, "username": person.username, "password": password if is_known else None}


def _token() -> str | None:
    token = identities.api_token()
    usable = ApiToken.objects.filter(revoked_at=None, user__is_active=True, digest=ApiToken.digest_of(token))
    return token if usable.exists() else None
