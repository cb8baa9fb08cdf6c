"""What scripts get."""

from typing import Any

from django.urls import reverse

from simulator.fault_kinds import FAULTS, FaultKind
from simulator.models import Business, Fault, Phone, PhoneAttachment, PhoneMessage, Violation


def business_shape(business: Business) -> dict[str, Any]:
    """Return a business and its provider, whose secret stays here."""
    provider = business.provider
    return {
        "business_id": str(business.business_id),
        "name": business.name,
        "msp_id": str(provider.msp_id),
        "webhook_url": provider.webhook_url,
    }


def phone_shape(phone: Phone) -> dict[str, Any]:
    """Return what the phone shows, in order."""
    return {
        "id": phone.opaque_id,
        "business_id": str(phone.business.business_id),
        "closed": phone.is_closed,
        "blocked": phone.is_blocked,
        "typing": phone.business_is_typing,
        "messages": [message_shape(message) for message in phone.messages.shown()],
        "violations": [_violation(violation) for violation in phone.violations.order_by("pk")],
    }


def message_shape(message: PhoneMessage) -> dict[str, Any]:
    """Return one bubble."""
    return {
        "id": str(message.apple_id),
        "from": message.side,
        "type": message.type,
        "text": message.body,
        "subject": message.subject,
        "attachments": [_attachment(attachment) for attachment in message.attachments.all()],
        "reactions": [reaction.reaction for reaction in message.reactions.all()],
        "interactive": message.payload,
        "state": message.state,
        "reason": message.reason,
        "repeats": message.repeats,
        "at": message.created_at.isoformat(),
    }


def faults_shape(armed: "list[Fault]") -> dict[str, Any]:
    """Return every fault that there is, and what is armed."""
    return {
        "kinds": [_kind(kind) for kind in FaultKind],
        "armed": [
            {
                "kind": fault.kind,
                "times": fault.remaining,
                "value": fault.value,
                "phone": fault.phone.opaque_id if fault.phone else None,
                "business_id": str(fault.business.business_id) if fault.business else None,
            }
            for fault in armed
        ],
    }


def _kind(kind: FaultKind) -> dict[str, Any]:
    spec = FAULTS[kind]
    number = spec.number
    return {
        "kind": kind.value,
        "group": spec.group.value,
        "label": str(kind.label),
        "description": str(spec.description),
        "lasting": spec.is_lasting,
        "value": {"label": str(number.label), "default": number.default} if number else None,
    }


def _attachment(attachment: PhoneAttachment) -> dict[str, Any]:
    return {
        "name": attachment.name,
        "mimeType": attachment.mime_type,
        "size": attachment.file.size,
        "broken": attachment.is_broken,
        "url": reverse("simulator:file", args=[attachment.message.phone_id, attachment.pk]),
    }


def _violation(violation: Violation) -> dict[str, Any]:
    return {"kind": violation.kind, "detail": violation.detail, "at": violation.created_at.isoformat()}
