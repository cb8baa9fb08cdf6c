"""Addresses that people type must not lead into the company's own network."""

import socket
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from omnichannel.common.public_url import check_public_url


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that knows three hosts; addresses stand for themselves."""
    known = {
        "gateway.example.com": ["93.184.215.14", "2606:2800:220:1:248:1893:25c8:1946"],
        "inside.example.com": ["93.184.215.14", "10.1.2.3"],
        "localhost": ["127.0.0.1", "::1"],
    }
    look_up = socket.getaddrinfo

    def answer(host: str, port: int, **keys: Any) -> list[Any]:
        try:
            return look_up(host, port, flags=socket.AI_NUMERICHOST, **keys)
        except socket.gaierror:
            if host not in known:
                raise
        return [found for address in known[host] for found in look_up(address, port, **keys)]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


def fault_of(url: str, *, allow_loopback: bool = False) -> str | None:
    """The code of what is wrong with an address."""
    try:
        check_public_url(url, allow_loopback=allow_loopback)
    except ValidationError as fault:
        return str(fault.code)
    return None


@pytest.mark.parametrize(
    "url",
    [
        "https://gateway.example.com/v1",
        "https://gateway.example.com:8443/v1",
        "https://93.184.215.14/",
        "https://[2606:2800:220:1:248:1893:25c8:1946]/",
        "https://17.0.0.1/v1",
    ],
)
def test_public_hosts_are_accepted(url: str) -> None:
    assert fault_of(url) is None


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("http://gateway.example.com/v1", "scheme"),
        ("ftp://gateway.example.com/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("gateway.example.com/v1", "scheme"),
        ("", "scheme"),
        ("https://", "malformed"),
        ("https:///v1", "malformed"),
        ("https://gateway.example.com:0/", "malformed"),
        ("https://gateway.example.com:99999/", "malformed"),
        ("https://gateway .example.com/", "malformed"),
        ("https://[::1/", "malformed"),
        ("https://user@gateway.example.com/", "credentials"),
        ("https://user:pass@gateway.example.com/", "credentials"),
        ("https://gateway.example.com@10.0.0.1/", "credentials"),
        ("https://nowhere.example.com/", "unknown_host"),
        (f"https://{'a' * 70}.example.com/", "unknown_host"),
        ("https://inside.example.com/", "private"),
        ("https://localhost/", "private"),
        ("https://127.0.0.1/", "private"),
        ("https://127.1/", "private"),
        ("https://2130706433/", "private"),
        ("https://0.0.0.0/", "private"),
        ("https://10.0.0.1/", "private"),
        ("https://172.16.5.4/", "private"),
        ("https://192.168.1.1/", "private"),
        ("https://100.64.0.1/", "private"),
        ("https://169.254.169.254/latest/meta-data/", "private"),
        ("https://192.0.2.7/", "private"),
        ("https://198.18.0.1/", "private"),
        ("https://224.0.0.1/", "private"),
        ("https://240.0.0.1/", "private"),
        ("https://255.255.255.255/", "private"),
        ("https://[::]/", "private"),
        ("https://[::1]/", "private"),
        ("https://[fe80::1]/", "private"),
        ("https://[fc00::1]/", "private"),
        ("https://[ff02::1]/", "private"),
        ("https://[2001:db8::1]/", "private"),
        ("https://[::ffff:10.0.0.1]/", "private"),
        ("https://[::ffff:7f00:1]/", "private"),
        ("https://[2002:a00:1::]/", "private"),
        ("https://[64:ff9b::10.0.0.1]/", "private"),
    ],
)
def test_everything_else_is_refused(url: str, fault: str) -> None:
    assert fault_of(url) == fault


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8000/simulator/v1", "http://localhost:8000/", "http://[::1]:8000/", "https://127.0.0.1/"],
)
def test_this_machine_is_accepted_where_the_simulator_runs(url: str) -> None:
    assert fault_of(url, allow_loopback=True) is None


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "http://gateway.example.com/", "http://169.254.169.254/"])
def test_the_simulator_opens_nothing_else(url: str) -> None:
    assert fault_of(url, allow_loopback=True) == "scheme"


def test_the_sentence_names_the_host_and_where_it_leads() -> None:
    with pytest.raises(ValidationError) as caught:
        check_public_url("https://inside.example.com/", allow_loopback=False)

    assert caught.value.messages == [
        "inside.example.com leads into a private network (10.1.2.3). Enter an address on the public internet."
    ]
