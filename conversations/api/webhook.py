"""Where Apple delivers: checks, stores one receipt, answers. Written to be quick, since every keystroke ends here."""

from typing import Any, BinaryIO, cast

import structlog
from django.conf import settings
from django.db import Error
from django.http import HttpResponse
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.views import APIView

from channels_app.apple_side.calls import note_probe
from conversations.inbound.receive import NotHosted, Outdated, Unreadable, receive, recipient
from omnichannel import amb

log = structlog.get_logger(__name__)


class Webhook(APIView):
    """Apple's deliveries: 200 once the receipt is committed, else a status and one line that says why.

    The order of the checks and their statuses follow Apple's documentation (Receiving messages): 401 without
    authorization, 400 without a required header, 404 for a business that is not hosted here, 403 for a token that is
    not Apple's, 400 for a body that cannot be read.
    """

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Skip what REST views begin with: there is nothing to negotiate, and the token is checked in Apple's order."""

    def post(self, request: Request) -> HttpResponse:
        try:
            return self._receive(request)
        except amb.MissingToken as fault:
            return _answer(401, str(fault), headers={"WWW-Authenticate": "Bearer"})
        except NotHosted:
            note_probe(request.headers)
            return _answer(404, "The destination-id is not a business hosted here.")
        except amb.TokenError as fault:
            return _answer(403, str(fault))
        except amb.DecodeError as fault:
            # With a token of Apple's it still shows that Apple finds us.
            note_probe(request.headers)
            return _answer(400, str(fault))
        except (Error, Outdated, Unreadable) as fault:
            # The database's own words can hold the row, and with it the customer's.
            log.error("receipt_not_stored", fault=type(fault).__name__)
            return _answer(503, "The message could not be stored. Try again.", headers={"Retry-After": "5"})

    def get(self, request: Request) -> HttpResponse:
        """Answer whoever tries the address out with a token of Apple's; Apple itself delivers by POST alone."""
        if not note_probe(request.headers):
            raise MethodNotAllowed("GET")
        return HttpResponse(status=200)

    def _receive(self, request: Request) -> HttpResponse:
        authorization = request.headers.get("Authorization")
        if not authorization:
            raise amb.MissingToken("The Authorization header is missing.")
        headers = amb.InboundHeaders.read(request.headers)
        to = recipient(headers.destination_id, authorization)
        body = _body(request)
        try:
            receive(to, headers, body)
        except Outdated:
            receive(recipient(headers.destination_id, authorization), headers, body)
        return HttpResponse(status=200)


def _body(request: Request) -> bytes:
    limit = settings.WEBHOOK_BODY_LIMIT
    try:
        raw = _stream(request).read(limit + 1)
    except OSError as fault:
        raise amb.DecodeError("The body broke off.") from fault
    if len(raw) > limit:
        raise amb.BodyTooLarge(f"The body is larger than {limit} bytes.")
    return amb.inflate(raw, content_encoding=request.headers.get("Content-Encoding", ""), limit=limit)


def _stream(request: Request) -> BinaryIO:
    # Django reads nothing of a body without a length; the server below has taken the chunks apart already.
    is_chunked = request.headers.get("Transfer-Encoding", "").lower() == "chunked"
    return cast("BinaryIO", request.META["wsgi.input"] if is_chunked else request._request)


def _answer(status: int, reason: str, headers: dict[str, str] | None = None) -> HttpResponse:
    return HttpResponse(f"{reason}\n", status=status, content_type="text/plain; charset=utf-8", headers=headers)
