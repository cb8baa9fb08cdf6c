"""Businesses, phones and faults, for scripts."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse

from simulator.api import bodies, shapes
from simulator.api.calls import Fault, phone_of, read, read_form
from simulator.models import Business, Phone, PhoneMessage
from simulator.models import Fault as ArmedFault
from simulator.models.shown import Side
from simulator.services import faults, phones, references, setup
from simulator.services.phones import Draft


def list_businesses(_request: HttpRequest) -> HttpResponse:
    """Tell which businesses are registered."""
    known = Business.objects.select_related("provider")
    return JsonResponse({"businesses": [shapes.business_shape(business) for business in known]})


def new_business(request: HttpRequest) -> HttpResponse:
    """Register a business, or change what differs on one that is known."""
    draft = read(request, bodies.NewBusiness)
    business, is_new = setup.register(setup.Registration(**draft.model_dump()))
    return JsonResponse(shapes.business_shape(business), status=201 if is_new else 200)


def new_phone(request: HttpRequest) -> HttpResponse:
    """Hand a new customer a phone."""
    draft = read(request, bodies.NewPhone)
    business = _business(draft.business_id)
    phone = phones.start(business, **draft.model_dump(exclude={"business_id"}))
    return JsonResponse({"id": phone.opaque_id}, status=201)


def phone(_request: HttpRequest, opaque_id: str) -> HttpResponse:
    """Tell what the phone shows."""
    return JsonResponse(shapes.phone_shape(phone_of(opaque_id)))


def new_message(request: HttpRequest, opaque_id: str) -> HttpResponse:
    """Write, with files when the body is multipart."""
    holder = phone_of(opaque_id)
    is_form = request.content_type == "multipart/form-data"
    draft = read_form(request, bodies.NewMessage) if is_form else read(request, bodies.NewMessage)
    files = [Draft.of(file) for name in request.FILES for file in request.FILES.getlist(name)] if is_form else []
    return _created(phones.write(holder, draft.text, subject=draft.subject, files=files))


def typing(request: HttpRequest, opaque_id: str) -> HttpResponse:
    """Begin or stop to type."""
    holder = phone_of(opaque_id)
    phones.set_typing(holder, is_typing=read(request, bodies.Typing).typing)
    return JsonResponse({"typing": holder.is_typing})


def new_reaction(request: HttpRequest, opaque_id: str) -> HttpResponse:
    """React to a bubble of the business."""
    holder = phone_of(opaque_id)
    draft = read(request, bodies.NewReaction)
    target = holder.messages.shown().filter(apple_id=draft.message_id).first()
    if target is None:
        raise Fault(404, "This phone shows no message with this id.")
    return _created(phones.react(holder, target, kind=draft.kind, emoji=draft.emoji))


def new_answer(request: HttpRequest, opaque_id: str) -> HttpResponse:
    """Send interactive data as a device would."""
    holder = phone_of(opaque_id)
    data = read(request, bodies.NewAnswer).interactive_data
    return _created(phones.answer(holder, data, title=references.title(data)))


def new_choice(request: HttpRequest, opaque_id: str) -> HttpResponse:
    """Answer a rich message as its sheet would."""
    holder = phone_of(opaque_id)
    draft = read(request, bodies.NewChoice)
    prompt = holder.messages.shown().filter(apple_id=draft.message_id, side=Side.BUSINESS).first()
    if prompt is None:
        raise Fault(404, "This phone shows no message with this id.")
    return _created(phones.choose(holder, prompt, draft.chosen))


def close(request: HttpRequest, opaque_id: str) -> HttpResponse:
    """Delete the conversation."""
    holder = phone_of(opaque_id)
    phones.close(holder, block=read(request, bodies.Closing).block)
    return JsonResponse({"closed": True, "blocked": holder.is_blocked})


def list_faults(_request: HttpRequest) -> HttpResponse:
    """Tell which faults there are, and which are armed."""
    armed = ArmedFault.objects.select_related("phone", "business").exclude(remaining=0).order_by("pk")
    return JsonResponse(shapes.faults_shape(list(armed)))


def change_fault(request: HttpRequest) -> HttpResponse:
    """Arm or disarm a fault."""
    change = read(request, bodies.FaultChange)
    scope = _scope(change)
    if change.is_on:
        faults.arm(change.kind, times=change.times, value=change.value, **scope)
    else:
        faults.disarm(change.kind, **scope)
    return list_faults(request)


def _scope(change: bodies.FaultChange) -> dict[str, Any]:
    if change.phone is not None and change.business_id is not None:
        raise Fault(400, "A fault is for a phone or for a business, not for both.")
    holder: Phone | None = phone_of(change.phone) if change.phone is not None else None
    if holder:
        return faults.scope_of(change.kind, holder)
    return {"business": _business(change.business_id) if change.business_id else None}


def _business(business_id: UUID) -> Business:
    business = Business.objects.filter(business_id=business_id).first()
    if business is None:
        raise Fault(404, "No business with this id is registered at the simulator.")
    return business


def _created(message: PhoneMessage) -> HttpResponse:
    message.refresh_from_db()
    return JsonResponse(shapes.message_shape(message), status=201)
