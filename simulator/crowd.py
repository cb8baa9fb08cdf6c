"""A crowd of customers who write to one business at a steady rate, and what their waiting was like."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import uuid4

import requests

from omnichannel import amb
from simulator import webhook

WORKERS = 32


@dataclass(frozen=True)
class Target:
    """The webhook that the crowd's messages go to, and in whose name."""

    webhook_url: str
    credentials: amb.Credentials
    business_id: str


@dataclass(frozen=True)
class Call:
    """One delivery: its status, or nothing when there was no answer, and how long that took."""

    status: int | None
    seconds: float


@dataclass(frozen=True)
class Result:
    """What a crowd saw."""

    calls: Sequence[Call]
    seconds: float

    @property
    def statuses(self) -> dict[str, int]:
        """Return how often each answer came."""
        counts = Counter(str(call.status or "no answer") for call in self.calls)
        return dict(sorted(counts.items()))

    def latency(self, share: float) -> float:
        """Return the time within which this share of the answers came, in milliseconds."""
        ordered = sorted(call.seconds for call in self.calls if call.status is not None)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else 0.0


def play(target: Target, customers: Sequence[str], *, rate: float, seconds: float) -> Result:
    """Let the customers write in turn, each one message at a time, and return what came back."""
    workers = min(WORKERS, len(customers))
    messages = max(1, round(rate * seconds))
    began = time.monotonic()
    with ThreadPoolExecutor(workers) as pool:
        parts = [
            pool.submit(_work, target, customers, began, rate, range(messages), (worker, workers))
            for worker in range(workers)
        ]
        calls = [call for part in parts for call in part.result()]
    return Result(calls, time.monotonic() - began)


def _work(
    target: Target, customers: Sequence[str], began: float, rate: float, messages: range, share: tuple[int, int]
) -> list[Call]:
    worker, workers = share
    # A customer belongs to one worker, so that nobody's second message overtakes the first.
    own = (number for number in messages if number % len(customers) % workers == worker)
    return list(_calls(target, customers, began, rate, own))


def _calls(
    target: Target, customers: Sequence[str], began: float, rate: float, numbers: Iterator[int]
) -> Iterator[Call]:
    for number in numbers:
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        yield _call(target, customers[number % len(customers)], f"Message {number + 1} of the crowd")


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
        return Call(answer.status_code, time.monotonic() - began)
    except requests.RequestException:
        return Call(None, time.monotonic() - began)
