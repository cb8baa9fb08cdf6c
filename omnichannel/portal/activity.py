"""How many messages came and went in each of the last 24 hours, for the chart on the home page."""

import datetime
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, Q
from django.db.models.functions import TruncHour
from django.utils import timezone

from conversations.models import Kind, Message

HOURS = 24
# Counting a busy day reads its whole index: once a minute is enough for a picture of a day.
KEPT_SECONDS = 60
KEY = "portal:activity"
HEIGHT = 120
BAR, GAP = 20, 8


@dataclass(frozen=True)
class Bar:
    """One hour: when it began, its messages, and where its bar stands in the picture."""

    began_at: datetime.datetime
    count: int
    x: int
    height: int

    @property
    def y(self) -> int:
        """Return where the bar begins, from the top."""
        return HEIGHT - self.height


@dataclass(frozen=True)
class Activity:
    """The last 24 hours, the oldest first."""

    bars: tuple[Bar, ...]
    width: int = HOURS * (BAR + GAP) - GAP
    height: int = HEIGHT
    bar: int = BAR

    @property
    def total(self) -> int:
        """Return how many messages there were in all."""
        return sum(bar.count for bar in self.bars)


def last_day() -> Activity:
    """Return what came and went in the last 24 hours, at most a minute old."""
    last = timezone.now().replace(minute=0, second=0, microsecond=0)
    counts = _counts(last)
    hours = [last - datetime.timedelta(hours=HOURS - 1 - place) for place in range(HOURS)]
    most = max(counts.values(), default=0)
    return Activity(tuple(_bar(place, hour, counts.get(hour, 0), most) for place, hour in enumerate(hours)))


def _bar(place: int, hour: datetime.datetime, count: int, most: int) -> Bar:
    # An hour with one message among thousands still shows.
    height = max(2, round(HEIGHT * count / most)) if count else 0
    return Bar(hour, count, place * (BAR + GAP), height)


def _counts(last: datetime.datetime) -> dict[datetime.datetime, int]:
    known: dict[datetime.datetime, int] | None = cache.get(KEY)
    if known is None:
        since = last - datetime.timedelta(hours=HOURS - 1)
        # The condition is that of an index, which alone is read.
        counted = Message.objects.filter(~Q(kind=Kind.EVENT), erased_at=None, created_at__gte=since)
        hours = counted.annotate(hour=TruncHour("created_at", tzinfo=datetime.UTC)).values("hour")
        known = dict(hours.annotate(count=Count("*")).order_by().values_list("hour", "count"))
        cache.set(KEY, known, KEPT_SECONDS)
    return known
