"""Checks the attachments of a message against what storage really holds."""

from collections.abc import Mapping
from typing import Any

from omnichannel import amb
from simulator.gateway.answers import Refusal
from simulator.models import Business, PhoneAttachment, StoredFile
from simulator.services.devices import look_at


def attachments_of(content: Mapping[str, Any], business: Business) -> list[PhoneAttachment]:
    """Return what a phone keeps of the message's files, or refuse the message; only those with a placeholder show."""
    entries = content.get("attachments", [])
    if not isinstance(entries, list):
        raise Refusal(400, "attachments must be a list.")
    checked = [_checked(entry, business, number) for number, entry in enumerate(entries, start=1)]
    body = content.get("body", "")
    shown = checked[: body.count(amb.PLACEHOLDER)] if isinstance(body, str) else []
    return [_seen(attachment, position) for position, attachment in enumerate(shown)]


def _checked(entry: object, business: Business, number: int) -> PhoneAttachment:
    if not isinstance(entry, dict):
        raise Refusal(400, f"Attachment {number} must be an object.")
    name, url, owner = (_text(entry, key, number) for key in ("name", "url", "owner"))
    stored = StoredFile.objects.filter(business=business, url=url, owner=owner, uploaded_at__isnull=False).first()
    if stored is None or stored.signature_base64 != _signature(entry):
        raise Refusal(400, f"Attachment {number}: url, owner and signature were not issued to this business.")
    if str(entry.get("size")) != str(stored.size) or isinstance(entry["size"], bool):
        raise Refusal(400, f"Attachment {number}: size differs from the {stored.size} bytes that were uploaded.")
    key_text = _key(entry, number)
    return PhoneAttachment(
        file=stored, name=name[:500], mime_type=str(entry.get("mimeType", ""))[:200], key_text=key_text
    )


def _seen(attachment: PhoneAttachment, position: int) -> PhoneAttachment:
    seen = look_at(attachment.file, attachment.key_text, attachment.mime_type)
    attachment.position, attachment.image_type, attachment.is_broken = position, seen.image_type, seen.is_broken
    return attachment


def _key(entry: Mapping[str, Any], number: int) -> str:
    key_text = _text(entry, "key", number)
    try:
        amb.key_from_text(key_text)
    except amb.DecodeError as fault:
        raise Refusal(400, f"Attachment {number}: key must be 00 and 64 hex digits.") from fault
    return key_text


def _text(entry: Mapping[str, Any], key: str, number: int) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value:
        raise Refusal(400, f"Attachment {number}: {key} is missing.")
    return value


def _signature(entry: Mapping[str, Any]) -> str:
    signature = entry.get("signature-base64")
    return signature if isinstance(signature, str) else ""
