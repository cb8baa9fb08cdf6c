"""Writes on routing rules; each holds the workstream's row, so that two people who reorder take turns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest

from omnichannel.audit import changes
from workstreams.conditions import Condition, as_stored
from workstreams.models import Queue, RouteRule, Workstream


@dataclass(frozen=True)
class Draft:
    """What a person decided about a rule."""

    name: str
    queue: Queue
    conditions: Sequence[Condition]


@transaction.atomic
def add_rule(workstream: Workstream, draft: Draft, *, by: Any, request: HttpRequest | None = None) -> RouteRule:
    """Add a rule after the others."""
    _lock(workstream.pk)
    last = workstream.route_rules.aggregate(last=Max("position"))["last"] or 0
    rule = workstream.route_rules.create(position=last + 1, **_columns(draft))
    changes.added(rule, by=by, request=request)
    return rule


def change_rule(rule: RouteRule, draft: Draft, *, by: Any, request: HttpRequest | None = None) -> None:
    """Change what a rule says, not where it stands."""
    with changes.watched(rule, by=by, request=request):
        for name, value in _columns(draft).items():
            setattr(rule, name, value)
        rule.save(update_fields=["name", "queue", "conditions"])


@transaction.atomic
def move_rule(rule: RouteRule, *, up: bool, by: Any, request: HttpRequest | None = None) -> None:
    """Let a rule change places with the one above or below; the first and the last stay where they are."""
    _lock(rule.workstream_id)
    rule.refresh_from_db(fields=["position"])
    others = RouteRule.objects.filter(workstream=rule.workstream_id)
    above, below = others.filter(position__lt=rule.position), others.filter(position__gt=rule.position)
    other = above.order_by("-position").first() if up else below.order_by("position").first()
    if other is None:
        return
    with changes.watched(rule, by=by, request=request):
        rule.position, other.position = other.position, rule.position
        RouteRule.objects.bulk_update([rule, other], ["position"])


@transaction.atomic
def delete_rule(rule: RouteRule, *, by: Any, request: HttpRequest | None = None) -> None:
    """Delete a rule; the others keep their order."""
    _lock(rule.workstream_id)
    with changes.watched(rule, by=by, request=request):
        rule.delete()


@transaction.atomic
def copy_rules(source: Workstream, target: Workstream) -> list[RouteRule]:
    """Give a workstream the routing rules of another one, in their order, after those that it has."""
    last = target.route_rules.aggregate(last=Max("position"))["last"] or 0
    rules = source.route_rules.in_order()
    copies = [
        RouteRule(workstream=target, position=place, name=rule.name, conditions=rule.conditions, queue_id=rule.queue_id)
        for place, rule in enumerate(rules, last + 1)
    ]
    return RouteRule.objects.bulk_create(copies)


def _columns(draft: Draft) -> dict[str, Any]:
    return {"name": draft.name, "queue": draft.queue, "conditions": as_stored(draft.conditions)}


def _lock(workstream_id: int) -> None:
    Workstream.objects.select_for_update(no_key=True).get(pk=workstream_id)
