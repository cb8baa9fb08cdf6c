"""Turns every refusal and fault into problem details (RFC 9457)."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import set_rollback

from conversations.refusals import AlreadyTaken, CannotSend, ConversationClosed, Faulty, Refused

MEDIA_TYPE = "application/problem+json"
# RFC 9457, section 4.2.1: the type of a problem that says no more than its status.
BLANK = "about:blank"
PREFIX = "urn:omnichannel:problem:"
CODE_BY_REFUSAL: dict[type[Refused], str] = {
    ConversationClosed: "conversation-closed",
    AlreadyTaken: "already-taken",
    CannotSend: "cannot-send",
    Faulty: "cannot-send",
}
TITLE_BY_CODE = {
    "conversation-closed": "The conversation is closed",
    "already-taken": "A colleague works on the conversation",
    "cannot-send": "The message cannot be sent",
    "invalid-input": "The input is not valid",
    "idempotency-key-reused": "The idempotency key came before with other content",
}

log = structlog.get_logger(__name__)


class TooLarge(exceptions.APIException):
    """The body is larger than this address takes."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class LengthRequired(exceptions.APIException):
    """The body comes in chunks, so that its length is not known before it is read."""

    status_code = HTTPStatus.LENGTH_REQUIRED
    default_detail = gettext_lazy("Send the body with a Content-Length, not in chunks.")


class KeyReused(exceptions.APIException):
    """An idempotency key came again with other content."""

    status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    default_code = "idempotency-key-reused"


class Conflict(exceptions.APIException):
    """A service refused; the code says which refusal it was."""

    status_code = HTTPStatus.CONFLICT


def problem_details(exc: Exception, context: Mapping[str, Any]) -> Response:
    """Return the answer that tells a program, and its author, what went wrong."""
    set_rollback()
    fault = _as_api_exception(exc)
    body = _described(fault) | {"instance": context["request"].path} | _extension(exc)
    return Response(body, fault.status_code, headers=_headers(fault), content_type=MEDIA_TYPE)


def _as_api_exception(exc: Exception) -> exceptions.APIException:
    if isinstance(exc, exceptions.APIException):
        return exc
    if isinstance(exc, Refused):
        return Conflict(str(exc), CODE_BY_REFUSAL.get(type(exc)))
    fault = _of_django(exc)
    if fault is None:
        log.error("api_request_failed", exc_info=exc)
        fault = exceptions.APIException(_("Something went wrong here. It is logged; trying again later may help."))
    return fault


def _of_django(exc: Exception) -> exceptions.APIException | None:
    match exc:
        case Http404():
            return exceptions.NotFound()
        case PermissionDenied():
            return exceptions.PermissionDenied()
        case RequestDataTooBig():
            return TooLarge(_("The request is too large."))
        case SuspiciousOperation():
            return exceptions.ParseError(_("The request has too many parts."))
    return None


def _described(fault: exceptions.APIException) -> dict[str, Any]:
    if isinstance(fault, exceptions.ValidationError):
        errors = list(_errors(fault.detail))
        return _members("invalid-input", fault.status_code, _("See errors for each field.")) | {"errors": errors}
    return _members(fault.get_codes(), fault.status_code, str(fault.detail))


def _members(code: object, status: int, detail: str) -> dict[str, Any]:
    known = isinstance(code, str) and code in TITLE_BY_CODE
    return {
        "type": f"{PREFIX}{code}" if known else BLANK,
        "title": TITLE_BY_CODE[str(code)] if known else HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
    }


def _errors(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Yield one entry for each fault, with the dotted path to its field."""
    if isinstance(detail, exceptions.ErrorDetail):
        yield {"field": _whole(path), "detail": _whole(str(detail)), "code": detail.code or "invalid"}
    elif isinstance(detail, Mapping):
        for key, value in detail.items():
            yield from _errors(value, path if key == api_settings.NON_FIELD_ERRORS_KEY else f"{path}.{key}".strip("."))
    else:
        nested = any(not isinstance(each, exceptions.ErrorDetail) for each in detail)
        for index, each in enumerate(detail):
            yield from _errors(each, f"{path}.{index}".strip(".") if nested else path)


def _whole(text: str) -> str:
    # Half a character in a name that the caller made up, which no answer can hold.
    return text.encode(errors="replace").decode()


def _extension(exc: Exception) -> dict[str, Any]:
    """Return who has the conversation, or what is wrong with a rich message, where that is the reason."""
    match exc:
        case AlreadyTaken():
            return {"agent": {"id": exc.agent.pk, "name": exc.agent.name}}
        case Faulty():
            faults = exc.faults.items()
            return {"errors": [{"field": field, "detail": detail, "code": "invalid"} for field, detail in faults]}
    return {}


def _headers(fault: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if challenge := getattr(fault, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(fault, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return headers
