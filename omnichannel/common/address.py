"""Where a request comes from, through as many proxies as the operator has counted."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

# Stands where an address must, and there is none.
NOWHERE = "::"


def address_of(request: HttpRequest) -> str | None:
    """Return the caller's IP address; None where there is none, as over a Unix socket."""
    return _forwarded(request, settings.PROXY_COUNT) or _valid(request.META.get("REMOTE_ADDR", ""))


def _forwarded(request: HttpRequest, proxies: int) -> str | None:
    """Return what the outermost of our own proxies saw; whatever stands before it, anybody could have written."""
    hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    return _valid(hops[-proxies]) if 0 < proxies <= len(hops) else None


def _valid(text: str) -> str | None:
    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError:
        return None
