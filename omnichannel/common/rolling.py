"""Works off claimed rows many at a time: a pool of threads does the waiting, the caller's thread all the writing."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Generic, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")
# How often a full pool looks for work that has become due meanwhile, and says that it is still alive.
LOOK_AGAIN_SECONDS = 1.0


class Drain(Generic[Job, Result]):
    """Claims jobs, does them side by side, and records how they went, until nothing is left to claim.

    ``do`` runs in a thread and must neither touch the database nor raise; ``keep`` is told about once a second which
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

    def run(self) -> int:
        """Return the number of jobs done."""
        count = 0
        while self._start_more():
            landed, _ = wait(self._flying, timeout=LOOK_AGAIN_SECONDS, return_when=FIRST_COMPLETED)
            if landed:
                self._record([(self._flying.pop(future), future.result()) for future in landed])
                count += len(landed)
            elif self._flying:
                self._keep(list(self._flying.values()))
        return count

    def _start_more(self) -> bool:
        free = self._width - len(self._flying)
        for job in self._claim(free) if free else []:
            self._flying[self._pool.submit(self._do, job)] = job
        return bool(self._flying)
