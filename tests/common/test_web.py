"""Reading what strangers name: guarded against where it leads, how much it is, and how long it takes."""

import gzip
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from omnichannel.common import web
from omnichannel.common.web import CannotFetch, fetch
from tests.website import Names, Website, a_website, certified, names, website

__all__ = ["names", "website"]


def why_not(url: str, **about: Any) -> str:
    """The sentence about an address where nothing is to be had."""
    with pytest.raises(CannotFetch) as caught:
        fetch(url, **{"limit": 1_000_000} | about)
    return str(caught.value)


@pytest.fixture
def secure(tmp_path: Path, settings: Any, names: Names, monkeypatch: pytest.MonkeyPatch) -> Iterator[Website]:
    """A website under TLS whose certificate is for shop.example, which leads to this machine."""
    settings.SIMULATOR = True
    context, vouching = certified(tmp_path, "shop.example")
    monkeypatch.setattr(web, "DEFAULT_CA_BUNDLE_PATH", str(vouching))
    names.known["shop.example"] = ["127.0.0.1"]
    with a_website(context=context) as site:
        site.host = "shop.example"
        yield site


def test_what_stands_there_is_read(website: Website) -> None:
    url = website.has("/bicycle?colour=%C3%A9", b"12 kg", content_type="text/plain")

    assert fetch(url, limit=5) == web.Fetched(url, b"12 kg", "text/plain")


def test_nothing_is_told_about_us(website: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")

    fetch(website.has("/"), limit=10)

    [told] = website.headers
    assert told.pop("Host") == f"127.0.0.1:{website.port}"
    assert told == {
        "User-Agent": "Omnichannel",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }


def test_three_redirects_are_followed_and_no_more(website: Website) -> None:
    website.has("/end", b"here")
    for number in range(4):
        website.leads(
            f"/{number}", f"/{number - 1}" if number else website.url("/end"), status=(301, 303, 307, 308)[number]
        )

    assert fetch(website.url("/2"), limit=10).url == website.url("/end")
    assert why_not(website.url("/3")) == "The address leads on to other addresses too often."


@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("https://10.1.2.3/", "10.1.2.3 leads into a private network (10.1.2.3)."),
        ("https://inside.example/", "inside.example leads into a private network (192.168.0.7)."),
        ("http://93.184.215.14/", "Enter an address that begins with https://."),
        ("file:///etc/passwd", "Enter an address that begins with https://."),
        ("https://me:secret@shop.example/", "Leave the user name and password out of the address."),
        ("https://nowhere.example/", "The host name nowhere.example cannot be found."),
        ("https://a b/", "This is no complete web address."),
    ],
)
def test_a_redirect_is_checked_like_the_address_itself(
    website: Website, names: Names, target: str, sentence: str
) -> None:
    names.known["inside.example"] = ["192.168.0.7"]

    assert why_not(target).startswith(sentence)
    assert sentence in why_not(website.leads("/", target))


def test_without_the_simulator_this_machine_is_as_private_as_any(website: Website, settings: Any) -> None:
    settings.SIMULATOR = False

    assert "begins with https" in why_not(website.url())
    assert "leads into a private network (127.0.0.1)" in why_not(f"https://127.0.0.1:{website.port}/")
    assert website.asked == []


def test_the_address_that_was_checked_is_the_one_that_is_called(secure: Website, names: Names) -> None:
    names.known["shop.example"] = ["127.0.0.1", "10.0.0.1"]

    found = fetch(secure.has("/", b"here"), limit=10)

    assert (found.content, names.looked_up) == (b"here", ["shop.example"])
    assert secure.server_names == ["shop.example"]
    assert secure.headers[0]["Host"] == f"shop.example:{secure.port}"


def test_a_certificate_for_another_host_is_not_trusted(secure: Website, names: Names) -> None:
    names.known["other.example"] = ["127.0.0.1"]
    secure.host = "other.example"

    assert why_not(secure.has("/")) == "other.example has no certificate that can be trusted."
    assert secure.asked == []


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(secure: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(web, "public_addresses", lambda *_args, **_keys: ["127.0.0.1"])

    assert "no certificate that can be trusted" in why_not(secure.has("/"))


def test_a_host_with_several_addresses_is_reached_by_the_one_that_answers(
    website: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "public_addresses", lambda *_args, **_keys: ["::1", "127.0.0.1"])

    assert fetch(website.has("/", b"here"), limit=10).content == b"here"


@pytest.mark.parametrize("length", [None, 5])
def test_more_than_the_limit_is_refused_whatever_was_announced(website: Website, length: int | None) -> None:
    url = website.has("/", bytes(3_000_001), length=length)

    if length is None:
        assert why_not(url, limit=3_000_000) == "It has more than 3 MB."
    else:
        assert fetch(url, limit=3_000_000).content == bytes(5)


def test_what_comes_packed_though_nobody_asked_is_unpacked_and_counts_as_a_whole(website: Website) -> None:
    small, huge = (website.has(f"/{size}", gzip.compress(bytes(size)), encoding="gzip") for size in (5, 50_000_000))

    assert fetch(small, limit=10).content == bytes(5)
    assert why_not(huge, limit=3_000_000) == "It has more than 3 MB."


def test_the_beginning_is_enough_where_the_caller_says_so(website: Website) -> None:
    assert fetch(website.has("/", b"<title>" + bytes(500_000)), limit=100, cut=True).content[:7] == b"<title>"


def test_an_answer_that_drips_for_ever_is_left(website: Website) -> None:
    url = website.has("/", b"x" * 1000, pause=0.05)
    began_at = time.monotonic()

    assert why_not(url, within=0.3) == "127.0.0.1 took too long to answer."
    assert time.monotonic() - began_at < 5


def test_an_answer_that_ends_too_early_is_none(website: Website) -> None:
    assert why_not(website.has("/", b"half", length=8)) == "The connection to 127.0.0.1 broke off."


@pytest.mark.parametrize(("status", "may_pass"), [(404, False), (403, False), (429, True), (503, True), (799, True)])
def test_a_refusal_is_named_and_what_may_pass_is_told(website: Website, status: int, may_pass: bool) -> None:
    url = website.has("/", status=status)

    with pytest.raises(CannotFetch, match=f"127.0.0.1 answered “{status}") as caught:
        fetch(url, limit=10)

    assert caught.value.may_pass == may_pass


def test_a_host_that_takes_no_connection_may_take_one_later(settings: Any) -> None:
    settings.SIMULATOR = True

    with pytest.raises(CannotFetch, match=r"127\.0\.0\.1 cannot be reached\.") as caught:
        fetch("http://127.0.0.1:1/", limit=10)

    assert caught.value.may_pass
