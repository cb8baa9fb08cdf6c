"""The phone's pages."""

from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.db.models.query import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from simulator.models import Business, Phone, PhoneMessage
from simulator.phone import forms, panel
from simulator.phone.transcript import bubbles
from simulator.services import phones
from simulator.services.sentences import EMOJI

PHONES_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Show the phones, and hand out a new one."""
    form = forms.NewConversation(request.POST) if request.method == "POST" else forms.new_conversation()
    if form.is_bound and form.is_valid():
        details = dict(form.cleaned_data)
        phone = phones.start(details.pop("business"), **details)
        return redirect("simulator:phone", phone_id=phone.pk)
    context = {"form": form, "phones": _recent_phones(), "has_business": Business.objects.exists()}
    return render(request, "simulator/start.html", context, status=422 if form.is_bound else 200)


@require_safe
def phone_list(request: HttpRequest) -> HttpResponse:
    """Show the list of phones alone, for a page that is open."""
    return render(request, "simulator/phones.html", {"phones": _recent_phones()})


@require_safe
def phone(request: HttpRequest, phone_id: int) -> HttpResponse:
    """Show a phone with its control panel."""
    held = _held(phone_id)
    return render(request, "simulator/phone.html", _context(held) | {"device": forms.Device(instance=held)})


@require_safe
def parts(request: HttpRequest, phone_id: int) -> HttpResponse:
    """Show what changes on a phone's page, for a page that is open."""
    return render(request, "simulator/parts.html", _context(_held(phone_id)))


def _held(phone_id: int) -> Phone:
    return get_object_or_404(Phone.objects.select_related("business"), pk=phone_id)


def _context(held: Phone) -> dict[str, Any]:
    return {
        "phone": held,
        "bubbles": bubbles(held),
        "groups": panel.groups(held),
        "violations": held.violations.all()[: panel.VIOLATIONS_SHOWN],
        "reactions": EMOJI,
    }


def _recent_phones() -> "QuerySet[Phone]":
    last = PhoneMessage.objects.filter(phone=OuterRef("pk"), is_hidden=False).order_by("-pk")
    recent = Phone.objects.select_related("business").annotate(
        last_line=Subquery(last.values("body")[:1]), last_at=Subquery(last.values("created_at")[:1])
    )
    return recent.order_by(F("last_at").desc(nulls_last=True), "-pk")[:PHONES_SHOWN]
