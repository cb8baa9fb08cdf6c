"""The one call that Apple makes: a delivery to the provider's webhook."""

import base64
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import requests

from omnichannel import amb
from simulator.fault_kinds import FaultKind
from simulator.models import Delivery, Provider
from simulator.services.faults import Armed

# Apple waits half a minute for a webhook, then gives up.
TIMEOUT_SECONDS = 30
STALE = timedelta(days=2)


@dataclass(frozen=True)
class Outcome:
    """How a delivery went: a status, or the reason for having none."""

    status: int | None
    reason: str = ""

    @property
    def is_good(self) -> bool:
        """Tell whether the provider took the message."""
        return self.status is not None and 200 <= self.status < 300


def deliver(delivery: Delivery, provider: Provider, armed: Armed) -> Outcome:
    """Call the webhook with a fresh token and a compressed body, unless a fault wants otherwise."""
    body, encoding = _encoded(delivery.body.encode(), armed)
    headers = (
        {"content-type": "application/json", "authorization": _token(provider, armed)} | encoding | delivery.headers
    )
    try:
        response = call(provider.webhook_url, headers, body)
    except requests.Timeout:
        return Outcome(None, f"No answer within {TIMEOUT_SECONDS} seconds.")
    except (requests.RequestException, ValueError):
        return Outcome(None, "The webhook cannot be reached.")
    return Outcome(response.status_code, first_line(response))


def call(webhook_url: str, headers: Mapping[str, str], body: bytes) -> requests.Response:
    """Return what the webhook answers to these headers and this body."""
    return amb.kept_session().post(
        f"{webhook_url}/message", data=body, headers=headers, timeout=(5, TIMEOUT_SECONDS), allow_redirects=False
    )


def _encoded(body: bytes, armed: Armed) -> tuple[bytes, dict[str, str]]:
    if armed.take(FaultKind.PLAIN_JSON):
        return body, {}
    if armed.take(FaultKind.NO_GZIP_HEADER):
        return amb.deflate(body), {}
    return amb.deflate(body), {"content-encoding": "gzip"}


def _token(provider: Provider, armed: Armed) -> str:
    credentials = provider.credentials
    if armed.take(FaultKind.WRONG_SECRET):
        credentials = amb.Credentials(credentials.msp_id, base64.b64encode(bytes(48)).decode())
    issued_at = time.time() - (STALE.total_seconds() if armed.take(FaultKind.STALE_TOKEN) else 0)
    is_list = armed.take(FaultKind.AUDIENCE_LIST) is not None
    return amb.apple_bearer(credentials, now=issued_at, audience_as_list=is_list)


def first_line(response: requests.Response) -> str:
    """Return the line with which a delivery was refused, empty where it was taken."""
    line = "" if response.ok else response.content.decode("utf-8", "replace").strip().partition("\n")[0]
    return "".join(filter(str.isprintable, line))[:300]
