"""What our own rows and clocks tell: no network but the database's, so that it is found while somebody waits."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import timezone

from channels_app.doctor.outcomes import Found
from channels_app.models import Account, ChannelInstance, MspConnection
from omnichannel import amb
from omnichannel.common import clock
from omnichannel.common.encryption import CannotDecrypt

SHORTEST_KEY = 32
# Tokens forgive ten minutes in all; from five on, one side alone uses up its half.
CLOCK_OFF, CLOCK_WRONG = 5, 300
SLOW, STUCK = 60, 600
QUIET = datetime.timedelta(days=7)
RENEW = datetime.timedelta(days=30)
# Sweeps missed until a worker counts as gone, and what that is at least.
SWEEPS_MISSED, SILENCE = 6, 60


@dataclass(frozen=True)
class Signs:
    """What the doctor is told from above, where conversations live and workers report."""

    incoming: int = 0
    outgoing: int = 0
    oldest_seconds: float = 0.0
    has_broker: bool = True
    # Seconds of the epoch.
    worker_seen_at: float | None = None
    called_at: Mapping[int, datetime.datetime] = field(default_factory=dict)


def of_installation(signs: Signs) -> Iterator[Found]:
    """Yield what is found about clock, workers and queue."""
    yield apart("clock", abs((clock.now() - timezone.now()).total_seconds()))
    yield _workers(signs)
    yield _queue(signs)


def of_connection(connection: MspConnection) -> Iterator[Found]:
    """Yield what is found about the secret; the connection comes without it, since it may not be readable."""
    key = _key(connection)
    yield key
    if key.outcome in ("fine", "short"):
        yield Found("token", "fine" if _survives_a_round_trip(connection.credentials) else "broken")


def of_account(account: Account, signs: Signs) -> Iterator[Found]:
    """Yield what is found about calls, the workstream and the certificate for payments."""
    yield _calls(signs.called_at.get(account.pk))
    instance = account.instance
    if instance is None:
        yield Found("instance", "none")
        return
    yield Found("instance", "fine", {"workstream": instance.workstream.name})
    if instance.may_request_payment:
        yield _payment(instance)


def apart(test: str, seconds: float) -> Found:
    """Return what it means that two clocks are so many seconds apart."""
    outcome = "fine" if seconds < CLOCK_OFF else "off" if seconds < CLOCK_WRONG else "wrong"
    return Found(test, outcome, {"seconds": round(seconds)})


def _workers(signs: Signs) -> Found:
    if not signs.has_broker:
        return Found("workers", "broker")
    if signs.worker_seen_at is None:
        return Found("workers", "never")
    silent = max(0.0, time.time() - signs.worker_seen_at)
    if silent > max(SILENCE, SWEEPS_MISSED * settings.SWEEP_SECONDS):
        return Found("workers", "silent", {"minutes": max(1, round(silent / 60))})
    return Found("workers", "fine")


def _queue(signs: Signs) -> Found:
    counts = {"incoming": signs.incoming, "outgoing": signs.outgoing}
    outcome = "fine" if signs.oldest_seconds < SLOW else "slow" if signs.oldest_seconds < STUCK else "stuck"
    return Found("queue", outcome, counts | {"minutes": round(signs.oldest_seconds / 60)})


def _key(connection: MspConnection) -> Found:
    try:
        if not connection.secret:
            return Found("key", "missing")
        length = len(connection.credentials.key)
    except CannotDecrypt:
        return Found("key", "unreadable")
    except ValueError:
        return Found("key", "not_base64")
    return Found("key", "fine" if length >= SHORTEST_KEY else "short", {"bytes": length})


def _survives_a_round_trip(credentials: amb.Credentials) -> bool:
    forged = amb.apple_bearer(amb.Credentials(credentials.msp_id, _other(credentials.secret)))
    try:
        amb.verify_from_apple(amb.apple_bearer(credentials), credentials)
        amb.verify_from_msp(amb.bearer(credentials), credentials)
    except amb.TokenError:
        return False
    return not _passes(forged, credentials)


def _passes(token: str, credentials: amb.Credentials) -> bool:
    try:
        amb.verify_from_apple(token, credentials)
    except amb.TokenError:
        return False
    return True


def _other(secret: str) -> str:
    return ("B" if secret.strip()[0] == "A" else "A") + secret.strip()[1:]


def _calls(called_at: datetime.datetime | None) -> Found:
    if called_at is None:
        return Found("calls", "never")
    is_quiet = timezone.now() - called_at > QUIET
    return Found("calls", "quiet" if is_quiet else "fine", {"called": called_at.isoformat()})


def _payment(instance: ChannelInstance) -> Found:
    profile = instance.payment_profile
    if profile is None:
        return Found("payment_certificate", "none", {"instance": instance.pk})
    facts = {"profile": profile.pk}
    if profile.certificate_ends_at is None:
        return Found("payment_certificate", "unknown", facts)
    left = profile.certificate_ends_at - timezone.now()
    outcome = "ended" if left < datetime.timedelta() else "soon" if left < RENEW else "fine"
    return Found("payment_certificate", outcome, facts | {"until": profile.certificate_ends_at.isoformat()})
