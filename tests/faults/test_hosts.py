"""Several hosts over one database: two of each process, and clocks that are five minutes off."""

from collections.abc import Iterator
from threading import Event

import pytest

from tests.faults.installation import Installation
from tests.faults.talk import greet, talking
from tests.faults.truth import deliveries, faults_of, settle

pytestmark = [pytest.mark.timeout(600)]

FIVE_MINUTES = 300


@pytest.fixture
def restored(product: Installation) -> Iterator[Installation]:
    """The installation, with its usual processes afterwards."""
    yield product
    for name in set(product.processes) - {"web", "worker", "beat"}:
        product.stop(name)
    for name in ("web", "worker", "beat"):
        if "CLOCK_OFF" in product.processes[name].environment:
            product.stop(name)
            product.start(name)


def test_two_workers_and_two_beats_share_the_work(restored: Installation) -> None:
    restored.start("worker", "worker-2")
    restored.start("beat", "beat-2")
    restored.wait_until_it_runs()
    phones = greet(restored, 5)

    with talking(phones):
        Event().wait(4)

    settle(restored, *phones)
    assert [faults_of(phone) for phone in phones] == [[]] * 5
    assert {delivery for phone in phones for delivery in deliveries(phone)} == {"sent"}


@pytest.mark.parametrize("seconds", [FIVE_MINUTES, -FIVE_MINUTES])
@pytest.mark.parametrize("name", ["web", "worker"])
def test_a_process_whose_clock_is_wrong_delays_and_doubts_nothing(
    restored: Installation, name: str, seconds: int
) -> None:
    if name == "web":
        restored.stop("web")
    # A second worker beside one that is right: what one has claimed the other must not think abandoned.
    restored.start(name, "" if name == "web" else "worker-2", CLOCK_OFF=str(seconds))
    restored.wait_until_it_runs()
    phones = greet(restored, 3)
    for phone in phones:
        phone.fault("gateway_slow", value=700)

    with talking(phones):
        Event().wait(3)

    settle(restored, *phones)
    assert [faults_of(phone) for phone in phones] == [[], [], []]
    assert {delivery for phone in phones for delivery in deliveries(phone)} == {"sent"}
