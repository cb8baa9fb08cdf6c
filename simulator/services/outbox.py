"""Writes down what the webhook is to be called with, with the faults that change a message itself."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from simulator import tasks
from simulator.fault_kinds import FaultKind
from simulator.models import Delivery, Phone, PhoneMessage
from simulator.services import faults, live, references, sparing

DUPLICATE_AFTER = timedelta(seconds=0.9)
NO_DELAY = timedelta()


def put(phone: Phone, message: PhoneMessage | None, content: Mapping[str, Any], *, type_: str = "") -> Delivery:
    """Commit a delivery of this message, or of an event that has none, and ring."""
    armed = faults.armed(phone.business, phone)
    identifier = str(message.apple_id if message else uuid4())
    body = _envelope(phone, identifier, type_ or (message.type if message else "")) | dict(content)
    if message is not None:
        body = _disturbed(body, armed)
    if armed.take(FaultKind.MISSING_LOCALE):
        body.pop("locale", None)
    late = armed.take(FaultKind.OUT_OF_ORDER) if message else None
    delivery = _commit(phone, message, body, timedelta(milliseconds=late.number) if late else NO_DELAY)
    if message is not None:
        _repeat(phone, message, body, armed)
    live.changed(phone)
    return delivery


def interactive(phone: Phone, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a message that carries interactive data: the data, a reference, or with a fault both."""
    armed = faults.armed(phone.business, phone)
    is_sparing = armed.take(FaultKind.MISSING_KEYS) is not None
    data = sparing.data(data) if is_sparing else data
    if not references.is_large(data):
        return {"interactiveData": dict(data)}
    reference = references.refer(phone.business, data)
    by_reference = {"interactiveDataRef": sparing.reference(reference) if is_sparing else reference}
    if armed.take(FaultKind.BOTH_FORMS):
        return by_reference | {"interactiveData": dict(data)}
    return by_reference


def put_again(last: Delivery) -> Delivery:
    """Commit once more what was delivered in vain, word for word, and ring."""
    tasks.ring(NO_DELAY)
    live.changed(last.phone)
    return Delivery.objects.create(phone=last.phone, message=last.message, headers=last.headers, body=last.body)


def _envelope(phone: Phone, identifier: str, type_: str) -> dict[str, Any]:
    body = {
        "v": 1,
        "id": identifier,
        "type": type_,
        "sourceId": phone.opaque_id,
        "destinationId": str(phone.business.business_id),
        "locale": phone.locale,
        "intent": phone.intent,
        "group": phone.group,
    }
    # Apple leaves optional keys out.
    return {name: value for name, value in body.items() if value}


def _disturbed(body: dict[str, Any], armed: faults.Armed) -> dict[str, Any]:
    if armed.take(FaultKind.UNKNOWN_TYPE):
        return body | {"type": "hologram"}
    data = body.get("interactiveData")
    if isinstance(data, dict) and armed.take(FaultKind.UNKNOWN_MARKER):
        return body | {"interactiveData": data | {"data": _renamed(data.get("data"))}}
    return body


def _renamed(inner: object) -> dict[str, Any]:
    kept = {"version", "requestIdentifier", "images", "receivedMessage", "replyMessage"}
    parts = inner if isinstance(inner, dict) else {}
    return {name if name in kept else "hologram": value for name, value in parts.items()}


def _repeat(phone: Phone, message: PhoneMessage, body: dict[str, Any], armed: faults.Armed) -> None:
    if armed.take(FaultKind.DUPLICATE):
        _commit(phone, message, body, DUPLICATE_AFTER, is_repeat=True)
    if body["type"] == "interactive" and armed.take(FaultKind.DUPLICATE_INTERACTIVE):
        _commit(phone, message, body | {"id": str(uuid4())}, DUPLICATE_AFTER, is_repeat=True)


def _commit(
    phone: Phone, message: PhoneMessage | None, body: dict[str, Any], delay: timedelta, *, is_repeat: bool = False
) -> Delivery:
    headers = {
        "id": body["id"],
        "source-id": phone.opaque_id,
        "destination-id": body["destinationId"],
        "capability-list": ",".join(phone.capabilities),
    }
    tasks.ring(delay)
    return Delivery.objects.create(
        phone=phone,
        message=message,
        headers=headers | ({"device-agent": phone.device} if phone.device else {}),
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        due_at=timezone.now() + delay,
        is_repeat=is_repeat,
    )
