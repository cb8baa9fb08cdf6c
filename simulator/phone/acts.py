"""What a person does on the phone's page: each act is a small form, sent in the background where scripts run."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from simulator.fault_kinds import FaultKind
from simulator.models import Phone, PhoneMessage
from simulator.phone import forms
from simulator.phone.chosen import chosen_in
from simulator.services import faults, live, phones
from simulator.services.answers import CannotAnswer
from simulator.services.faults import CannotArm
from simulator.services.phones import CannotWrite, Draft
from simulator.services.sentences import NotAReaction

Act = Callable[[HttpRequest, Phone], None]


class Refused(Exception):
    """What was asked for cannot be done, for the reason given."""


def act(does: Act) -> Callable[[HttpRequest, int], HttpResponse]:
    """Make an act a view: nothing to show in the background, the page again without scripts."""

    @require_POST
    @wraps(does)
    def view(request: HttpRequest, phone_id: int) -> HttpResponse:
        phone = get_object_or_404(Phone.objects.select_related("business__provider"), pk=phone_id)
        is_quiet = "X-Quiet" in request.headers
        try:
            does(request, phone)
        except (Refused, CannotWrite, CannotAnswer, CannotArm, NotAReaction) as fault:
            if is_quiet:
                return HttpResponse(str(fault), status=409, content_type="text/plain; charset=utf-8")
            messages.error(request, str(fault))
        return HttpResponse(status=204) if is_quiet else redirect("simulator:phone", phone_id=phone.pk)

    return view


@act
def write(request: HttpRequest, phone: Phone) -> None:
    """Send what was typed and picked."""
    files = [Draft.of(file) for file in request.FILES.getlist("files")]
    phones.write(phone, request.POST.get("text", "").replace("\r\n", "\n"), files=files)


@act
def answer(request: HttpRequest, phone: Phone) -> None:
    """Send what was chosen on a sheet, or the button that was tapped."""
    phones.choose(phone, _message(phone, request), chosen_in(request.POST))


@act
def typing(request: HttpRequest, phone: Phone) -> None:
    """Tell that a text is being typed, or was cleared."""
    phones.set_typing(phone, is_typing=request.POST.get("typing") == "1")


@act
def react(request: HttpRequest, phone: Phone) -> None:
    """React to a bubble of the business."""
    target = _message(phone, request)
    emoji = request.POST.get("emoji", "").strip()
    phones.react(phone, target, kind=request.POST.get("kind") or "emoji", emoji=emoji)


@act
def try_again(request: HttpRequest, phone: Phone) -> None:
    """Send once more what was not delivered."""
    phones.try_again(_message(phone, request))


@act
def close(request: HttpRequest, phone: Phone) -> None:
    """Delete the conversation, perhaps blocking the business too."""
    phones.close(phone, block="block" in request.POST)


@act
def change_device(request: HttpRequest, phone: Phone) -> None:
    """Set the customer's language and what the device can show."""
    form = forms.Device(request.POST, instance=phone)
    if not form.is_valid():
        raise Refused(" ".join(str(error) for errors in form.errors.values() for error in errors))
    form.save()
    live.changed(phone)


@act
def set_fault(request: HttpRequest, phone: Phone) -> None:
    """Arm or disarm one fault."""
    kind = request.POST.get("kind", "")
    if kind not in FaultKind.values:
        raise Refused(_("There is no such fault."))
    scope = faults.scope_of(FaultKind(kind), phone)
    if request.POST.get("on") == "1":
        faults.arm(FaultKind(kind), times=_number(request, "times"), value=_number(request, "value"), **scope)
    else:
        faults.disarm(FaultKind(kind), **scope)
    live.changed(phone)


def _message(phone: Phone, request: HttpRequest) -> PhoneMessage:
    number = request.POST.get("message", "")
    found = phone.messages.shown().filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
    if found is None:
        raise Refused(_("This message is no longer on the phone."))
    return found


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.POST.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Refused(_("Write a whole number."))
    return int(text)
