"""Writes on rich messages: drafts at once, published ones in two steps, none of them over another person's change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import ValidationError as Misfit

from omnichannel.audit import changes
from richmessages.kinds.kind import Fault, Kind
from richmessages.lint import Sources, is_complete, lint, lint_fields, lint_pictures, pictures_in
from richmessages.models import RichMessage, State
from richmessages.pictures.ask import ask_for
from richmessages.pictures.sources import sources_of

Person = AbstractBaseUser | AnonymousUser | None
NAME_LIMIT = 100


class ChangedElsewhere(Exception):
    """Somebody else, or another tab, has written since; nothing was done."""


class NotComplete(Exception):
    """A message with gaps cannot be published; its faults say what is missing."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__()
        self.faults = faults


@transaction.atomic
def describe(message: RichMessage, fields: Iterable[str], *, by: Person, request: HttpRequest | None = None) -> None:
    """Keep what a message is called and found by; what another tab designs meanwhile is left alone."""
    with changes.watched(message, by=by, request=request):
        message.save(update_fields=fields)


def write(message: RichMessage, content: Mapping[str, Any], *, revision: int) -> None:
    """Keep what is being designed: of a draft at once, of an active message as edits that wait.

    Typing leaves no trail of its own: what is published is what the log tells. Raise ChangedElsewhere where the row is
    not the one that was read, unless it holds this very content already.
    """
    field, value = _kept_as(message, content)
    fresh = {field: value, "revision": F("revision") + 1, "changed_at": timezone.now()}
    if message.revision == revision and getattr(message, field) == value:
        return
    rows = RichMessage.objects.filter(pk=message.pk, revision=revision, state=message.state)
    is_written = bool(rows.update(**fresh))
    message.refresh_from_db()
    if not is_written and message.working_copy != content:
        raise ChangedElsewhere


@transaction.atomic
def publish(
    message: RichMessage,
    content: Mapping[str, Any],
    *,
    revision: int,
    by: Person,
    request: HttpRequest | None = None,
) -> None:
    """Let agents send this content from now on; raise NotComplete where something is missing, with nothing done."""
    kind = message.described
    faults = lint(kind, content, sources_of(kind, content))
    if not is_complete(faults):
        raise NotComplete(faults)
    with _held(message, revision) as row:
        # What a draft held while it was written is of no interest: the log tells what was published.
        before = changes.stored(row) or {}
        before = before if row.is_active else {**before, "content": None}
        row.content, row.edits = dict(content), None
        row.state, row.published_at = State.ACTIVE, timezone.now()
    changes.changed(message, {**before, "edits": None}, by=by, request=request)


@transaction.atomic
def discard(message: RichMessage, *, revision: int, by: Person, request: HttpRequest | None = None) -> None:
    """Throw away what was changed since the message was published."""
    before = changes.stored(message) or {}
    with _held(message, revision) as row:
        row.edits = None
    changes.changed(message, before, by=by, request=request)


@transaction.atomic
def deactivate(message: RichMessage, *, revision: int, by: Person, request: HttpRequest | None = None) -> None:
    """Take a message out of the agents' hands; edits that waited become its draft."""
    before = changes.stored(message) or {}
    with _held(message, revision) as row:
        row.content, row.edits, row.state = row.working_copy, None, State.DRAFT
    changes.changed(message, before, by=by, request=request)


@transaction.atomic
def duplicate(message: RichMessage, *, by: Person, request: HttpRequest | None = None) -> RichMessage:
    """Return a draft like this message, with what was being designed."""
    # A second press of the button waits, and finds the name of the first copy taken.
    message = RichMessage.objects.select_for_update(no_key=True).get(pk=message.pk)
    copy = RichMessage(
        name=_name_of_copy(message),
        description=message.description,
        locale=message.locale,
        kind=message.kind,
        tags=message.tags,
        is_configurable=message.is_configurable,
        content=message.working_copy,
    )
    copy.save(force_insert=True)
    changes.added(copy, by=by, request=request)
    return copy


def examine(kind: Kind, content: Any, *, anew: str = "") -> tuple[list[Fault], Sources]:
    """Return what is wrong with content and what is known of its pictures, which are fetched if they are not kept yet.

    ``anew`` is an address that somebody wants tried again.
    """
    faults = lint_fields(kind, content)
    urls = {url for _path, url in pictures_in(kind, content, faults)}
    ask_for(urls)
    if anew in urls:
        ask_for([anew], anew=True)
    sources = sources_of(kind, content)
    return faults + lint_pictures(kind, content, sources, faults), sources


def settle(message: RichMessage) -> None:
    """Make a message that comes out of a file what its state says, by the rules of publishing; its pictures follow.

    Edits that wait here go on waiting. Raise ValidationError where an active message is not complete, or where one
    would become a draft whose edits wait.
    """
    kind = message.described
    faults = [fault for fault in lint_fields(kind, message.content) if not fault.is_warning]
    if not isinstance(message.content, dict) or (message.is_active and faults):
        raise ValidationError({"content": [f"{fault.name}: {fault.text}" for fault in faults]})
    if message.edits is not None and not message.is_active:
        raise ValidationError({"state": _("Somebody’s edits of it wait here. Publish or discard them first.")})
    message.revision, message.changed_at = message.revision + 1, timezone.now()
    if message.is_active:
        message.published_at = message.published_at or message.changed_at
    ask_for({url for _path, url in pictures_in(kind, message.content, faults)})


@contextmanager
def _held(message: RichMessage, revision: int) -> Iterator[RichMessage]:
    """Lend the row for a change, and write it with a new revision; raise ChangedElsewhere where it moved on."""
    row = RichMessage.objects.select_for_update(no_key=True).get(pk=message.pk)
    if row.revision != revision:
        raise ChangedElsewhere
    yield row
    row.revision += 1
    row.changed_at = timezone.now()
    row.save(update_fields=["content", "edits", "state", "published_at", "revision", "changed_at"])
    message.refresh_from_db()


def _kept_as(message: RichMessage, content: Mapping[str, Any]) -> tuple[str, Any]:
    if not message.is_active:
        return "content", dict(content)
    return "edits", None if _is_same(message.described, message.content, content) else dict(content)


def _is_same(kind: Kind, published: Any, content: Any) -> bool:
    """Tell whether two contents say the same, whatever they leave out."""
    try:
        return bool(kind.content.model_validate(published) == kind.content.model_validate(content))
    except Misfit:
        return bool(published == content)


def _name_of_copy(message: RichMessage) -> str:
    taken = set(RichMessage.objects.filter(locale=message.locale).values_list("name", flat=True))
    number = 1
    while (name := _numbered(message.name, number)) in taken:
        number += 1
    return name


def _numbered(name: str, number: int) -> str:
    ending = _(" (copy)") if number == 1 else _(" (copy %(number)s)") % {"number": number}
    return name[: NAME_LIMIT - len(ending)] + ending
