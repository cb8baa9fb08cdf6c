"""Addresses that ask for a NUL character, which no database takes."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

# Stands in no row either, so that nothing is found by it.
UNKNOWN = "\N{REPLACEMENT CHARACTER}"


class NulMiddleware:
    """Lets every page read another character where an address has a NUL."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Return the page for the address as it can be asked."""
        if "%00" in request.META["QUERY_STRING"]:
            asked = request.GET.copy()
            for name, values in request.GET.lists():
                asked.setlist(name, [value.replace("\0", UNKNOWN) for value in values])
            request.GET = asked  # type: ignore[assignment]
        return self.get_response(request)
