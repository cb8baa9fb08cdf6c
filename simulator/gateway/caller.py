"""Who calls the gateway, for which business (Apple's documentation, Authorizing messages: 401 and 403)."""

from uuid import UUID

from django.http import HttpRequest

from omnichannel import amb
from simulator.gateway.answers import Refusal
from simulator.models import Business, Provider


def provider_of(request: HttpRequest) -> Provider:
    """Return the provider that signed the request: without a token 401, with a wrong one 403."""
    authorization = request.headers.get("Authorization")
    try:
        provider = _provider(amb.issuer_of(authorization))
        if provider is None:
            raise Refusal(403, "The issuer of the token is not a registered provider.")
        amb.verify_from_msp(authorization, provider.credentials)
    except amb.MissingToken as fault:
        raise Refusal(401, str(fault)) from fault
    except amb.TokenError as fault:
        raise Refusal(403, str(fault)) from fault
    return provider


def business_of(request: HttpRequest, provider: Provider) -> Business:
    """Return the provider's own business that the source-id header names."""
    source_id = required(request, "source-id")
    identifier = _uuid(source_id)
    business = provider.businesses.filter(business_id=identifier).first() if identifier else None
    if business is None:
        raise Refusal(403, "source-id is not a business of this provider.")
    # The provider is at hand already.
    business.provider = provider
    return business


def required(request: HttpRequest, name: str) -> str:
    """Return a header, or refuse the request."""
    value = request.headers.get(name, "").strip()
    if not value:
        raise Refusal(400, f"The header {name} is missing.")
    return value


def _provider(issuer: str) -> Provider | None:
    identifier = _uuid(issuer)
    return Provider.objects.filter(msp_id=identifier).first() if identifier else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
