"""A crowd of customers who write to one business at a steady rate, and what their waiting was like."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from threading import Event
from uuid import uuid4

import requests

from omnichannel import amb
from simulator import webhook

WORKERS = 32
LOOK_SECONDS = 0.2
SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}


@dataclass(frozen=True)
class Target:
    """The webhook that the crowd's messages go to, and in whose name."""

    webhook_url: str
    credentials: amb.Credentials
    business_id: str


@dataclass(frozen=True)
class Call:
    """One delivery: its status, or nothing when there was no answer, how long that took, and the line of a refusal."""

    status: int | None
    seconds: float
    reason: str = ""


@dataclass(frozen=True)
class Result:
    """What a crowd saw; it may have been stopped before everybody had written."""

    calls: Sequence[Call]
    seconds: float
    was_stopped: bool = False

    @property
    def statuses(self) -> dict[str, int]:
        """Return how often each answer came."""
        counts = Counter(str(call.status or "no answer") for call in self.calls)
        return dict(sorted(counts.items()))

    @property
    def taken(self) -> int:
        """Return how many deliveries were answered 200."""
        return sum(call.status == 200 for call in self.calls)

    @property
    def refusals(self) -> dict[int, str]:
        """Return the line that came with each status but 200."""
        return {call.status: call.reason for call in self.calls if call.status not in (None, 200)}

    def latency(self, share: float) -> float:
        """Return the time within which this share of the answers came, in milliseconds."""
        ordered = sorted(call.seconds for call in self.calls if call.status is not None)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else 0.0


Watch = Callable[[Result], None]


def play(
    target: Target, customers: Sequence[str], *, rate: float, seconds: float, watch: Watch = lambda _result: None
) -> Result:
    """Let the customers write in turn, each one message at a time, and return what came back.

    ``watch`` is told every now and then how far it has come; Ctrl-C ends it early, with what there is.
    """
    crowd = _Crowd(target, customers, rate, range(max(1, round(rate * seconds))))
    workers = min(WORKERS, len(customers))
    with ThreadPoolExecutor(workers) as pool:
        parts = {pool.submit(crowd.work, number, workers) for number in range(workers)}
        try:
            _await(parts, lambda: watch(crowd.result()))
        except KeyboardInterrupt:
            crowd.stopped.set()
        except BaseException:
            # Such as a progress line that nobody reads any more: nobody would stop the crowd either.
            crowd.stopped.set()
            raise
    for part in parts:
        part.result()
    return crowd.result()


def _await(parts: "set[Future[None]]", look: Callable[[], None]) -> None:
    waiting = parts
    while waiting:
        _done, waiting = wait(waiting, timeout=LOOK_SECONDS)
        look()


class _Crowd:
    """The customers, what they have still to write, and what came back so far."""

    def __init__(self, target: Target, customers: Sequence[str], rate: float, messages: range) -> None:
        self._target, self._customers, self._rate, self._messages = target, customers, rate, messages
        self._began = time.monotonic()
        self._calls: list[Call] = []
        self.stopped = Event()

    def result(self) -> Result:
        """Return what came back so far."""
        return Result(tuple(self._calls), time.monotonic() - self._began, self.stopped.is_set())

    def work(self, worker: int, workers: int) -> None:
        """Write what the customers of one worker have to write."""
        for number in self._own(worker, workers):
            if self.stopped.wait(max(0.0, self._began + number / self._rate - time.monotonic())):
                return
            customer = self._customers[number % len(self._customers)]
            self._calls.append(_call(self._target, customer, f"Message {number + 1} of the crowd"))

    def _own(self, worker: int, workers: int) -> Iterator[int]:
        # A customer belongs to one worker, so that nobody's second message overtakes the first.
        return (number for number in self._messages if number % len(self._customers) % workers == worker)


def _call(target: Target, customer: str, words: str) -> Call:
    message = amb.TextMessage(
        id=str(uuid4()), source_id=customer, destination_id=target.business_id, locale="en_US", body=words
    )
    headers = {
        "authorization": amb.apple_bearer(target.credentials),
        "content-type": "application/json",
        "content-encoding": "gzip",
        "id": message.id,
        "source-id": customer,
        "destination-id": target.business_id,
        "capability-list": ",".join(amb.Capability),
    }
    began = time.monotonic()
    try:
        answer = webhook.call(target.webhook_url, headers, amb.deflate(amb.encode(message)))
    except requests.RequestException:
        return Call(None, time.monotonic() - began)
    return Call(answer.status_code, time.monotonic() - began, webhook.first_line(answer))
