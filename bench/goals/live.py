"""Webhook to the agent's browser: twenty messages a second through all processes, until the page has the words."""

from __future__ import annotations

from bench.business import cookie_of, delivery, make_agent, make_business
from bench.console import Console
from bench.figures import Figure, collect, share
from bench.generator import Job, load
from bench.installation import Installation, eventually
from bench.processes import cpu_seconds
from channels_app.models import ChannelInstance
from conversations.models import Conversation

RATE = 20
SECONDS = 40
CUSTOMERS = 20


def measure(place: Installation, runs: int, _rows: int) -> list[Figure]:
    """Return the time from Apple's request to the fragment that shows the message in the agent's open conversation."""
    instance = make_business()
    cookie = cookie_of(make_agent(instance.workstream.fallback_queue))
    web, worker = place.start_web(), place.start("worker")
    place.start("beat")
    console = Console(place.port, cookie, _open_conversation(place, instance))
    console.listen()
    measured = [_run(place, instance, console, (web.pid, worker.pid), number) for number in range(runs + 1)][1:]
    return [
        Figure("live: webhook to browser at 20/s, p50", "ms", collect(measured, "p50"), at_most=60),
        Figure("live: webhook to browser at 20/s, p99", "ms", collect(measured, "p99"), at_most=300),
        Figure("live: CPU of web and worker", "%", collect(measured, "cpu")),
    ]


def _open_conversation(place: Installation, instance: ChannelInstance) -> int:
    load(Job((place.port,), [delivery(instance, _customer(0), "Hello")], connections=1)).go()
    mine = Conversation.objects.filter(customer__customer_id=_customer(0)).values_list("pk", flat=True)
    return eventually(lambda: mine.first() or 0)


def _customer(number: int) -> str:
    return f"urn:mbid:live-{number % CUSTOMERS}"


def _run(
    place: Installation, instance: ChannelInstance, console: Console, pids: tuple[int, ...], number: int
) -> dict[str, float]:
    count = RATE * SECONDS
    first = number * count
    requests = [delivery(instance, _customer(each), f"Hello, this is token-{first + each}.") for each in range(count)]
    ready, before = load(Job((place.port,), requests, connections=8, rate=RATE)), cpu_seconds(*pids)
    seen = ready.go()
    assert seen["statuses"] == {"200": count}, seen["statuses"]
    cpu = (cpu_seconds(*pids) - before) / SECONDS * 100
    sent_at = {first + place_in: began for place_in, began, _ in seen["times"] if place_in % CUSTOMERS == 0}
    eventually(lambda: sent_at.keys() <= console.seen_at.keys())
    waits = [(console.seen_at[each] - sent_at[each]) * 1000 for each in sent_at]
    return {"p50": share(waits, 0.5), "p99": share(waits, 0.99), "cpu": cpu}
