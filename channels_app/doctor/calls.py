"""The doctor's own calls: guarded as every address that people type, over within seconds, nothing of them logged."""

import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import requests
import urllib3
from django.conf import settings
from django.core.exceptions import ValidationError

from omnichannel import amb
from omnichannel.amb.leading import connected, leading_to
from omnichannel.amb.patience import listening_for
from omnichannel.common.public_url import public_addresses

CONNECT_SECONDS, ANSWER_SECONDS = 3.0, 4.0
# However many addresses a host has.
REACHED_SECONDS = 6.0


@dataclass(frozen=True)
class Answer:
    """What came back: its body is not read."""

    status: int
    headers: Mapping[str, str]


class NoAnswer(Exception):
    """Why there is no answer, as one of the outcomes of a call."""

    def __init__(self, outcome: str) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def addresses_of(url: str) -> list[str]:
    """Return where the host's name leads, for the calls to it; raises NoAnswer where that is into a private network."""
    try:
        return public_addresses(url, allow_loopback=settings.SIMULATOR)
    except ValidationError as fault:
        raise NoAnswer(str(fault.code)) from fault


def call(method: str, url: str, headers: Mapping[str, str], addresses: Sequence[str]) -> Answer:
    """Return the head of the answer; raises NoAnswer. A redirect is an answer."""
    waits = (CONNECT_SECONDS, ANSWER_SECONDS)
    try:
        with (
            leading_to(addresses, within=REACHED_SECONDS),
            listening_for(ANSWER_SECONDS),
            amb.kept_session().request(
                method, url, headers=dict(headers), timeout=waits, stream=True, allow_redirects=False
            ) as answer,
        ):
            return Answer(answer.status_code, answer.headers)
    except (OSError, ValueError, urllib3.exceptions.HTTPError) as fault:
        raise NoAnswer(_reason(fault)) from fault


def certificate_ends_at(url: str, addresses: Sequence[str]) -> datetime:
    """Return when the certificate at this address ends; raises NoAnswer."""
    parts = urlsplit(url)
    host, ends_at = parts.hostname or "", time.monotonic() + REACHED_SECONDS
    try:
        with (
            connected(addresses, parts.port or 443, each=CONNECT_SECONDS, ends_at=ends_at) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secure,
        ):
            ends = str((secure.getpeercert() or {})["notAfter"])
    except (OSError, ValueError, KeyError) as fault:
        raise NoAnswer(_reason(fault)) from fault
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC)


def _reason(fault: Exception) -> str:
    if isinstance(fault, requests.exceptions.SSLError | ssl.SSLError):
        return "untrusted"
    if isinstance(fault, requests.Timeout | TimeoutError | urllib3.exceptions.TimeoutError):
        return "late"
    if isinstance(fault, ConnectionRefusedError):
        return "refused"
    if isinstance(fault, requests.ConnectionError) and "NewConnectionError" in repr(fault):
        return "refused"
    return "broken"
