"""Records which pictures are wanted: the row asks for the fetch, whatever becomes of the bell."""

import datetime
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from omnichannel.common import bell, clock
from richmessages.models import PictureSource, SourceState
from richmessages.models.picture import URL_LIMIT
from richmessages.pictures import tasks

# Who types asks with every key: what has just failed is left alone for this long.
FAILED_REST = datetime.timedelta(seconds=30)
# By then there may be another picture at the same address.
KEPT_REST = datetime.timedelta(days=1)


def ask_for(urls: Iterable[str], *, anew: bool = False) -> None:
    """Have the pictures at these addresses fetched that are not kept yet; what failed or is old is tried again.

    ``anew`` says that a person asks for another try now. While a picture is fetched anew, the earlier one is kept.
    """
    wanted = {url for url in urls if url and len(url) <= URL_LIMIT}
    if not wanted:
        return
    now = clock.now()
    known = PictureSource.objects.filter(url__in=wanted)
    lately = known.filter(Q(due_at__isnull=False) | Q(asked_at__gt=now - KEPT_REST))
    others = wanted - set(lately.values_list("url", flat=True))
    # Also where it is there: whoever forgets unused addresses meanwhile sees it asked for, or it is made anew.
    PictureSource.objects.bulk_create(
        [PictureSource(url=url, asked_at=now, due_at=now) for url in sorted(others)],
        update_conflicts=True,
        unique_fields=["url"],
        update_fields=["asked_at"],
    )
    count = _try_again(known.filter(due_at=None), now, anew=anew)
    if others or count:
        bell.ring(tasks.fetch)


def _try_again(idle: QuerySet[PictureSource], now: datetime.datetime, *, anew: bool) -> int:
    is_stale = Q(state=SourceState.FAILED, tried_at__lt=now - FAILED_REST) | Q(
        state=SourceState.KEPT, tried_at__lt=now - KEPT_REST
    )
    stale = idle if anew else idle.filter(is_stale)
    asked = {"asked_at": now, "due_at": now, "attempts": 0}
    count = stale.filter(state=SourceState.FAILED).update(state=SourceState.WAITING, reason="", **asked)
    return count + stale.filter(state=SourceState.KEPT).update(**asked)
