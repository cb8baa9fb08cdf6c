"""Whoever asks a silent neighbour gets on with it."""

import asyncio
import threading
from collections.abc import Iterator

import pytest

from omnichannel.common.deadline import Question, Unanswered


class Neighbour:
    """Answers only when it is told to, and counts how often it was asked."""

    def __init__(self) -> None:
        self.may_answer = threading.Event()
        self.asked = 0

    def __call__(self) -> int:
        self.asked += 1
        self.may_answer.wait(60)
        return self.asked


@pytest.fixture
def neighbour() -> Iterator[Neighbour]:
    silent = Neighbour()
    yield silent
    silent.may_answer.set()


def test_an_answer_and_a_fault_come_back_as_they_are(neighbour: Neighbour) -> None:
    neighbour.may_answer.set()

    assert asyncio.run(Question(neighbour, within=60).answer()) == 1
    with pytest.raises(ZeroDivisionError):
        asyncio.run(Question(lambda: 1 // 0, within=60).answer())


def test_silence_ends_the_waiting_and_starts_no_second_thread(neighbour: Neighbour) -> None:
    question = Question(neighbour, within=0.01)

    for _ in range(3):
        with pytest.raises(Unanswered):
            asyncio.run(question.answer())

    assert neighbour.asked == 1


def test_an_answer_is_never_kept_for_the_next_who_asks(neighbour: Neighbour) -> None:
    question = Question(neighbour, within=60)
    neighbour.may_answer.set()

    assert [asyncio.run(question.answer()) for _ in range(3)] == [1, 2, 3]


def test_many_who_ask_at_once_share_one_answer(neighbour: Neighbour) -> None:
    question = Question(neighbour, within=60)

    async def everybody() -> list[int]:
        asked = [asyncio.create_task(question.answer()) for _ in range(5)]
        await asyncio.sleep(0)
        neighbour.may_answer.set()
        return await asyncio.gather(*asked)

    assert asyncio.run(everybody()) == [1] * 5
