"""Customers and agents who talk while something breaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Event

from tests.faults.installation import SETTLE_SECONDS, Installation, Phone
from tests.faults.truth import ours
from tests.journeys.running import eventually

# Quick enough to have something under way at any time, slow enough for two cores.
PAUSE_SECONDS = 0.2


def greet(product: Installation, count: int, *, retries: int = 10) -> list[Phone]:
    """Return phones whose customers have said hello and were heard."""
    phones = [product.phone(retries=retries) for _ in range(count)]
    for phone in phones:
        phone.write("Hello")
    for phone in phones:
        eventually(partial(ours, phone), SETTLE_SECONDS)
    return phones


@contextmanager
def talking(phones: Sequence[Phone]) -> Iterator[None]:
    """Have every customer write and every agent answer, in turn, until the block ends."""
    is_over = Event()
    with ThreadPoolExecutor(len(phones)) as pool:
        talks = [pool.submit(_talk, phone, is_over) for phone in phones]
        try:
            yield
        finally:
            is_over.set()
        for talk in talks:
            talk.result()


def _talk(phone: Phone, is_over: Event) -> None:
    number = 0
    while True:
        number += 1
        phone.write(f"Question {number}")
        phone.answer(f"Answer {number}")
        # At least one exchange after whatever happened.
        if is_over.wait(PAUSE_SECONDS):
            return
