"""Connections lead to addresses that were checked, whatever their host's name leads to."""

import socket
import time
from collections.abc import Iterator

import pytest
import requests

from omnichannel import amb
from omnichannel.amb import leading

# The server listens at the other one alone.
NOBODY = "::1"


@pytest.fixture
def port() -> Iterator[int]:
    """Where a server of this machine listens, and answers nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_the_first_address_that_takes_a_connection_is_used(port: int) -> None:
    with leading.connected([NOBODY, "127.0.0.1"], port, each=5, ends_at=time.monotonic() + 5) as line:
        assert line.getpeername() == ("127.0.0.1", port)


def test_without_an_address_there_is_no_connection() -> None:
    with pytest.raises(OSError, match="no address"):
        leading.connected([], 443, each=5, ends_at=time.monotonic() + 5)


def test_a_call_follows_and_looks_no_name_up(port: int) -> None:
    with pytest.raises(requests.ReadTimeout), leading.leading_to(["127.0.0.1"], within=5):
        amb.kept_session().get(f"http://nowhere.invalid:{port}", timeout=(5, 0.05))


@pytest.mark.parametrize(
    ("fault", "told"), [(TimeoutError(), requests.ConnectTimeout), (OSError(), requests.ConnectionError)]
)
def test_a_host_that_is_silent_is_told_from_one_that_refuses(
    monkeypatch: pytest.MonkeyPatch, fault: Exception, told: type[Exception]
) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise fault

    monkeypatch.setattr(leading, "create_connection", fail)

    with pytest.raises(requests.ConnectionError) as caught, leading.leading_to(["127.0.0.1"], within=5):
        amb.kept_session().get("http://nowhere.invalid", timeout=5)

    assert type(caught.value) is told
