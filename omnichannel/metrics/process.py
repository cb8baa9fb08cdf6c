"""What only the web processes of this host can count: answers to Apple, and event streams that are open.

Each process counts in a file of its own in METRICS_DIR, and whichever is asked adds them up. Counting must never
cost a delivery: where the files cannot be made, this host counts nothing and says so once.
"""

import functools
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from prometheus_client import REGISTRY, CollectorRegistry, Gauge, Histogram
from prometheus_client.multiprocess import MultiProcessCollector
from structlog.contextvars import bind_contextvars, reset_contextvars

from omnichannel.common.request_id import HEADER, id_for

View = Callable[..., HttpResponse]
# Blocks set aside for each file at once: a file that grew into a full disk would end the process.
FILE_BYTES = 1 << 16
KINDS = ("histogram", "gauge_livesum")
APPLE_ID = re.compile(r"[0-9A-Fa-f-]{32,36}")

WEBHOOK = Histogram(
    "omnichannel_webhook_duration_seconds",
    "Time to answer one delivery by Apple, by status of the answer; web processes of this host.",
    ["status"],
    buckets=(0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=REGISTRY,
)
STREAMS = Gauge(
    "omnichannel_event_streams",
    "Event streams that browsers hold open; web processes of this host.",
    ["page"],
    multiprocess_mode="livesum",
    registry=REGISTRY,
)
log = structlog.get_logger(__name__)


def measured(view: View) -> View:
    """Return the webhook's view, its answers counted, and Apple's id of the message in whatever it logs."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        began, status = time.monotonic(), 500
        # No middleware has seen a delivery, so it gets its id here.
        request_id = id_for(request)
        bound = bind_contextvars(request_id=request_id, apple_id=_apple_id(request))
        try:
            response = view(request, *args, **kwargs)
            response.headers[HEADER], status = request_id, response.status_code
        finally:
            _note_delivery(status, time.monotonic() - began)
            reset_contextvars(**bound)
        return response

    return answer


@contextmanager
def open_stream(path: str) -> Iterator[None]:
    """Count an event stream for as long as it is open."""
    if not can_count():
        yield
        return
    gauge = STREAMS.labels(page=path.strip("/").partition("/")[0])
    gauge.inc()
    try:
        yield
    finally:
        gauge.dec()


@functools.cache
def can_count() -> bool:
    """Tell whether this process has its files, making them when it is asked first."""
    try:
        folder = Path(settings.METRICS_DIR)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for kind in KINDS:
            _set_aside(folder / f"{kind}_{os.getpid()}.db")
    except OSError as fault:
        log.warning("metrics_not_counted", fault=type(fault).__name__)
        return False
    return True


def registry() -> CollectorRegistry:
    """Return what the web processes of this host have counted since their folder was emptied."""
    found = CollectorRegistry()
    if can_count():
        _forget_the_dead()
        MultiProcessCollector(found, path=str(settings.METRICS_DIR))  # type: ignore[no-untyped-call]
    return found


def start_afresh() -> None:
    """Empty the folder; for when no web process of this host runs."""
    for file in Path(settings.METRICS_DIR).glob("*.db"):
        file.unlink(missing_ok=True)


def _apple_id(request: HttpRequest) -> str:
    given = request.headers.get("id", "")
    return given.lower() if APPLE_ID.fullmatch(given) else ""


def _note_delivery(status: int, seconds: float) -> None:
    if status != 200:
        log.info("delivery_refused", status=status)
    if can_count():
        WEBHOOK.labels(status=str(status)).observe(seconds)


def _set_aside(file: Path) -> None:
    # A process number comes back one day; its counts go on where they stood.
    if not file.exists():
        file.write_bytes(bytes(FILE_BYTES))


def _forget_the_dead() -> None:
    """Drop the streams of processes that were killed; what they counted stays."""
    for file in Path(settings.METRICS_DIR).glob("gauge_livesum_*.db"):
        number = file.stem.rpartition("_")[2]
        if number.isdigit() and not psutil.pid_exists(int(number)):
            file.unlink(missing_ok=True)
