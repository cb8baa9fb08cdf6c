"""What the gateway answers: Apple's documented headers, a status, and one line of reason."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponseBase]


class Refusal(Exception):
    """A request that the gateway does not take."""

    def __init__(self, status: int, reason: str, *, retry_after: int | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.retry_after = retry_after


def gateway_call(method: str) -> Callable[[View], View]:
    """Make a view answer as the gateway does, refusals in plain text."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def call(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                if request.method != method:
                    raise Refusal(405, f"Use {method}.")
                return _with_headers(view(request, *args, **kwargs))
            except Refusal as refusal:
                return _with_headers(_refused(refusal))

        return call

    return decorate


def accepted(content: dict[str, Any] | None = None) -> HttpResponse:
    """Return 200 with an empty body, or with the reference that was asked for."""
    return HttpResponse() if content is None else JsonResponse(content)


def _refused(refusal: Refusal) -> HttpResponse:
    response = HttpResponse(refusal.reason, status=refusal.status, content_type="text/plain; charset=utf-8")
    if refusal.retry_after is not None:
        response["Retry-After"] = str(refusal.retry_after)
    return response


def _with_headers(response: HttpResponseBase) -> HttpResponseBase:
    response["Cache-Control"] = "no-cache, no-store, must-revalidate"
    response["Strict-Transport-Security"] = "max-age=31536000"
    response["X-Frame-Options"] = "DENY"
    if isinstance(response, HttpResponse):
        response["Content-Length"] = str(len(response.content))
    return response
