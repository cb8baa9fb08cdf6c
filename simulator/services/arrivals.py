"""What happens on a phone when the business writes."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from simulator.models import Phone, PhoneAttachment, PhoneMessage, Violation
from simulator.models.shown import Side
from simulator.models.violation import ViolationKind
from simulator.services import live, references
from simulator.services.devices import is_foreign, missing_capability

ADDRESS = re.compile(r"^[ \t]*https://[^\s<>\"]+[ \t]*$", re.IGNORECASE | re.MULTILINE)


@transaction.atomic
def arrive(
    phone: Phone,
    content: Mapping[str, Any],
    data: Mapping[str, Any] | None,
    attachments: Sequence[PhoneAttachment],
    *,
    show_twice: bool,
) -> None:
    """Show a message; one that the phone has already is counted, and shown again only when asked to."""
    shown, is_new = PhoneMessage.objects.get_or_create(
        phone=phone, apple_id=content["id"], is_repeat=False, defaults=_bubble(phone, content, data)
    )
    if is_new:
        _attach(shown, attachments)
        _note_violation(phone, data)
        _note_address(phone, content)
    else:
        PhoneMessage.objects.filter(pk=shown.pk).update(repeats=F("repeats") + 1)
        if show_twice:
            _attach(_again(phone, content, data), attachments)
    if phone.business_typing_at is not None:
        Phone.objects.filter(pk=phone.pk).update(business_typing_at=None)
    live.changed(phone)


@transaction.atomic
def set_business_typing(phone: Phone, *, is_typing: bool) -> None:
    """Show the three dots, or take them away."""
    Phone.objects.filter(pk=phone.pk).update(business_typing_at=timezone.now() if is_typing else None)
    live.changed(phone)


def _again(phone: Phone, content: Mapping[str, Any], data: Mapping[str, Any] | None) -> PhoneMessage:
    return PhoneMessage.objects.create(
        phone=phone, apple_id=content["id"], is_repeat=True, **_bubble(phone, content, data)
    )


def _bubble(phone: Phone, content: Mapping[str, Any], data: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        "side": Side.BUSINESS,
        "type": content["type"],
        "body": _words(content, data),
        "subject": _text(content.get("subject")),
        "payload": data or content.get("richLinkData"),
        "is_hidden": bool(_lacking(phone, data)),
    }


def _words(content: Mapping[str, Any], data: Mapping[str, Any] | None) -> str:
    if data is not None:
        return references.title(data)
    link = content.get("richLinkData", {})
    return _text(content.get("body") if content["type"] == "text" else link.get("title"))


def _lacking(phone: Phone, data: Mapping[str, Any] | None) -> str:
    return "" if data is None or is_foreign(data.get("bid")) else missing_capability(data, phone.capabilities)


def _note_violation(phone: Phone, data: Mapping[str, Any] | None) -> None:
    if lacking := _lacking(phone, data):
        Violation.objects.create(phone=phone, kind=ViolationKind.UNSUPPORTED_KIND, detail=lacking)


def _note_address(phone: Phone, content: Mapping[str, Any]) -> None:
    """Note an address that stands alone in a text: Apple's required features have it come as a rich link."""
    found = ADDRESS.search(_text(content.get("body"))) if content["type"] == "text" else None
    if found:
        Violation.objects.create(phone=phone, kind=ViolationKind.URL_AS_TEXT, detail=found[0].strip()[:300])


def _attach(shown: PhoneMessage, attachments: Sequence[PhoneAttachment]) -> None:
    PhoneAttachment.objects.bulk_create(
        PhoneAttachment(
            message=shown,
            file=attachment.file,
            position=attachment.position,
            name=attachment.name,
            mime_type=attachment.mime_type,
            key_text=attachment.key_text,
            image_type=attachment.image_type,
            is_broken=attachment.is_broken,
        )
        for attachment in attachments
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
