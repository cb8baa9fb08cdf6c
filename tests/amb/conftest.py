"""A server that plays Apple, and a gateway that calls it."""

import threading
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from omnichannel import amb
from tests.amb.apple import Apple
from tests.amb.samples import CREDENTIALS

# No test here depends on speed, nor on what an earlier run has found.
settings.register_profile("unhurried", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


@pytest.fixture
def apple() -> Iterator[Apple]:
    """A server of this test's own."""
    with Apple() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        thread.join()
        amb.kept_session().close()


@pytest.fixture
def gateway(apple: Apple) -> amb.Gateway:
    """A gateway that waits for as long as it does at work."""
    return amb.Gateway(CREDENTIALS, f"{apple.url}/v1/")


@pytest.fixture
def hasty(apple: Apple) -> amb.Gateway:
    """A gateway that a test can wait for when no answer comes; one that does come is here much sooner."""
    return amb.Gateway(CREDENTIALS, f"{apple.url}/v1/", timeout=(5, 2))
