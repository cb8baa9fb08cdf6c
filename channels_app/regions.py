"""The documented geographies, and at which public address this company serves each of them.

``PUBLIC_URLS`` names them: ``eur=https://chat-eu.example.com,ger=https://chat-de.example.com``. Where it is empty this
installation serves every geography at ``BASE_URL``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Region:
    """A geography, as the documentation names and codes it."""

    code: str
    name: Any


# MSP endpoint by geography, in the order of the documented table.
REGIONS = (
    Region("apac", _("Asia-Pacific")),
    Region("aus", _("Australia")),
    Region("can", _("Canada")),
    Region("eur", _("Europe")),
    Region("fra", _("France")),
    Region("ger", _("Germany")),
    Region("ind", _("India")),
    Region("jpn", _("Japan")),
    Region("nam", _("North America")),
    Region("sam", _("South America")),
    Region("che", _("Switzerland")),
    Region("uae", _("United Arab Emirates")),
    Region("uk", _("United Kingdom")),
)
REGION_BY_CODE = {region.code: region for region in REGIONS}


def parse_public_urls(entries: Iterable[str]) -> dict[str, str]:
    """Return the public address of each geography that is served; raises ImproperlyConfigured with what is wrong."""
    urls: dict[str, str] = {}
    for entry in entries:
        code, _equals, url = (part.strip() for part in entry.partition("="))
        if code not in REGION_BY_CODE:
            raise ImproperlyConfigured(f"PUBLIC_URLS names a geography that does not exist: {code}")
        if code in urls:
            raise ImproperlyConfigured(f"PUBLIC_URLS names {code} twice.")
        if not _is_bare_https(url):
            raise ImproperlyConfigured(f"PUBLIC_URLS gives {code} something that is no bare https address: {url}")
        urls[code] = url.rstrip("/")
    return urls


def served_regions() -> dict[str, str]:
    """Return the public address of each geography that this installation serves, in the documented order."""
    urls = parse_public_urls(settings.PUBLIC_URLS)
    if not urls:
        return dict.fromkeys(REGION_BY_CODE, settings.BASE_URL)
    return {code: urls[code] for code in REGION_BY_CODE if code in urls}


def effective_region(chosen: str) -> str:
    """Return the chosen geography, or the first that is served where the chosen one is not."""
    served = served_regions()
    return chosen if chosen in served else next(iter(served))


def _is_bare_https(url: str) -> bool:
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    return is_whole and parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username)
