"""Gives each request an id that its log lines carry, the tasks it starts name, and its caller gets back."""

import itertools
import re
import time
from collections.abc import Awaitable, Callable
from uuid import uuid4

import structlog
from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

HEADER = "X-Request-ID"
# What a proxy in front may send: letters, digits and dashes, and nothing that could be a sentence or a forged line.
SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{7,63}")
# Asked many times a second, and told by /metrics.
QUIET = frozenset({"webhook", "healthz", "readyz", "metrics"})
QUIET_ROUTES = ("simulator/v1/",)

# New ids are a process's own beginning and a number: a delivery need not wait for the system's randomness.
BEGINNING = uuid4().hex[:16]
NUMBERS = itertools.count(1)

Answer = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]
log = structlog.get_logger(__name__)


class RequestIdMiddleware:
    """Binds the id for the length of a request, echoes it, and writes one line for each page that was answered."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self._is_async:
            return self._answer_later(request)
        request_id, began = _begin(request)
        response = self._get_response(request)
        assert isinstance(response, HttpResponseBase)  # noqa: S101  a chain that is not async answers at once
        return _end(request, response, request_id, began)

    async def _answer_later(self, request: HttpRequest) -> HttpResponseBase:
        request_id, began = _begin(request)
        response = self._get_response(request)
        assert not isinstance(response, HttpResponseBase)  # noqa: S101  see above
        return _end(request, await response, request_id, began)


def id_for(request: HttpRequest) -> str:
    """Return the id that a request has already, that its caller gave it, or a new one."""
    bound = structlog.contextvars.get_contextvars().get("request_id")
    given = request.headers.get(HEADER, "")
    return str(bound) if bound else given if SANE.fullmatch(given) else f"{BEGINNING}{next(NUMBERS):08x}"


def _begin(request: HttpRequest) -> tuple[str, float]:
    structlog.contextvars.clear_contextvars()
    request_id = id_for(request)
    structlog.contextvars.bind_contextvars(request_id=request_id)
    return request_id, time.monotonic()


def _end(request: HttpRequest, response: HttpResponseBase, request_id: str, began: float) -> HttpResponseBase:
    response.headers[HEADER] = request_id
    match = request.resolver_match
    if match and match.view_name not in QUIET and not match.route.startswith(QUIET_ROUTES):
        log.info(
            "request_finished",
            method=request.method,
            # The pattern and its numbers, never the address itself: that can hold what people typed.
            route=match.route,
            **{name: value for name, value in match.kwargs.items() if isinstance(value, int)},
            status=response.status_code,
            milliseconds=round((time.monotonic() - began) * 1000),
        )
    return response
