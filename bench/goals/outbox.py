"""Queued to sent: one worker process, and a gateway that takes eighty milliseconds for each answer."""

from __future__ import annotations

import subprocess
import time
from datetime import timedelta

from django.utils import timezone

from bench.business import make_business
from bench.figures import Figure, collect
from bench.installation import Installation, accepts, eventually, python
from bench.processes import cpu_seconds
from channels_app.models import ChannelInstance
from conversations.models import UNDELIVERED, Conversation, Customer, Delivery, Direction, Message
from conversations.outbound import tasks
from omnichannel.common import bell
from omnichannel.launcher.servers import free_port

MESSAGES = 2000
CONVERSATIONS = 500
ANSWER_MILLISECONDS = 80


def measure(place: Installation, runs: int, _rows: int) -> list[Figure]:
    """Return messages per second, and the worker's CPU for each."""
    port = free_port()
    place.start_program("gateway", *python("bench.gateway", str(port), str(ANSWER_MILLISECONDS)))
    eventually(lambda: accepts(port))
    conversations = _conversations(make_business(f"http://127.0.0.1:{port}/v1"))
    worker = place.start("worker")
    measured = [_run(place, worker, conversations) for _ in range(runs + 1)][1:]
    return [
        Figure("outbox: messages at an 80 ms answer", "/s", collect(measured, "rate"), at_least=150),
        Figure("outbox: worker CPU a message", "ms", collect(measured, "cpu"), at_most=3),
        Figure("outbox: PostgreSQL CPU a message", "ms", collect(measured, "postgres_cpu")),
    ]


def _conversations(instance: ChannelInstance) -> list[Conversation]:
    now, queue = timezone.now(), instance.workstream.fallback_queue
    customers = Customer.objects.bulk_create(
        Customer(account=instance.account, customer_id=f"urn:mbid:{n}", first_seen_at=now, last_seen_at=now)
        for n in range(CONVERSATIONS)
    )
    return Conversation.objects.bulk_create(
        Conversation(customer=customer, instance=instance, workstream=instance.workstream, queue=queue)
        for customer in customers
    )


def _run(place: Installation, worker: subprocess.Popen[bytes], conversations: list[Conversation]) -> dict[str, float]:
    Message.objects.bulk_create(_queued(conversations[n % CONVERSATIONS], n) for n in range(MESSAGES))
    postgres = place.postgres.process.pid
    began, cpu, postgres_cpu = time.monotonic(), cpu_seconds(worker.pid), cpu_seconds(postgres)
    bell.ring(tasks.drain)
    eventually(lambda: not Message.objects.filter(delivery__in=UNDELIVERED).exists(), 120)
    seconds, each = time.monotonic() - began, 1000 / MESSAGES
    assert not Message.objects.exclude(delivery=Delivery.SENT).exists()
    return {
        "rate": MESSAGES / seconds,
        "cpu": (cpu_seconds(worker.pid) - cpu) * each,
        "postgres_cpu": (cpu_seconds(postgres) - postgres_cpu) * each,
    }


def _queued(conversation: Conversation, number: int) -> Message:
    now = timezone.now()
    return Message(
        conversation=conversation,
        direction=Direction.OUT,
        delivery=Delivery.QUEUED,
        body=f"We open at nine. ({number})",
        due_at=now,
        give_up_at=now + timedelta(minutes=10),
    )
