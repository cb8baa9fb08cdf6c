"""The answer to Apple Pay when the customer closes the sheet: the request comes back, changed as devices change it."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from simulator.services.answers.answer import Answer, Chosen, Part, Prompt, cancelled, parts


def answer(prompt: Prompt, chosen: Chosen) -> Answer:
    """Return what was asked for, not completed."""
    cancelled(chosen)
    request, endpoints = (_object(prompt.content, name) for name in ("paymentRequest", "endpoints"))
    content = {
        "state": "paymentNotCompleted",
        "paymentRequest": _echo(request),
        "merchantSession": _object(prompt.content, "merchantSession"),
        "endpoints": {name: url for name, url in endpoints.items() if name != "paymentGatewayUrl"},
    }
    total = _amount(_object(request, "total"))
    words = f"{total.get('amount', '')} {request.get('currencyCode', '')}".strip()
    return Answer(content, {"subtitle": _("%(amount)s, not paid") % {"amount": words}})


def _echo(request: Part) -> dict[str, Any]:
    total = _amount(_object(request, "total"))
    items = [*(_amount(item) for item in parts(request, "lineItems")), total]
    return {**request, "total": total, "lineItems": items, "shippingMethods": []}


def _amount(item: Part) -> dict[str, Any]:
    return {
        **item,
        "amount": _shortened(str(item.get("amount", ""))),
        "type": str(item.get("type") or "final").capitalize(),
    }


def _shortened(amount: str) -> str:
    try:
        return f"{Decimal(amount).normalize():f}"
    except InvalidOperation:
        return amount


def _object(place: Part, name: str) -> dict[str, Any]:
    value = place.get(name)
    return dict(value) if isinstance(value, dict) else {}
