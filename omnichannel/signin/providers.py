"""Other places where people can prove who they are: OpenID Connect providers, from the settings."""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

Secrets = Callable[[str, str], str]


class Provider(BaseModel):
    """One entry of OIDC_PROVIDERS."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    name: str = Field(min_length=1, max_length=40)
    url: str = Field(pattern=r"^https://.|^http://(localhost|127\.0\.0\.1)\b")
    client_id: str = Field(min_length=1)
    # Addresses of these domains count as verified, for a provider that does not say so itself.
    trusted_domains: list[str] = []

    @property
    def secret_name(self) -> str:
        """Return the name of the environment variable that holds the client secret."""
        return f"OIDC_SECRET_{self.id.upper().replace('-', '_')}"


_list = TypeAdapter(list[Provider])


def parse(entries: Any) -> list[Provider]:
    """Return the providers, or raise pydantic's ValidationError."""
    return _list.validate_python(entries)


def apps_of(entries: Any, secret: Secrets) -> list[dict[str, Any]]:
    """Return the providers as allauth wants them; none where one is wrong, which the system check tells."""
    try:
        providers = parse(entries)
    except ValidationError:
        return []
    return [
        {
            "provider_id": provider.id,
            "name": provider.name,
            "client_id": provider.client_id,
            "secret": secret(provider.secret_name, ""),
            "settings": {"server_url": provider.url, "verified_email": provider.trusted_domains},
        }
        for provider in providers
    ]
