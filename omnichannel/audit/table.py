"""The audit log as a table for other programs: every event with its seal, oldest first."""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

from omnichannel.audit.models import AuditEvent, AuditEventQuerySet

BATCH = 500
COLUMNS = ("number", "at", "action", "actor_id", "actor_name", "subject", "address", "details", "previous_hash", "hash")
# A spreadsheet would take a cell that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def lines(events: AuditEventQuerySet) -> Iterator[str]:
    """Yield the table a batch at a time, headings first."""
    yield _line(COLUMNS)
    last = 0
    while batch := list(events.filter(number__gt=last).order_by("number")[:BATCH]):
        yield "".join(_line([_cell(event, name) for name in COLUMNS]) for event in batch)
        last = batch[-1].number


def _cell(event: AuditEvent, name: str) -> str:
    value: Any = getattr(event, name)
    if name == "at":
        return str(value.isoformat())
    if name == "details":
        return json.dumps(value, sort_keys=True, ensure_ascii=False)
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _line(cells: Any) -> str:
    out = StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
