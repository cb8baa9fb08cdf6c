"""The gateway's bad days: refusals before a call is served, trouble with the answer after it."""

import time
from collections.abc import Iterator

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from simulator.fault_kinds import FaultKind
from simulator.gateway.answers import Refusal
from simulator.services.faults import Armed

REFUSALS = {
    FaultKind.GATEWAY_400: (400, "The request is malformed (simulated)."),
    FaultKind.GATEWAY_403: (403, "The token is refused (simulated)."),
    FaultKind.GATEWAY_404: (404, "The destination is not known (simulated)."),
    FaultKind.GATEWAY_429: (429, "Too many requests (simulated)."),
    FaultKind.GATEWAY_500: (500, "Internal error (simulated)."),
    FaultKind.GATEWAY_503: (503, "Overloaded (simulated)."),
}
WITH_RETRY_AFTER = frozenset({FaultKind.GATEWAY_429, FaultKind.GATEWAY_503})
GARBAGE = b'{"upload-url": \x00 <html>'


class ConnectionCut(Exception):
    """Makes the server drop the connection in the middle of an answer."""


def before(armed: Armed) -> None:
    """Wait, or refuse the call, where a fault says so."""
    if slow := armed.take(FaultKind.GATEWAY_SLOW):
        time.sleep(slow.number / 1000)
    for kind, (status, reason) in REFUSALS.items():
        if fault := armed.take(kind):
            raise Refusal(status, reason, retry_after=fault.number if kind in WITH_RETRY_AFTER else None)


def after(armed: Armed, response: HttpResponseBase) -> HttpResponseBase:
    """Hold back, break or spoil the answer to a call that was served, where a fault says so."""
    if held := armed.take(FaultKind.GATEWAY_TIMEOUT):
        hold(held.number)
    if armed.take(FaultKind.GATEWAY_GARBAGE):
        return HttpResponse(GARBAGE, content_type="application/json")
    if armed.take(FaultKind.GATEWAY_CUT):
        return StreamingHttpResponse(_cut(), headers={"Content-Length": "1000"})
    return response


def hold(seconds: float) -> None:
    """Keep the caller waiting."""
    time.sleep(seconds)


def _cut() -> Iterator[bytes]:
    yield b"{"
    raise ConnectionCut
