"""Calendar months, in UTC: how retention counts."""

import calendar
import datetime


def months_before(moment: datetime.datetime, months: int) -> datetime.datetime:
    """Return the same time so many calendar months earlier, in UTC; a day that month lacks becomes its last."""
    moment = moment.astimezone(datetime.UTC)
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def whole_months(since: datetime.datetime, until: datetime.datetime) -> int:
    """Return how many calendar months lie between two moments."""
    since, until = since.astimezone(datetime.UTC), until.astimezone(datetime.UTC)
    months = (until.year - since.year) * 12 + until.month - since.month
    while months and months_before(until, months) < since:
        months -= 1
    return months
