"""Links events by their hashes: whoever changes, removes or inserts one breaks every link after it."""

import datetime
import hashlib
import json
from dataclasses import dataclass

from omnichannel.audit.models import AuditEvent

BATCH = 1000


@dataclass(frozen=True)
class Verdict:
    """How far the chain holds: the last sound event, and what is wrong with the one after it."""

    number: int
    hash: str
    fault: str = ""


def hash_of(event: AuditEvent) -> str:
    """Return the seal over everything that the event says and over the event before it."""
    content = {
        "number": event.number,
        "at": event.at.astimezone(datetime.UTC).isoformat(timespec="microseconds"),
        "action": event.action,
        "actor_id": event.actor_id,
        "actor_name": event.actor_name,
        "subject": event.subject,
        "address": event.address,
        "details": event.details,
        "previous_hash": event.previous_hash,
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def verify() -> Verdict:
    """Walk the chain from its beginning, a batch at a time, up to its end or the first broken link."""
    verdict = Verdict(0, "")
    while batch := list(AuditEvent.objects.filter(number__gt=verdict.number).order_by("number")[:BATCH]):
        for event in batch:
            if fault := _fault(event, verdict):
                return Verdict(verdict.number, verdict.hash, fault)
            verdict = Verdict(event.number, event.hash)
    return verdict


def _fault(event: AuditEvent, before: Verdict) -> str:
    expected = before.number + 1
    if event.number != expected:
        return f"Event {expected} is missing."
    if event.previous_hash != before.hash:
        return f"Event {event.number} does not follow on event {before.number}."
    return "" if event.hash == hash_of(event) else f"Event {event.number} was changed."
