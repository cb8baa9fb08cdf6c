"""Ctrl-C and its like: the first asks for a tidy stop, the second ends everything."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked the launcher to stop."""


@contextmanager
def stop_signals(kill: Callable[[], None]) -> Iterator[None]:
    """Raise Stopped in the main thread at the first signal; at a second Ctrl-C kill and leave."""

    def first(_number: int, _frame: FrameType | None) -> None:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        signal.signal(signal.SIGINT, second)
        raise Stopped

    def second(_number: int, _frame: FrameType | None) -> None:
        kill()
        os._exit(130)

    before = {number: signal.signal(number, first) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
