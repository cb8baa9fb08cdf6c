"""Brings the pictures that are wanted. No network inside a transaction.

A row is claimed by moving its due time, and kept by moving it again while the fetch goes on; so what a dead worker
had begun falls due by itself. The database's clock decides: hosts disagree about the time.
"""

import datetime
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from omnichannel.common import clock, web
from omnichannel.common.rolling import Drain, one_at_a_time
from richmessages.models import Picture, PictureSource, SourceState
from richmessages.pictures.convert import Converted, NotAPicture, convert
from richmessages.pictures.keep import keep_converted

WIDTH = 4
# A photograph as a camera makes it.
LIMIT = 20_000_000
# Somebody waits at the page: two seconds, then four.
ATTEMPTS = 3

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Job:
    """One picture to bring, and the how-manieth attempt this is."""

    pk: int
    url: str
    attempt: int


@dataclass(frozen=True)
class Brought:
    """What came of it: a picture, or why there is none and whether to try again."""

    converted: Converted | None = None
    reason: str = ""
    may_pass: bool = False


@one_at_a_time
def fetch_all() -> int:
    """Bring everything that is due; return how many were tried."""
    return Drain(_pool(), WIDTH, claim=_claim, do=bring, record=_record, keep=_keep).run()


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(WIDTH, thread_name_prefix="pictures")


@transaction.atomic
def _claim(limit: int) -> list[Job]:
    now = clock.now()
    due = PictureSource.objects.filter(due_at__lte=now).order_by("due_at")
    rows = list(due.select_for_update(skip_locked=True)[:limit])
    claimed = PictureSource.objects.filter(pk__in=[row.pk for row in rows])
    claimed.update(due_at=now + _claim_time(), attempts=F("attempts") + 1)
    return [Job(row.pk, row.url, row.attempts + 1) for row in rows]


def _keep(jobs: list[Job]) -> None:
    mine = PictureSource.objects.filter(pk__in=[job.pk for job in jobs], due_at__isnull=False)
    mine.update(due_at=clock.now() + _claim_time())


def _claim_time() -> datetime.timedelta:
    return datetime.timedelta(seconds=settings.CLAIM_SECONDS)


def bring(job: Job) -> Brought:
    """Return the picture at an address, or why there is none."""
    if job.attempt > ATTEMPTS:
        # Nobody could record the last attempt: the picture may be what its workers died of.
        return Brought(reason=_("Loading it was begun many times and never ended."))
    try:
        return Brought(convert(web.fetch(job.url, limit=LIMIT).content))
    except NotAPicture as fault:
        return Brought(reason=str(fault))
    except web.CannotFetch as fault:
        return Brought(reason=str(fault), may_pass=fault.may_pass)


def _record(results: list[tuple[Job, Brought]]) -> None:
    for job, brought in results:
        if brought.converted:
            _spare_earlier(job)
        _write(job, brought)


def _spare_earlier(job: Job) -> None:
    """Keep the picture that may be replaced for a while yet, for whoever has just read of it.

    Not in the transaction that writes the next one: locking both there, two workers could wait for each other.
    """
    Picture.objects.filter(sources=job.pk).update(kept_at=clock.now())


@transaction.atomic
def _write(job: Job, brought: Brought) -> None:
    now = clock.now()
    # The attempt is the fence: what was asked for anew, or begun by another worker, is left alone.
    mine = PictureSource.objects.filter(pk=job.pk, attempts=job.attempt, due_at__isnull=False)
    if brought.converted:
        kept = {"state": SourceState.KEPT, "picture": keep_converted(brought.converted), "reason": ""}
        mine.update(tried_at=now, due_at=None, **kept)
        return
    log.info("picture_not_fetched", source=job.pk, attempt=job.attempt)
    if brought.may_pass and job.attempt < ATTEMPTS:
        mine.update(tried_at=now, due_at=now + datetime.timedelta(seconds=2**job.attempt))
        return
    # Where there was a picture before, it stays.
    mine.exclude(state=SourceState.KEPT).update(state=SourceState.FAILED, reason=brought.reason[:300])
    mine.update(tried_at=now, due_at=None)
