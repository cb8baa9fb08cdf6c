"""Reads rules for routing: all that a batch needs in one query."""

from collections import defaultdict
from collections.abc import Collection, Mapping

import structlog
from pydantic import ValidationError

from workstreams.models import RouteRule
from workstreams.routing import Rule

log = structlog.get_logger(__name__)


def rules_of(workstream_ids: Collection[int]) -> Mapping[int, list[Rule]]:
    """Return the rules of these workstreams in their order, by workstream; one that cannot be read is left out."""
    found: dict[int, list[Rule]] = defaultdict(list)
    for row in RouteRule.objects.filter(workstream__in=workstream_ids).in_order():
        if rule := _as_rule(row):
            found[row.workstream_id].append(rule)
    return found


def _as_rule(row: RouteRule) -> Rule | None:
    try:
        conditions = row.read
    except ValidationError:
        # What one rule says must not hold up the customers of a workstream.
        log.error("route_rule_unreadable", rule=row.pk, workstream=row.workstream_id)
        return None
    return Rule(row.pk, row.name, conditions, row.queue_id) if conditions else None
