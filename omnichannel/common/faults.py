"""Puts exceptions into log lines: where they happened and what they are, without the data they happened to.

The words of an exception often quote what it choked on, and that can be a customer's message. Frames carry no
variables; words stay only where they speak of code or of machines.
"""

import re
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DjangoDatabaseError
from psycopg import Error as DatabaseError
from pydantic import ValidationError

from omnichannel.common.scrubbing import scrubbed

ExcInfo = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]
# What these quote is a name in the code, a file or an address.
SPEAK_OF_CODE = (AttributeError, ImportError, NameError, OSError, TypeError, ImproperlyConfigured)
# SQLSTATE classes whose first line speaks of the server or of our SQL: connections, names, resources, transactions.
SPEAK_OF_THE_SERVER = ("08", "25", "40", "42", "53", "54", "55", "57", "58")
QUOTED = re.compile(r"""["'`“‘].*""", re.DOTALL)
LONGEST = 300
DEEPEST = 8


def in_words(exc_info: Any) -> str:
    """Return a traceback for a log line, the first cause first."""
    fault = _fault_of(exc_info)
    return "\nwhich led to\n".join(_chain(fault)) if fault else ""


def say(fault: BaseException) -> str:
    """Return one line on an exception that quotes no data."""
    name, words = type(fault).__qualname__, _words(fault)
    return f"{name}: {words}" if words else name


def _fault_of(exc_info: Any) -> BaseException | None:
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        found = exc_info[1]
        return found if isinstance(found, BaseException) else None
    return sys.exc_info()[1] if exc_info else None


def _chain(fault: BaseException | None) -> list[str]:
    told: list[str] = []
    while fault and len(told) < DEEPEST:
        told.append("\n".join([*_frames(fault), say(fault)]))
        fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    return told[::-1]


def _frames(fault: BaseException) -> Iterator[str]:
    for frame in traceback.extract_tb(fault.__traceback__):
        yield f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}'


def _words(fault: BaseException) -> str:
    if isinstance(fault, DjangoDatabaseError | DatabaseError):
        return _database_words(fault)
    if isinstance(fault, ValidationError):
        return ", ".join(sorted({each["type"] for each in fault.errors(include_input=False, include_url=False)}))
    text = str(fault)
    if not isinstance(fault, SPEAK_OF_CODE):
        text = QUOTED.sub("…", text)
    return scrubbed(" ".join(text.split())[:LONGEST])


def _database_words(fault: BaseException) -> str:
    cause = fault if isinstance(fault, DatabaseError) else fault.__cause__
    if not isinstance(cause, DatabaseError):
        return ""
    state = cause.sqlstate or ""
    if not state or state.startswith(SPEAK_OF_THE_SERVER):
        return scrubbed(str(cause).partition("\n")[0][:LONGEST])
    place = cause.diag.constraint_name or cause.diag.column_name or cause.diag.table_name
    return f"SQLSTATE {state}" + (f", {place}" if place else "")
