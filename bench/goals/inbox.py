"""Receipts to stored, routed and announced messages: the drain against one task for each message, in turn."""

from __future__ import annotations

import random
import subprocess
import time
from uuid import uuid4

from bench.business import make_business, plain_body, text_of
from bench.figures import Figure, collect
from bench.installation import Installation, eventually
from bench.one_task_each import apply_one
from bench.processes import cpu_seconds
from channels_app.models import ChannelInstance
from conversations.inbound import tasks
from conversations.models import Conversation, InboundReceipt, Message, ReceiptState
from omnichannel.common import bell

TOGETHER = 3000
APART = 400
CUSTOMERS = 300


def measure(place: Installation, runs: int, _rows: int) -> list[Figure]:
    """Return messages per second of both and their ratio; one worker, started as `make run` starts it."""
    instance = make_business()
    worker = place.start("worker", "--include", "bench.one_task_each")
    measured = [_run(place, worker, instance) for _ in range(runs + 1)][1:]
    return [
        Figure("inbox: against one task a message", "×", collect(measured, "ratio"), at_least=5),
        Figure("inbox: messages", "/s", collect(measured, "rate"), at_least=400),
        Figure("inbox: one task a message", "/s", collect(measured, "apart_rate")),
        Figure("inbox: worker CPU per 1,000", "s", collect(measured, "cpu")),
        Figure("inbox: one task a message, worker CPU per 1,000", "s", collect(measured, "apart_cpu")),
        Figure("inbox: PostgreSQL CPU per 1,000", "s", collect(measured, "postgres_cpu")),
    ]


def _run(place: Installation, worker: subprocess.Popen[bytes], instance: ChannelInstance) -> dict[str, float]:
    rate, cpu, postgres_cpu = _work_off(place, worker, instance, TOGETHER)
    apart_rate, apart_cpu, _ = _work_off(place, worker, instance, APART, is_apart=True)
    return {
        "rate": rate, "cpu": cpu, "postgres_cpu": postgres_cpu,
        "apart_rate": apart_rate, "apart_cpu": apart_cpu, "ratio": rate / apart_rate,
    }  # fmt: skip


def _work_off(
    place: Installation,
    worker: subprocess.Popen[bytes],
    instance: ChannelInstance,
    count: int,
    *,
    is_apart: bool = False,
) -> tuple[float, float, float]:
    before = Message.objects.count()
    _deliver(instance, count)
    postgres = place.postgres.process.pid
    began, cpu, postgres_cpu = time.monotonic(), cpu_seconds(worker.pid), cpu_seconds(postgres)
    if is_apart:
        for _ in range(count):
            apply_one.delay()
    else:
        bell.ring(tasks.drain)
    eventually(lambda: not InboundReceipt.objects.filter(state=ReceiptState.WAITING).exists(), 120)
    seconds, per_thousand = time.monotonic() - began, 1000 / count
    assert Message.objects.count() - before == count
    assert Conversation.objects.filter(revision=0).count() == 0
    used = cpu_seconds(worker.pid) - cpu, cpu_seconds(postgres) - postgres_cpu
    return count / seconds, used[0] * per_thousand, used[1] * per_thousand


def _deliver(instance: ChannelInstance, count: int) -> None:
    rng = random.Random(7)
    InboundReceipt.objects.bulk_create(_receipt(instance, rng) for _ in range(count))


def _receipt(instance: ChannelInstance, rng: random.Random) -> InboundReceipt:
    message_id, customer = str(uuid4()), f"urn:mbid:bench-{rng.randrange(CUSTOMERS)}"
    body = plain_body(instance.account, customer, text_of(rng), message_id)
    return InboundReceipt(account=instance.account, apple_id=message_id, customer_id=customer, body=body)
