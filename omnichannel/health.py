"""Tells machines whether this process runs, and whether the installation can do its work.

Both answer from the event loop: a database that hangs keeps every thread busy, and must not silence these too.
"""

import asyncio
import time
from functools import cache

import structlog
from django.db import Error, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis import RedisError

from omnichannel.common import redis, task_counts
from omnichannel.common.deadline import Question, Unanswered
from omnichannel.common.faults import say
from omnichannel.metrics import backlog

log = structlog.get_logger(__name__)
Facts = dict[str, bool | float | None]
# Less than the shortest patience of those who ask, load balancers above all.
WITHIN_SECONDS = 3.0


async def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer 200: this process takes requests."""
    return HttpResponse("ok\n", content_type="text/plain")


async def readyz(_request: HttpRequest) -> HttpResponse:
    """Answer 200 with the ages, in seconds, of what waits longest; 503 where a part is away or not up to date."""
    database, broker = await asyncio.gather(_answer(DATABASE), _answer(BROKER))
    checks = {
        "database": database is not None,
        "migrations": bool(database and database["migrations"]),
        "broker": broker is not None,
    }
    status = 200 if all(checks.values()) else 503
    return JsonResponse((database or {}) | (broker or {}) | checks, status=status)


async def _answer(question: Question[Facts]) -> Facts | None:
    try:
        return await question.answer()
    except (Error, RedisError, Unanswered) as fault:
        log.warning("not_ready", reason=say(fault))
        return None


def _database() -> Facts:
    try:
        return _database_state()
    finally:
        # The thread ends, and its connection must not outlive it.
        connection.close()


@transaction.atomic
def _database_state() -> Facts:
    if not _expected_migrations() <= set(MigrationRecorder(connection).applied_migrations()):
        # Without its tables nothing can be said about what waits.
        return {"migrations": False}
    return {
        "migrations": True,
        "oldest_unsent_seconds": round(backlog.messages().oldest_seconds, 1),
        "oldest_unprocessed_seconds": round(backlog.receipts().oldest_seconds, 1),
    }


@cache
def _expected_migrations() -> frozenset[tuple[str, str]]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset(loader.disk_migrations or {})


def _broker() -> Facts:
    redis.client().ping()
    swept_at = [at for task, at in task_counts.counts().last.items() if task.endswith(".sweep")]
    return {"last_sweep_seconds": round(time.time() - max(swept_at), 1) if swept_at else None}


DATABASE = Question(_database, within=WITHIN_SECONDS)
BROKER = Question(_broker, within=WITHIN_SECONDS)
