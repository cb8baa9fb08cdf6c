"""Asks a neighbour that may never answer, without waiting for it longer than is bearable."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, Thread
from typing import Generic, TypeVar

T = TypeVar("T")


class Unanswered(Exception):
    """No answer came in time; the question may still be under way."""


class Question(Generic[T]):
    """Something to ask again and again, in a thread of its own: one at a time, however many want to know."""

    def __init__(self, ask: Callable[[], T], *, within: float) -> None:
        self._ask = ask
        self.within = within
        self._lock = Lock()
        self._asked: Future[T] | None = None

    async def answer(self) -> T:
        """Return the answer, or raise what asking raised; raise Unanswered when the time is over."""
        asked = self._under_way()
        done, _waiting = await asyncio.wait([asyncio.wrap_future(asked)], timeout=self.within)
        if not done:
            raise Unanswered
        return done.pop().result()

    def _under_way(self) -> "Future[T]":
        with self._lock:
            # Whoever asks while an earlier question hangs waits for that one: threads must not pile up behind it.
            if self._asked is None or self._asked.done():
                self._asked = Future()
                Thread(target=self._fulfil, args=(self._asked,), daemon=True).start()
            return self._asked

    def _fulfil(self, asked: "Future[T]") -> None:
        try:
            asked.set_result(self._ask())
        except BaseException as fault:  # noqa: BLE001  whoever waits is told, whatever it is
            asked.set_exception(fault)
