"""A thousand consoles that listen to one web process: the memory of each, and how long an event takes to reach them."""

from __future__ import annotations

import json
import resource
import subprocess
import time

from bench.business import cookie_of, make_agent, make_business
from bench.figures import Figure, collect, share
from bench.installation import Installation, python
from bench.processes import cpu_seconds, own_kb
from conversations.live import CHANNEL
from omnichannel.common import redis

CONSOLES = 1000
WARM_UP = 20
EVENTS = 30
GAP_SECONDS = 0.5


def measure(place: Installation, runs: int, _rows: int) -> list[Figure]:
    """Return memory for each stream, and the time from publishing an event to its arrival at every one of them."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    queue = make_business().workstream.fallback_queue
    cookie, web = cookie_of(make_agent(queue)), place.start_web()
    # The first consoles load what every later one shares.
    _listen(place, cookie, queue.pk, web, WARM_UP)
    # Against this in every run: a later one uses again what an earlier one gave back.
    before = own_kb(web.pid)
    measured = [_listen(place, cookie, queue.pk, web, CONSOLES, before) for _ in range(runs)]
    return [
        Figure("streams: memory of each of 1,000", "KB", collect(measured, "kb"), at_most=60),
        Figure("streams: an event to all of them, p50", "ms", collect(measured, "p50")),
        Figure("streams: an event to all of them, p99", "ms", collect(measured, "p99"), at_most=50),
        Figure("streams: web CPU for an event to all of them", "ms", collect(measured, "cpu")),
    ]


def _listen(
    place: Installation, cookie: str, queue: int, web: subprocess.Popen[bytes], consoles: int, before: float = 0
) -> dict[str, float]:
    words = python("bench.listeners", str(place.port), cookie, str(consoles), str(EVENTS))
    with subprocess.Popen(words, stdout=subprocess.PIPE) as listeners:
        assert listeners.stdout
        assert listeners.stdout.readline() == b"ready\n"
        kb = (own_kb(web.pid) - before) / consoles
        used = cpu_seconds(web.pid)
        told_at = [_publish(number, queue) for number in range(EVENTS)]
        heard = json.loads(listeners.stdout.read())
        cpu = (cpu_seconds(web.pid) - used) / EVENTS * 1000
    waits = [(at - told_at[number]) * 1000 for number, at in heard]
    return {"kb": kb, "cpu": cpu, "p50": share(waits, 0.5), "p99": share(waits, 0.99)}


def _publish(number: int, queue: int) -> float:
    time.sleep(GAP_SECONDS)
    event = {"conversation": number, "queue": queue, "agent": None, "what": "changed"}
    now = time.time()
    redis.client().publish(CHANNEL, json.dumps(event))
    return now
