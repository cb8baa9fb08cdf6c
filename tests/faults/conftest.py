"""One installation for the whole suite, left in peace between tests."""

import os
from collections.abc import Iterator

import pytest

from tests.faults.installation import Installation, installation
from tests.faults.patient import Patient, begin
from tests.faults.truth import settle_everything


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have the patient ones wait while others run."""
    items.sort(key=lambda item: "test_patience.py::" in item.nodeid)


@pytest.fixture(scope="session")
def _started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Patient]]:
    with installation(tmp_path_factory.mktemp("faults"), os.environ) as started:
        yield started, begin(started)
        started.disarm()
        settle_everything(started)


@pytest.fixture
def product(_started: tuple[Installation, Patient]) -> Iterator[Installation]:
    """The installation, started once, with everything running and nothing armed."""
    installation = _started[0]
    installation.wait_until_it_runs()
    yield installation
    installation.disarm()


@pytest.fixture
def patient(_started: tuple[Installation, Patient]) -> Patient:
    """What was begun when the suite started."""
    return _started[1]
