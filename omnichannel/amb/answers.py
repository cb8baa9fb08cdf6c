"""What a customer answered: in words, and as a fingerprint that two deliveries of one tap share."""

import hashlib
import json
from typing import Any

from omnichannel.amb.errors import DecodeError
from omnichannel.amb.forms import Form
from omnichannel.amb.interactive import Authenticate, InteractiveData, Payment
from omnichannel.amb.pickers import Event, ListPicker, QuickReply

# All that is said of a form whose answers agents must not see; whoever shows it tells it in the reader's language.
FORM_SUBMITTED = "Form submitted"


def answer_key(data: InteractiveData) -> str:
    """The same text for the same answer to the same prompt; empty when an answer cannot be recognised."""
    selection = _selection(data)
    if not data.session_identifier or selection is None:
        return ""
    parts = [data.session_identifier, data.request_identifier, data.marker, selection]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def answer_title(data: InteractiveData) -> str:
    """What the customer chose, in words."""
    return _chosen_words(_content(data)) or (data.reply_bubble.title if data.reply_bubble else "")


def _content(data: InteractiveData) -> Any:
    return data.data.contents[data.marker] if data.data and data.marker else None


def _selection(data: InteractiveData) -> Any:
    match content := _content(data):
        case None:
            selection: Any = data.url
        case QuickReply():
            selection = content.chosen.identifier if content.chosen else content.model_dump(mode="json")
        case ListPicker():
            selection = [item.identifier for item in content.items]
        case Event():
            selection = [[slot.identifier, slot.start_time] for slot in content.timeslots]
        case Form():
            selection = [page.model_dump(mode="json") for page in content.selections]
        case Authenticate() | Payment():
            selection = content.model_dump(mode="json")
        case notification:
            selection = notification
    return selection


def _chosen_words(content: Any) -> str:
    match content:
        case QuickReply(chosen=item) if item:
            return item.title
        case ListPicker(items=items):
            return ", ".join(item.title for item in items if item.title)
        case Event(chosen=slot) if slot:
            return _slot_words(content)
        case Form(is_private=True):
            return FORM_SUBMITTED
        case Form():
            return ", ".join(answer.text for page in content.selections for answer in page.items if answer.text)
        case _:
            return ""


def _slot_words(event: Event) -> str:
    slot = event.timeslots[0]
    try:
        return event.local_start(slot).strftime("%Y-%m-%d %H:%M %Z")
    except (DecodeError, OverflowError):
        return slot.start_time
