"""Dates of a form, in the patterns of Apple's formatters."""

import datetime as dt
import re
from collections.abc import Callable, Mapping

DEFAULT_FORMAT = "MM/dd/yyyy"

_TOKEN = re.compile(r"y+|M+|d+|'[^']*'")
_WRITERS: Mapping[str, Callable[[dt.date], str]] = {
    "y": lambda date: f"{date.year:04}",
    "yyyy": lambda date: f"{date.year:04}",
    "yy": lambda date: f"{date.year % 100:02}",
    "M": lambda date: str(date.month),
    "MM": lambda date: f"{date.month:02}",
    "MMM": lambda date: date.strftime("%b"),
    "MMMM": lambda date: date.strftime("%B"),
    "d": lambda date: str(date.day),
    "dd": lambda date: f"{date.day:02}",
}
_READERS = {"yyyy": "%Y", "y": "%Y", "yy": "%y", "M": "%m", "MM": "%m", "d": "%d", "dd": "%d"}
# Which of these a device needs is not known, so that each is read.
_OTHER_FORMATS = ("yyyy-MM-dd", DEFAULT_FORMAT)


def write_date(date: dt.date, pattern: str) -> str:
    """Return a date as a device sends it back."""
    return _TOKEN.sub(lambda token: _written(token[0], date), pattern or DEFAULT_FORMAT)


def read_date(words: str, pattern: str = "") -> dt.date | None:
    """Return the date in a text that has this pattern or one of those that are seen."""
    date = words.partition(" ")[0] if words[:4].isdigit() else words
    found = (_read(date, each) for each in (pattern, *_OTHER_FORMATS) if each)
    return next((each for each in found if each), None)


def _written(token: str, date: dt.date) -> str:
    writer = _WRITERS.get(token)
    return writer(date) if writer else token.strip("'")


def _read(words: str, pattern: str) -> dt.date | None:
    form = _TOKEN.sub(lambda token: _READERS.get(token[0], token[0]), pattern.replace("%", "%%"))
    try:
        return dt.datetime.strptime(words, form).date()  # noqa: DTZ007  a day has no zone
    except (ValueError, re.error):
        # A pattern may also name one part of a date twice.
        return None
