"""POST /constructPayload: the address of an App Clip becomes a link that can be sent by reference."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from omnichannel import amb
from simulator.gateway import answers, disturbances
from simulator.gateway.answers import Refusal
from simulator.gateway.caller import business_of, provider_of
from simulator.gateway.shape import needed_object, needed_text, refuse_unless
from simulator.services import faults, references

# Nobody's App Clips are known here, so that an address says by itself whether it has one.
CLIP_HOSTS = frozenset({"appclip.apple.com"})
CLIP_FOLDER = "/clip/"
COUNTRY_LETTERS = 2


@answers.gateway_call("POST")
def construct_payload(request: HttpRequest) -> HttpResponseBase:
    """Return a reference to the link of an App Clip."""
    business = business_of(request, provider_of(request))
    armed = faults.armed(business)
    disturbances.before(armed)
    reference = references.lend_link(business, _link(request))
    return disturbances.after(armed, JsonResponse({"version": "1.0", "richLinkDataRef": reference}))


def _link(request: HttpRequest) -> dict[str, Any]:
    try:
        content = amb.parse_object(request.body)
    except amb.DecodeError as fault:
        raise Refusal(400, str(fault)) from fault
    refuse_unless(content.get("type", "link") == "link", "type must be link.")
    link = needed_object(content, "link", "constructPayload")
    _check_region(link)
    url = needed_text(link, "url", "link")
    parts = _parts(url)
    refuse_unless(_has_clip(parts), "This address has no App Clip.")
    return {"url": url, "title": _title(parts)}


def _check_region(link: Mapping[str, Any]) -> None:
    region = link.get("storeRegion", "US")
    is_country = isinstance(region, str) and region.isascii() and region.isalpha() and len(region) == COUNTRY_LETTERS
    refuse_unless(is_country, "link: storeRegion must be the two letters of a country.")


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError as fault:
        raise Refusal(400, "link: url is not an address.") from fault


def _has_clip(parts: SplitResult) -> bool:
    return parts.scheme == "https" and (parts.hostname in CLIP_HOSTS or parts.path.startswith(CLIP_FOLDER))


def _title(parts: SplitResult) -> str:
    return f"App Clip of {(parts.hostname or '').removeprefix('www.')}"
