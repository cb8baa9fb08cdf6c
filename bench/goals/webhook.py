"""Webhook to committed receipt: the whole product path against the bare floor, in turn on the same servers."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass

from bench.business import delivery, make_business, text_of
from bench.figures import Figure, collect
from bench.generator import CONNECTIONS, Job, load
from bench.installation import Installation, accepts, eventually, python
from bench.processes import cpu_seconds
from channels_app.models import Account, ChannelInstance
from omnichannel.launcher.servers import free_port

REQUESTS = 3000
CUSTOMERS = 500
# A busy host runs a web process for each core; as behind a proxy, connections are spread evenly over them.
PROCESSES = 2


@dataclass(frozen=True)
class Group:
    """Processes that do the same, each at a port of its own."""

    pids: list[int]
    ports: list[int]


def measure(place: Installation, runs: int, _rows: int) -> list[Figure]:
    """Return requests per second and CPU of both, and their ratio; no worker runs, so that nothing else is measured."""
    instance = make_business()
    ports = [place.port, *(free_port() for _ in range(PROCESSES - 1))]
    web = Group([place.start_web(port).pid for port in ports], ports)
    floor = _start_floor(place, instance.account)
    measured = [_run(place, web, floor) for _ in range(runs + 1)][1:]
    return [
        Figure("webhook: requests against the floor", "×", collect(measured, "ratio"), at_least=0.45),
        Figure("webhook: requests", "/s", collect(measured, "rate")),
        Figure("webhook: floor requests", "/s", collect(measured, "floor_rate")),
        Figure("webhook: web CPU per 1,000", "s", collect(measured, "cpu"), at_most=1.0),
        Figure("webhook: floor web CPU per 1,000", "s", collect(measured, "floor_cpu")),
        Figure("webhook: PostgreSQL CPU per 1,000", "s", collect(measured, "postgres_cpu")),
        Figure("webhook: floor PostgreSQL CPU per 1,000", "s", collect(measured, "floor_postgres_cpu")),
    ]


def _start_floor(place: Installation, account: Account) -> Group:
    credentials, ports = account.connection.credentials, [free_port() for _ in range(PROCESSES)]
    os.environ |= {
        "FLOOR_KEY": credentials.key.hex(),
        "FLOOR_MSP_ID": credentials.msp_id,
        "FLOOR_ACCOUNT": str(account.pk),
    }
    words = python("uvicorn", "bench.floor:application", "--host", "127.0.0.1", "--no-access-log", "--lifespan", "off")
    pids = [place.start_program("floor", *words, "--port", str(port)).pid for port in ports]
    eventually(lambda: all(map(accepts, ports)))
    return Group(pids, ports)


def _run(place: Installation, web: Group, floor: Group) -> dict[str, float]:
    rate, cpu, postgres_cpu = _hammer(place, web)
    floor_rate, floor_cpu, floor_postgres_cpu = _hammer(place, floor)
    return {
        "rate": rate, "cpu": cpu, "postgres_cpu": postgres_cpu, "ratio": rate / floor_rate,
        "floor_rate": floor_rate, "floor_cpu": floor_cpu, "floor_postgres_cpu": floor_postgres_cpu,
    }  # fmt: skip


def _hammer(place: Installation, group: Group) -> tuple[float, float, float]:
    ready = load(Job(group.ports, _deliveries(), CONNECTIONS))
    web_before, postgres_before = cpu_seconds(*group.pids), cpu_seconds(place.postgres.process.pid)
    seen = ready.go()
    assert seen["statuses"] == {"200": REQUESTS}, seen["statuses"]
    per_thousand = 1000 / REQUESTS
    web = (cpu_seconds(*group.pids) - web_before) * per_thousand
    postgres = (cpu_seconds(place.postgres.process.pid) - postgres_before) * per_thousand
    return REQUESTS / seen["seconds"], web, postgres


def _deliveries() -> list[bytes]:
    rng = random.Random(7)
    instance = ChannelInstance.objects.select_related("account__connection").get()
    return [delivery(instance, f"urn:mbid:bench-{rng.randrange(CUSTOMERS)}", text_of(rng)) for _ in range(REQUESTS)]
