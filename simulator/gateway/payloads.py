"""POST /decodePayload: the opaque blob of a large reply becomes JSON."""

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

from simulator.fault_kinds import FaultKind
from simulator.gateway import answers, disturbances
from simulator.gateway.answers import Refusal
from simulator.gateway.caller import business_of, provider_of, required
from simulator.services import faults, references


@answers.gateway_call("POST")
def decode_payload(request: HttpRequest) -> HttpResponseBase:
    """Return the interactive data in a decrypted blob: flat, or with the switch inside interactiveData."""
    business = business_of(request, provider_of(request))
    armed = faults.armed(business)
    disturbances.before(armed)
    bid = required(request, "bid")
    try:
        data = references.unpack(request.body)
    except ValueError as fault:
        raise Refusal(400, "The payload cannot be decoded.") from fault
    if data.get("bid") != bid:
        raise Refusal(400, "bid is not the one of this payload.")
    content = {"interactiveData": data} if armed.take(FaultKind.DECODE_WRAPPED) else data
    return disturbances.after(armed, JsonResponse(content))
