"""One HTTP call, and every way it can fail turned into what to do next."""

import re
import ssl
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import IO

import requests
import urllib3

from omnichannel.amb.errors import FileTooLarge, GatewayError, GatewayUnavailable, MessageRejected, NotAuthorized
from omnichannel.amb.patience import PatientAdapter, listening_for

REASON_LIMIT = 300

_CHUNK = 64 * 1024
_BUSY = frozenset({408, 425, 429})
_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]{8,}")
_SECONDS = re.compile(r"[0-9]{1,9}")
_NEVER_SENT = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.ProxyError,
)

_thread = threading.local()


def kept_session() -> requests.Session:
    """This thread's session: connections stay open, the environment and cookies play no part."""
    session: requests.Session | None = getattr(_thread, "session", None)
    if session is None:
        session = _thread.session = _new_session()
    return session


class _DirectSession(requests.Session):
    """A session to which a redirect is an answer like any other: requests would read all of its body at once."""

    def get_redirect_target(self, _resp: requests.Response) -> None:
        return None


def _new_session() -> requests.Session:
    session = _DirectSession()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers["Accept-Encoding"] = "identity"
    for scheme in ("https://", "http://"):
        session.mount(scheme, PatientAdapter(pool_connections=8, pool_maxsize=4, max_retries=0))
    return session


@dataclass(frozen=True)
class Transport:
    """How calls are made: over which session, and how long we wait for what."""

    session: requests.Session | None = None
    timeout: tuple[float, float] = (5, 30)
    patience: float = 300

    @contextmanager
    def call(
        self,
        method: str,
        url: str,
        *,
        what: str,
        headers: Mapping[str, str] | None = None,
        data: bytes | IO[bytes] | None = None,
        repeatable: bool = True,
    ) -> Iterator[requests.Response]:
        """The open, successful answer to a call; whatever else happens becomes a GatewayError.

        A call is repeatable when losing its answer costs nothing; of the others the outcome is then unknown.
        """
        try:
            # One silent wait and the whole of our patience: nobody keeps a thread of ours for longer.
            with (
                listening_for(self.timeout[1] + self.patience),
                (self.session or kept_session()).request(
                    method,
                    url,
                    headers=headers,
                    data=data,
                    timeout=self.timeout,
                    stream=True,
                    allow_redirects=False,
                ) as response,
            ):
                if not 200 <= response.status_code < 300:
                    raise _refusal(response, what, self._reason(response))
                yield response
        except (OSError, ValueError, urllib3.exceptions.HTTPError) as error:
            raise _unanswered(error, what, repeatable) from None

    def pieces(self, response: requests.Response, *, limit: int) -> Iterator[bytes]:
        """The body piece by piece; given up above the limit, or when it drips for longer than our patience."""
        deadline = time.monotonic() + self.patience
        size = 0
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            size += len(chunk)
            if size > limit:
                raise FileTooLarge(f"The answer is larger than {limit} bytes.")
            if time.monotonic() > deadline:
                raise GatewayUnavailable(f"The answer was not complete after {self.patience:g} seconds.")
            yield chunk

    def _reason(self, response: requests.Response) -> str:
        try:
            return _one_line(next(self.pieces(response, limit=_CHUNK), b""))
        except (OSError, urllib3.exceptions.HTTPError):
            return ""


def _refusal(response: requests.Response, what: str, reason: str) -> GatewayError:
    status = response.status_code
    words = f"Apple answered {status} to {what[0].lower()}{what[1:]}" + (f": {reason}" if reason else ".")
    if status in {401, 403}:
        return NotAuthorized(words, status=status)
    if 400 <= status < 500 and status not in _BUSY:
        return MessageRejected(words, status=status)
    return GatewayUnavailable(words, status=status, retry_after=_retry_after(response.headers.get("Retry-After", "")))


def _one_line(body: bytes) -> str:
    line = body.decode("utf-8", "replace").strip().partition("\n")[0]
    if line.startswith("<"):
        return ""
    return "".join(filter(str.isprintable, _TOKEN.sub("(hidden)", line)))[:REASON_LIMIT]


def _retry_after(value: str) -> float | None:
    if _SECONDS.fullmatch(value):
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


def _unanswered(error: Exception, what: str, repeatable: bool) -> GatewayError:
    if isinstance(error, ValueError):
        return MessageRejected(f"{what} cannot be sent: an address or a header is not valid.")
    if _never_sent(error):
        return GatewayUnavailable(f"{what} did not reach the server.")
    return GatewayUnavailable(f"{what} {_loss(error)}", outcome_known=repeatable)


def _never_sent(error: Exception) -> bool:
    cause = getattr(next(iter(error.args), None), "reason", None)
    return isinstance(cause, _NEVER_SENT) or any(map(_is_distrust, _arguments(cause)))


def _arguments(cause: object) -> Iterable[object]:
    return cause.args if isinstance(cause, urllib3.exceptions.SSLError) else ()


def _is_distrust(cause: object) -> bool:
    return isinstance(cause, ssl.SSLCertVerificationError)


def _loss(error: Exception) -> str:
    is_late = isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError | TimeoutError)
    return "got no answer in time." if is_late else "lost its connection before the answer."
