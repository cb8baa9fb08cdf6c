"""Whatever dies, and wherever: nothing is lost, nothing happens twice, order holds, and nobody has to help."""

from collections.abc import Callable
from operator import attrgetter
from uuid import uuid4

import pytest

from omnichannel.common.steps import Step
from tests.faults.installation import SETTLE_SECONDS, Installation, Phone
from tests.faults.talk import greet
from tests.faults.truth import faults_of, settle
from tests.journeys.running import eventually

pytestmark = [pytest.mark.timeout(600)]

PICTURE = ("estimate.txt", b"Two wheels, 80 euros.")


def write(phone: Phone) -> None:
    """The customer writes two texts."""
    phone.write("Is the blue one in stock?")
    phone.write("And the red one?")


def attach(phone: Phone) -> None:
    """The customer sends a file between two texts."""
    phone.write("Look")
    phone.attach("My bicycle", *PICTURE)
    phone.write("Can you mend it?")


def answer_at_length(phone: Phone) -> None:
    """The customer's device sends a large reply, and a text after it."""
    phone.answer_at_length("Brake tune-up")
    phone.write("That one.")


def reply(phone: Phone) -> None:
    """An agent answers twice."""
    phone.answer("We open at nine.")
    phone.answer("And close at six.")


def reply_with_file(phone: Phone) -> None:
    """An agent answers with a file, and once more."""
    phone.answer("Our estimate", file=PICTURE)
    phone.answer("Is that all right?")


def reply_with_link(phone: Phone) -> None:
    """An agent sends an address between two texts, each time another, so that each page is read."""
    page = f"{phone.installation.base_url}/healthz?{uuid4()}"
    phone.answer(f"Our hours:\n{page}\nSee you.")
    phone.answer("Is that all right?")


TRAFFIC: dict[Step, Callable[[Phone], None]] = {
    Step.DELIVERY_CHECKED: write,
    Step.RECEIPT_STORED: write,
    Step.RECEIPT_ANNOUNCED: write,
    Step.REFERENCE_KEPT: answer_at_length,
    Step.RECEIPTS_CLAIMED: write,
    Step.RECEIPTS_APPLIED: write,
    Step.RECEIPTS_COMMITTED: write,
    Step.FETCH_CLAIMED: attach,
    Step.FETCH_BROUGHT: attach,
    Step.FETCH_WRITTEN: attach,
    Step.FETCH_COMMITTED: attach,
    Step.MESSAGE_QUEUED: reply,
    Step.MESSAGE_COMMITTED: reply_with_link,
    Step.LINK_READ: reply_with_link,
    Step.LINKS_WRITTEN: reply_with_link,
    Step.LINKS_COMMITTED: reply_with_link,
    Step.MESSAGES_CLAIMED: reply,
    Step.FILE_UPLOADED: reply_with_file,
    Step.MESSAGE_ACCEPTED: reply,
    Step.OUTCOMES_WRITTEN: reply,
    Step.OUTCOMES_COMMITTED: reply,
    Step.SWEEP_BEGAN: write,
}
IN_WEB = {
    Step.DELIVERY_CHECKED, Step.RECEIPT_STORED, Step.RECEIPT_ANNOUNCED, Step.REFERENCE_KEPT, Step.MESSAGE_QUEUED,
    Step.MESSAGE_COMMITTED,
}  # fmt: skip


def others(step: Step) -> tuple[str, ...]:
    """Return who does not make the step."""
    return ("worker" if step in IN_WEB else "web", "beat")


@pytest.fixture
def phones(product: Installation) -> list[Phone]:
    """Two phones whose customers have said hello and were heard."""
    return greet(product, 2)


def test_every_step_has_its_traffic() -> None:
    assert set(TRAFFIC) == set(Step)


@pytest.mark.parametrize("step", Step)
def test_a_process_that_dies_at_a_step_of_its_own_costs_nothing(
    product: Installation, phones: list[Phone], step: Step
) -> None:
    # What comes first from a phone says that its customer types.
    product.arm(step, after=1 if TRAFFIC[step] is write and step in IN_WEB else 0)

    for phone in phones:
        TRAFFIC[step](phone)

    eventually(product.has_fired, SETTLE_SECONDS)
    settle(product, *phones)
    assert [faults_of(phone) for phone in phones] == [[], []]


@pytest.mark.parametrize("traffic", dict.fromkeys(TRAFFIC.values()), ids=attrgetter("__name__"))
def test_processes_that_die_while_another_makes_a_step_cost_nothing(
    product: Installation, phones: list[Phone], traffic: Callable[[Phone], None]
) -> None:
    for step in Step:
        if TRAFFIC[step] is traffic:
            product.arm(step, others(step))

    for phone in phones:
        traffic(phone)

    eventually(product.has_fired, SETTLE_SECONDS)
    settle(product, *phones)
    assert [faults_of(phone) for phone in phones] == [[], []]
