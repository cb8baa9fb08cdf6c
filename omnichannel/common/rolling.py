"""Works off claimed rows many at a time: a pool of threads does the waiting, the caller's thread all the writing."""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from functools import wraps
from threading import Lock
from typing import Generic, ParamSpec, TypeVar

import structlog
from django.db import Error, close_old_connections

Job = TypeVar("Job")
Result = TypeVar("Result")
Given = ParamSpec("Given")
# How often a full pool looks for work that has become due meanwhile, and says that it is still alive.
LOOK_AGAIN_SECONDS = 1.0
# How long the first result waits for others, so that they are recorded, and places filled, many at once.
GATHER_SECONDS = 0.02
# How long results are held on to while the database is away; a restart takes less.
RESCUE_ATTEMPTS = 30

log = structlog.get_logger(__name__)


class Drain(Generic[Job, Result]):
    """Claims jobs, does them side by side, and records how they went, until nothing is left to claim.

    ``do`` runs in a thread and must not touch the database; a job whose ``do`` raises is left to its claim, which
    lapses. ``record`` may be told the same results again after it failed. ``keep`` is told about once a second which
    jobs are still being done, so that their claims do not look abandoned.
    """

    def __init__(
        self,
        pool: ThreadPoolExecutor,
        width: int,
        *,
        claim: Callable[[int], list[Job]],
        do: Callable[[Job], Result],
        record: Callable[[list[tuple[Job, Result]]], None],
        keep: Callable[[list[Job]], None],
    ) -> None:
        self._pool = pool
        self._width = width
        self._claim, self._do, self._record, self._keep = claim, do, record, keep
        self._flying: dict[Future[Result], Job] = {}
        self._landed: list[tuple[Job, Result]] = []
        self._kept_at = 0.0

    def run(self) -> int:
        """Return the number of jobs done."""
        count = 0
        try:
            while self._start_more():
                count += self._work()
        except Error:
            self._rescue()
            raise
        return count

    def _start_more(self) -> bool:
        free = self._width - len(self._flying)
        for job in self._claim(free) if free else []:
            self._flying[self._pool.submit(self._do, job)] = job
        return bool(self._flying)

    def _work(self) -> int:
        wait(self._flying, timeout=LOOK_AGAIN_SECONDS, return_when=FIRST_COMPLETED)
        landed, _ = wait(self._flying, timeout=GATHER_SECONDS, return_when=ALL_COMPLETED)
        self._collect(landed)
        if self._landed:
            self._record(self._landed)
            self._landed = []
        if self._flying and time.monotonic() - self._kept_at >= LOOK_AGAIN_SECONDS:
            self._keep(list(self._flying.values()))
            self._kept_at = time.monotonic()
        return len(landed)

    def _collect(self, futures: Iterable[Future[Result]]) -> None:
        for future in list(futures):
            job = self._flying.pop(future)
            if fault := future.exception():
                log.error("job_raised", do=self._do.__qualname__, fault=type(fault).__name__)
            else:
                self._landed.append((job, future.result()))

    def _rescue(self) -> None:
        """Write down how everything under way went, once the database is back."""
        wait(self._flying)
        self._collect(self._flying)
        for _ in range(RESCUE_ATTEMPTS if self._landed else 0):
            try:
                close_old_connections()
                self._record(self._landed)
            except Error:
                time.sleep(LOOK_AGAIN_SECONDS)
            else:
                return


def one_at_a_time(run: Callable[Given, int]) -> Callable[Given, int]:
    """Have a second call in the same process return 0 at once, while the first still works off what it would find."""
    running = Lock()

    @wraps(run)
    def alone(*args: Given.args, **names: Given.kwargs) -> int:
        if not running.acquire(blocking=False):
            return 0
        try:
            return run(*args, **names)
        finally:
            running.release()

    return alone
