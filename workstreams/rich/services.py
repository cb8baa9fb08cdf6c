"""Ties rich messages to workstreams, and unties them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from omnichannel.audit import changes
from richmessages.models import RichMessage
from workstreams.models import Workstream


def tied_only_to(workstream: Workstream) -> QuerySet[RichMessage]:
    """Return the messages that are offered in this workstream and in no other."""
    elsewhere = Workstream.rich_messages.through.objects.exclude(workstream=workstream).values("richmessage")
    return workstream.rich_messages.exclude(pk__in=elsewhere)


def tie(
    workstream: Workstream, messages: Iterable[RichMessage], *, by: Any, request: HttpRequest | None = None
) -> None:
    """Offer messages in this workstream, and from now on in no other that they are not tied to."""
    with changes.watched(workstream, by=by, request=request):
        workstream.rich_messages.add(*messages)


def untie(workstream: Workstream, message: RichMessage, *, by: Any, request: HttpRequest | None = None) -> None:
    """Take a message out of this workstream; one that is tied to none is offered everywhere again."""
    with changes.watched(workstream, by=by, request=request):
        workstream.rich_messages.remove(message)


def tie_only_to(
    message: RichMessage, workstreams: Iterable[Workstream], *, by: Any, request: HttpRequest | None = None
) -> None:
    """Offer a message in these workstreams alone, or everywhere where there are none."""
    with changes.watched(message, by=by, request=request):
        message.workstreams.set(workstreams)
