"""``/metrics``: what Prometheus collects, for whoever has the token."""

import asyncio
import secrets

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest

from omnichannel.common.deadline import Question, Unanswered
from omnichannel.metrics import process
from omnichannel.metrics.rows import Installation

# Prometheus itself gives up after ten.
WITHIN_SECONDS = 9.0


async def metrics(request: HttpRequest) -> HttpResponse:
    """Answer every number there is; 404 where no token is set, 401 without it, 503 where the rows do not answer."""
    if not settings.METRICS_TOKEN:
        raise Http404
    if not _is_known(request.headers.get("Authorization", "")):
        return _plain("Send METRICS_TOKEN as a bearer token.\n", 401, {"WWW-Authenticate": "Bearer"})
    try:
        rows = await ROWS.answer()
    except Unanswered:
        return _plain("The database or the broker does not answer.\n", 503, {"Retry-After": "15"})
    own = await asyncio.to_thread(generate_latest, process.registry())
    return HttpResponse(own + rows, content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _is_known(authorization: str) -> bool:
    scheme, _, token = authorization.partition(" ")
    is_same = secrets.compare_digest(token.strip().encode(), settings.METRICS_TOKEN.encode())
    return is_same and scheme.lower() == "bearer"


def _plain(text: str, status: int, headers: dict[str, str]) -> HttpResponse:
    return HttpResponse(text, status=status, headers=headers, content_type="text/plain; charset=utf-8")


def _rows() -> bytes:
    found = CollectorRegistry()
    found.register(Installation())
    try:
        return generate_latest(found)
    finally:
        connection.close()


ROWS = Question(_rows, within=WITHIN_SECONDS)
