"""Reads pages and pictures that strangers name, without being led into the company's own network or kept waiting.

The address that was checked is the one that is connected to: a name that leads elsewhere a moment later deceives
nobody. Redirects are followed by hand, each checked anew.
"""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urljoin

import urllib3
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.exceptions import HTTPError, LocationParseError, NewConnectionError, SSLError
from urllib3.util import Url, parse_url

from omnichannel.amb.leading import leading_to
from omnichannel.amb.patience import PatientConnection, PatientSecureConnection, listening_for
from omnichannel.common.public_url import public_addresses

MOST_REDIRECTS = 3
CONNECT_SECONDS = 3.0
READ_SECONDS = 5.0
WHOLE_SECONDS = 15.0
HEADERS = {"User-Agent": "Omnichannel", "Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"}
PIECE = 64 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
BUSY = frozenset({408, 425, 429})


class CannotFetch(Exception):
    """There is nothing to be had at the address, for the reason given; ``may_pass`` says whether to try again."""

    def __init__(self, reason: str, *, may_pass: bool = False) -> None:
        super().__init__(reason)
        self.may_pass = may_pass


class NotPublic(CannotFetch):
    """The address, or one that it leads on to, is none on the public internet."""


@dataclass(frozen=True)
class Fetched:
    """What was found, and where, after the last redirect."""

    url: str
    content: bytes
    content_type: str


def fetch(url: str, *, limit: int, cut: bool = False, within: float = WHOLE_SECONDS) -> Fetched:
    """Return what stands at a public https address; raise CannotFetch with a sentence for people.

    More than ``limit`` bytes are refused, or left unread where ``cut`` says that the beginning is enough.
    """
    ends_at = time.monotonic() + within
    for hop in range(MOST_REDIRECTS + 1):
        target = _parsed(url)
        with _answer(target, ends_at, is_led_to=hop > 0) as response:
            if response.status not in REDIRECTS:
                _check_status(target, response.status)
                content = _read(response, limit, cut=cut)
                return Fetched(target.url, content, response.headers.get("Content-Type", ""))
            url = urljoin(target.url, response.headers.get("Location", ""))
    raise CannotFetch(_("The address leads on to other addresses too often."))


def _parsed(url: str) -> Url:
    try:
        return parse_url(url.strip())
    except LocationParseError as fault:
        raise NotPublic(_("This is no complete web address.")) from fault


@contextmanager
def _answer(target: Url, ends_at: float, *, is_led_to: bool) -> Iterator[urllib3.BaseHTTPResponse]:
    """Give the answer of the host, from one of the addresses that were checked; all that fails is CannotFetch."""
    try:
        addresses = public_addresses(target.url, allow_loopback=settings.SIMULATOR)
    except ValidationError as fault:
        told = _("The address leads on to another: %(reason)s") if is_led_to else "%(reason)s"
        raise NotPublic(told % {"reason": fault.messages[0]}, may_pass=fault.code == "unknown_host") from fault
    left = ends_at - time.monotonic()
    try:
        with closing(_pool(target)) as pool, leading_to(addresses, within=left), listening_for(left):
            response = pool.urlopen(
                "GET", target.request_uri, headers=HEADERS, redirect=False, retries=False, preload_content=False
            )
            with closing(response):
                yield response
    except (OSError, HTTPError, ValueError) as fault:
        raise _unanswered(target, fault) from fault


def _pool(target: Url) -> urllib3.HTTPConnectionPool:
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    if target.scheme == "https":
        return _SecurePool(
            str(target.host),
            target.port,
            timeout=timeout,
            ca_certs=DEFAULT_CA_BUNDLE_PATH,
            cert_reqs="CERT_REQUIRED",
        )
    return _Pool(str(target.host), target.port, timeout=timeout)


def _check_status(target: Url, status: int) -> None:
    if status == HTTPStatus.OK:
        return
    names = {"host": target.host, "status": _name(status)}
    raise CannotFetch(_("%(host)s answered “%(status)s”.") % names, may_pass=status >= 500 or status in BUSY)


def _name(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _read(response: urllib3.BaseHTTPResponse, limit: int, *, cut: bool) -> bytes:
    content = b""
    while piece := response.read1(PIECE, decode_content=True):
        content += piece
        if len(content) > limit:
            if cut:
                return content[:limit]
            raise CannotFetch(_("It has more than %(size)s MB.") % {"size": limit // 1_000_000})
    return content


def _unanswered(target: Url, fault: Exception) -> CannotFetch:
    names = {"host": target.host}
    if isinstance(fault, SSLError):
        return CannotFetch(_("%(host)s has no certificate that can be trusted.") % names)
    if isinstance(fault, NewConnectionError):
        return CannotFetch(_("%(host)s cannot be reached.") % names, may_pass=True)
    if any(isinstance(each, TimeoutError | urllib3.exceptions.TimeoutError) for each in (fault, *fault.args)):
        return CannotFetch(_("%(host)s took too long to answer.") % names, may_pass=True)
    return CannotFetch(_("The connection to %(host)s broke off.") % names, may_pass=True)


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = PatientConnection


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = PatientSecureConnection
