"""POST /message: a provider writes to a customer."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from simulator.fault_kinds import FaultKind
from simulator.gateway import answers, disturbances, envelope, interactive, limits, links
from simulator.gateway.answers import Refusal
from simulator.gateway.attached import attachments_of
from simulator.gateway.caller import business_of, provider_of, required
from simulator.gateway.parallel import under_way
from simulator.models import Business, Phone, Violation
from simulator.models.violation import ViolationKind
from simulator.services import arrivals, faults, references

SIGNS = ("typing_start", "typing_end")
GONE = {403: "The customer does not accept messages.", 404: "destination-id is not known.", 410: "The customer left."}


@answers.gateway_call("POST")
def message(request: HttpRequest) -> HttpResponseBase:
    """Show a message on the customer's phone, after the checks that Apple makes."""
    provider = provider_of(request)
    for name in ("id", "source-id", "destination-id"):
        required(request, name)
    phone = _phone(request, business_of(request, provider))
    with under_way(phone):
        armed = faults.armed(phone.business, phone)
        content = envelope.read(request)
        if content["type"] in SIGNS:
            _show_sign(phone, content, armed)
            return answers.accepted(None)
        disturbances.before(armed)
        reference = _serve(request, content, phone, armed)
    return disturbances.after(armed, answers.accepted(reference))


def _phone(request: HttpRequest, business: Business) -> Phone:
    phone = Phone.objects.filter(opaque_id=required(request, "destination-id"), business=business).first()
    if phone is None:
        raise Refusal(404, "destination-id is not known.")
    phone.business = business
    return phone


def _show_sign(phone: Phone, content: Mapping[str, Any], armed: faults.Armed) -> None:
    """Show that the business types, past every bad day: a sign would use up the fault that a message is to meet."""
    if not _is_dropped(phone, content, armed):
        arrivals.set_business_typing(phone, is_typing=content["type"] == "typing_start")


def _serve(
    request: HttpRequest, content: Mapping[str, Any], phone: Phone, armed: faults.Armed
) -> dict[str, Any] | None:
    data = _interactive(content, phone.business, armed)
    content = _with_link(content, phone.business, armed)
    attachments = attachments_of(content, phone.business)
    if _is_dropped(phone, content, armed):
        return None
    twice = armed.take(FaultKind.SHOW_DUPLICATES) is not None
    arrivals.arrive(phone, content, data, attachments, show_twice=twice)
    wants_reference = request.headers.get("include-data-ref", "").strip().lower() == "true"
    return {"dataRef": references.lend(phone.business, data)} if data and wants_reference else None


def _interactive(content: Mapping[str, Any], business: Business, armed: faults.Armed) -> dict[str, Any] | None:
    if content["type"] != "interactive":
        return None
    if isinstance(content.get("interactiveData"), dict):
        data = dict(content["interactiveData"])
        interactive.check(data)
        _check_limits(data, armed)
        return data
    return _redeemed(references.redeem(business, content["interactiveDataRef"]), "interactiveDataRef")


def _with_link(content: Mapping[str, Any], business: Business, armed: faults.Armed) -> Mapping[str, Any]:
    """Return the message with the link itself in the place of a reference to it."""
    if content["type"] != "richLink":
        return content
    if isinstance(content.get("richLinkData"), dict):
        links.check(content["richLinkData"])
        _check_limits(content["richLinkData"], armed)
        return content
    link = _redeemed(references.redeem_link(business, content["richLinkDataRef"]), "richLinkDataRef")
    return {**content, "richLinkData": link}


def _check_limits(payload: Mapping[str, Any], armed: faults.Armed) -> None:
    if not armed.take(FaultKind.RELAXED_PROFILE):
        limits.check(payload)


def _redeemed(data: dict[str, Any] | None, name: str) -> dict[str, Any]:
    if data is None:
        raise Refusal(400, f"{name} was not issued to this business, or was altered.")
    return data


def _is_dropped(phone: Phone, content: Mapping[str, Any], armed: faults.Armed) -> bool:
    if not phone.is_closed:
        return False
    Violation.objects.create(phone=phone, kind=ViolationKind.SEND_AFTER_CLOSE, detail=content["type"])
    chosen = armed.take(FaultKind.CLOSED_ANSWER)
    status = chosen.number if chosen else 404
    if status in GONE:
        raise Refusal(status, GONE[status])
    return True
