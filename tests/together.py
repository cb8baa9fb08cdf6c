"""A pytest plugin that keeps tests which share something costly on one worker, so that it is made once."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# Not by pytest-xdist's own marks: pytest 9.2 no longer hands them to the scheduler, and nothing says so.
PLACES = ("tests/journeys/", "tests/backup/", "tests/faults/", "tests/launcher/test_install.py::")


class Together(LoadScopeScheduling):
    """Hands out tests one by one, and those of a place as one."""

    def _split_scope(self, nodeid: str) -> str:
        return next((place for place in PLACES if nodeid.startswith(place)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together:
    """Return the scheduler of a run on several workers."""
    return Together(config, log)
