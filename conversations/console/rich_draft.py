"""A rich message in front of an agent: what the phone will show, what may be changed this once, and what is wrong."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import Any

from conversations.console.desk import Desk
from conversations.offers import why_not, why_not_offered
from conversations.outbound.send_rich import columns_of
from omnichannel.device import Drawn, draw
from richmessages.approximate import approximate
from richmessages.kinds.kind import Fault, SendContext
from richmessages.lint import lint
from richmessages.models import PictureSource, RichMessage
from richmessages.pictures.address import picture_src
from richmessages.pictures.sources import kept, sources_of
from richmessages.tailor import EditableField, editable_fields, tailored

# What a form's fields are called, before the place in the message that they change.
PREFIX = "change."


@dataclass(frozen=True)
class Field:
    """A field to change, with what is wrong with it."""

    place: EditableField
    fault: str = ""
    # It may be sent all the same.
    is_warned: bool = False

    @property
    def name(self) -> str:
        """Return what it is called in the form."""
        return PREFIX + self.place.name


@dataclass(frozen=True)
class RichDraft:
    """One rich message for one conversation, with an agent's changes."""

    desk: Desk
    message: RichMessage
    changes: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def drawn(self) -> Drawn:
        """Return what the phone will show."""
        kind = self.message.described
        context = SendContext("preview", kept(self._sources), kind.extra_sample)
        encoded = kind.encode(approximate(kind.content, self._content), context)
        return draw(columns_of(encoded)["payload"], src=picture_src)

    @cached_property
    def fields(self) -> list[Field]:
        """Return what may be changed; nothing where the message is sent as it is."""
        first: dict[str, Fault] = {}
        for fault in sorted(self._faults, key=attrgetter("is_warning")):
            first.setdefault(fault.name, fault)
        return [_field(each, first.get(each.name)) for each in editable_fields(self.message, self._content)]

    @property
    def is_configurable(self) -> bool:
        """Tell whether anything may be changed."""
        return bool(self.fields)

    @cached_property
    def reasons(self) -> list[str]:
        """Return why it cannot be sent, but for what stands at a field."""
        if not self.desk.may_write:
            return [self.desk.reason]
        conversation = self.desk.conversation
        if reason := why_not_offered(conversation, self.message) or why_not(conversation, self.message.described):
            return [reason]
        shown = {each.place.path for each in self.fields}
        return list(dict.fromkeys(fault.text for fault in self._grave if fault.path not in shown))

    @property
    def warnings(self) -> list[str]:
        """Return what is odd and may be sent all the same."""
        return list(dict.fromkeys(fault.text for fault in self._faults if fault.is_warning))

    @property
    def may_be_sent(self) -> bool:
        """Tell whether it can be sent as it is now."""
        return not self.reasons and not self._grave

    @cached_property
    def seen(self) -> str:
        """Return a fingerprint of what the agent has looked at, by which a change meanwhile is noticed."""
        looked_at = [self.message.content, self.message.is_configurable]
        return hashlib.sha256(json.dumps(looked_at, sort_keys=True).encode()).hexdigest()[:16]

    @cached_property
    def _content(self) -> dict[str, Any]:
        return tailored(self.message, self.changes)

    @cached_property
    def _sources(self) -> dict[str, PictureSource]:
        return sources_of(self.message.described, self._content)

    @cached_property
    def _faults(self) -> list[Fault]:
        return lint(self.message.described, self._content, self._sources)

    @property
    def _grave(self) -> list[Fault]:
        return [fault for fault in self._faults if not fault.is_warning]


def _field(place: EditableField, fault: Fault | None) -> Field:
    return Field(place, fault.text, fault.is_warning) if fault else Field(place)


def changes_in(posted: Mapping[str, str], message: RichMessage) -> dict[str, str]:
    """Return what a form changes of a message: the fields in which something else stands than before."""
    before = {each.name: each.text for each in editable_fields(message, message.content)}
    written = {name.removeprefix(PREFIX): text for name, text in posted.items() if name.startswith(PREFIX)}
    return {name: text for name, text in written.items() if before.get(name) != text}
