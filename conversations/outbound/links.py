"""Reads the pages of links that are about to leave, so that each shows a title and a picture.

A link waits in the outbox like any message, without its payload, and nothing overtakes it. It is claimed by moving its
due time; what a dead worker had begun falls due by itself and then leaves without having been read again.
"""

import datetime
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial

from django.conf import settings
from django.db import transaction

from conversations import live
from conversations.models import Conversation, Kind, Message
from conversations.outbound.pictures import note_pictures
from conversations.outbound.standing_links import link_of
from omnichannel.common import clock, web
from omnichannel.common.rolling import Drain, one_at_a_time
from omnichannel.common.steps import Step, reached
from richmessages.links.known import known_previews, note_previews, rich_link
from richmessages.links.preview import Preview, bare, read_preview
from richmessages.models import LinkPreview

WIDTH = 8
# Whoever has waited for longer goes as it is: nobody waits for a page for long.
READ_WITHIN = datetime.timedelta(seconds=15)


@dataclass(frozen=True)
class Job:
    """One link, and whether there is still time to read its page."""

    pk: int
    url: str
    is_late: bool
    known: LinkPreview | None


@one_at_a_time
def read_all(tell: Callable[[], None] = lambda: None) -> int:
    """Read whatever waits for it; return how many there were.

    ``tell`` is called as soon as some may leave: the next page may take its time.
    """
    return Drain(_pool(), WIDTH, claim=_claim, do=_read, record=partial(_record, tell), keep=_keep).run()


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(WIDTH, thread_name_prefix="links")


@transaction.atomic
def _claim(limit: int) -> list[Job]:
    now = clock.now()
    due = Message.objects.unread_links().filter(due_at__lte=now).order_by("due_at")
    rows = list(due.select_for_update(of=("self",), skip_locked=True)[:limit])
    claimed_until = now + datetime.timedelta(seconds=settings.CLAIM_SECONDS)
    Message.objects.filter(pk__in=[row.pk for row in rows]).update(due_at=claimed_until)
    known = known_previews(link_of(row.body) for row in rows)
    return [_job(row, now, known) for row in rows]


def _job(row: Message, now: datetime.datetime, known: dict[str, LinkPreview]) -> Job:
    url = link_of(row.body)
    queued_at = (row.give_up_at or now) - datetime.timedelta(seconds=settings.SEND_FOR_SECONDS)
    return Job(row.pk, url, now - queued_at > READ_WITHIN, known.get(url))


def _keep(_jobs: list[Job]) -> None:
    """Leave the claims alone: a page is read within less, and what hangs is not waited for."""


def _read(job: Job) -> Preview | LinkPreview | None:
    """Return what the link shows, None where no customer could open it."""
    if job.known:
        return job.known
    try:
        found = bare(job.url) if job.is_late else read_preview(job.url)
    except (web.NotPublic, ValueError):
        # An address that no library can take apart; left unread, it would hold up whatever stands behind it.
        found = None
    reached(Step.LINK_READ)
    return found


@transaction.atomic
def _record(tell: Callable[[], None], results: list[tuple[Job, Preview | LinkPreview | None]]) -> None:
    links = Message.objects.unread_links().filter(pk__in=[job.pk for job, _found in results])
    # Conversations before messages, as everybody locks them.
    conversations = list(Conversation.objects.filter(pk__in=links.values("conversation")).locked())
    read = {job.url: found for job, found in results if isinstance(found, Preview)}
    previews = note_previews(read) if read else {}
    payloads: dict[int, object] = {}
    now = clock.now()
    for job, found in results:
        preview = found if isinstance(found, LinkPreview) else previews.get(job.url)
        columns = _columns(job, preview if found else None)
        if links.filter(pk=job.pk).update(due_at=now, **columns) and "payload" in columns:
            payloads[job.pk] = columns["payload"]
    note_pictures(payloads)
    live.changed(*conversations)
    reached(Step.LINKS_WRITTEN)
    transaction.on_commit(partial(reached, Step.LINKS_COMMITTED), robust=True)
    tell()


def _columns(job: Job, preview: LinkPreview | None) -> dict[str, object]:
    if preview is None:
        return {"kind": Kind.TEXT}
    return {"payload": rich_link(job.url, preview).model_dump(mode="json", by_alias=True, exclude_none=True)}
