"""The database's clock: the only one that all processes share, whatever the hosts they run on believe."""

import datetime
from typing import cast

from django.db import connection


def now() -> datetime.datetime:
    """Return the time by which claims lapse and rows fall due."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cast("datetime.datetime", cursor.fetchone()[0])
