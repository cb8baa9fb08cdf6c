"""The virus scanner's verdicts, over a real socket."""

import io
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

from omnichannel import checks
from omnichannel.common import scanning
from omnichannel.common.scanning import Infected, NotScanned, TooLargeToScan, scan, version
from tests.scanner import EICAR, SIGNATURE, Scanner, a_scanner


@pytest.fixture
def scanner(settings: LazySettings) -> Iterator[Scanner]:
    """A scanner that this installation uses."""
    with a_scanner() as scanner:
        settings.CLAMD_URL = scanner.url
        yield scanner


def test_a_clean_file_passes_and_was_seen_as_a_whole(scanner: Scanner) -> None:
    content = bytes(range(256)) * 1000

    scan(io.BytesIO(content))

    assert scanner.seen == [content]


def test_an_infected_file_is_named_by_its_signature(scanner: Scanner) -> None:
    with pytest.raises(Infected, match=f"^{SIGNATURE}$"):
        scan(io.BytesIO(b"invoice " + EICAR))


def test_a_file_that_is_longer_than_the_scanner_takes_is_told_from_a_silent_scanner(scanner: Scanner) -> None:
    scanner.longest = 100_000

    with pytest.raises(TooLargeToScan):
        scan(io.BytesIO(b"x" * 8_000_000))


def test_a_scanner_that_hangs_up_without_a_word_gave_no_verdict(scanner: Scanner) -> None:
    scanner.is_mute = True

    with pytest.raises(NotScanned):
        scan(io.BytesIO(b"hello"))


def test_nobody_waits_for_a_verdict_without_end(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "VERDICT_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.CLAMD_URL = f"tcp://127.0.0.1:{silent.getsockname()[1]}"

        with pytest.raises(NotScanned):
            scan(io.BytesIO(b"hello"))


def test_without_a_scanner_nothing_is_scanned() -> None:
    scan(io.BytesIO(EICAR))


def test_a_scanner_tells_its_version(scanner: Scanner) -> None:
    assert version() == "ClamAV 1.4.3/27400"


def test_a_scanner_that_hangs_up_without_its_version_does_not_answer(scanner: Scanner) -> None:
    scanner.is_mute = True

    with pytest.raises(NotScanned):
        version()


def test_nobody_waits_for_an_answer_that_comes_byte_by_byte(scanner: Scanner, monkeypatch: pytest.MonkeyPatch) -> None:
    scanner.pause = 0.02
    monkeypatch.setattr(scanning, "VERSION_SECONDS", 0.1)

    with pytest.raises(NotScanned):
        version()


@pytest.mark.parametrize("url", ["tcp://127.0.0.1:9", "unix:///nowhere/clamd.ctl", "nonsense"])
def test_a_scanner_that_is_away_is_silent(settings: LazySettings, url: str) -> None:
    settings.CLAMD_URL = url

    with pytest.raises(NotScanned):
        scan(io.BytesIO(b"hello"))
    with pytest.raises(NotScanned):
        version()


def test_a_scanner_listens_at_a_socket_of_this_host_too(settings: LazySettings, tmp_path: Path) -> None:
    settings.CLAMD_URL = f"unix://{tmp_path}/s"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(f"{tmp_path}/s")
        listener.listen()

        scanning.check_reachable()


@pytest.mark.parametrize("url", ["http://host:3310", "tcp://", "tcp://host:port", "unix://clamd.ctl", "host:3310"])
def test_an_address_that_leads_to_no_scanner_is_a_fault_of_the_settings(settings: LazySettings, url: str) -> None:
    settings.CLAMD_URL = url

    assert [fault.id for fault in checks.check_settings() if "CLAMD" in fault.msg] == ["omnichannel.E014"]


@pytest.mark.parametrize("url", ["", "tcp://host", "tcp://[::1]:3310", "unix:///run/clamav/clamd.ctl"])
def test_an_address_of_a_scanner_is_sound(settings: LazySettings, url: str) -> None:
    settings.CLAMD_URL = url

    assert not [fault for fault in checks.check_settings() if "CLAMD" in fault.msg]
