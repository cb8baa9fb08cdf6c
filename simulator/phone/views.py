"""The phone's pages."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import F, OuterRef, Subquery
from django.db.models.query import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from simulator.models import Business, Phone, PhoneMessage
from simulator.phone import forms, panel
from simulator.phone.transcript import bubbles, drawing
from simulator.services import phones, setup
from simulator.services.sentences import REACTIONS

PHONES_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Show the phones, and hand out a new one."""
    form = (
        forms.NewConversation(request.POST) if request.method == "POST" else forms.new_conversation(request.GET.dict())
    )
    if form.is_bound and form.is_valid():
        details = dict(form.cleaned_data)
        words = details.pop("body")
        phone = phones.start(details.pop("business"), **details)
        page = reverse("simulator:phone", args=[phone.pk])
        return redirect(f"{page}?{urlencode({'body': words})}" if words else page)
    return _start_page(request, form, forms.new_business())


@require_POST
def register(request: HttpRequest) -> HttpResponse:
    """Register a business, and offer it for a new conversation."""
    form = forms.NewBusiness(request.POST)
    business = _registered(form)
    if business is None:
        return _start_page(request, forms.new_conversation(), form)
    messages.success(request, _("%(name)s is registered at the simulated Apple.") % {"name": business.name})
    target = f"{reverse('simulator:start')}?business={business.pk}"
    return HttpResponse(status=204, headers={"Location": target}) if "X-Quiet" in request.headers else redirect(target)


@require_safe
def phone_list(request: HttpRequest) -> HttpResponse:
    """Show the list of phones alone, for a page that is open."""
    return render(request, "simulator/phones.html", {"phones": _recent_phones()})


@require_safe
def phone(request: HttpRequest, phone_id: int) -> HttpResponse:
    """Show a phone with its control panel."""
    held = _held(phone_id)
    around = {"device": forms.Device(instance=held), "words": request.GET.get("body", "")}
    return render(request, "simulator/phone.html", _context(held) | around)


@require_safe
def parts(request: HttpRequest, phone_id: int) -> HttpResponse:
    """Show what changes on a phone's page, for a page that is open."""
    return render(request, "simulator/parts.html", _context(_held(phone_id)))


@require_safe
def sheet(request: HttpRequest, phone_id: int, message_id: int) -> HttpResponse:
    """Show what opens when a rich bubble is tapped."""
    held = _held(phone_id)
    message = get_object_or_404(held.messages.shown(), pk=message_id)
    drawn = drawing(message)
    if drawn.sheet is None:
        raise Http404
    return render(request, "simulator/sheet.html", {"phone": held, "message": message, "drawn": drawn})


def _start_page(request: HttpRequest, form: forms.NewConversation, registration: forms.NewBusiness) -> HttpResponse:
    context = {
        "form": form,
        "registration": registration,
        "phones": _recent_phones(),
        "has_business": Business.objects.exists(),
        "webhook": setup.own_webhook(),
        "gateway": request.build_absolute_uri(reverse("simulator:message")).removesuffix("/message"),
    }
    return render(
        request, "simulator/start.html", context, status=422 if form.is_bound or registration.is_bound else 200
    )


def _registered(form: forms.NewBusiness) -> Business | None:
    if not form.is_valid():
        return None
    try:
        return setup.register(form.draft)[0]
    except setup.CannotRegister as fault:
        form.report(fault)
        return None


def _held(phone_id: int) -> Phone:
    return get_object_or_404(Phone.objects.select_related("business"), pk=phone_id)


def _context(held: Phone) -> dict[str, Any]:
    return {
        "phone": held,
        "bubbles": bubbles(held),
        "groups": panel.groups(held),
        "violations": held.violations.all()[: panel.VIOLATIONS_SHOWN],
        "reactions": REACTIONS,
    }


def _recent_phones() -> "QuerySet[Phone]":
    last = PhoneMessage.objects.filter(phone=OuterRef("pk"), is_hidden=False).order_by("-pk")
    recent = Phone.objects.select_related("business").annotate(
        last_line=Subquery(last.values("body")[:1]), last_at=Subquery(last.values("created_at")[:1])
    )
    return recent.order_by(F("last_at").desc(nulls_last=True), "-pk")[:PHONES_SHOWN]
