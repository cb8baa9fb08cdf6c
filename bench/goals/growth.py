"""What ten thousand messages cost, and what millions cost: lists, pages, search and ingest, on the same code."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from urllib.parse import quote_plus
from uuid import uuid4

from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client

from bench.business import PATH, make_agent, make_business, text_of
from bench.figures import Figure
from bench.installation import Installation
from bench.rows import EACH, fill
from channels_app.models import ChannelInstance
from conversations.inbound.process import process_due
from conversations.models import Conversation, Message
from omnichannel import amb
from workstreams.models import Agent, User
from workstreams.roles import Role

FEW = 10_000
REPEATS = 31
TABLES = "conversations_message, conversations_inboundreceipt, conversations_conversation, conversations_customer"


def measure(_place: Installation, runs: int, rows: int) -> list[Figure]:
    """Return how many times as long each takes; an agent and a supervisor ask, in this process, without a network."""
    instance = make_business()
    agent, supervisor = make_agent(instance.workstream.fallback_queue), _supervisor()
    few, many = (_measure(instance, agent, supervisor, count, runs) for count in (FEW, rows))
    return [_figure(what, few[what], many[what]) for what in few]


def _figure(what: str, few: list[float], many: list[float]) -> Figure:
    base = statistics.median(few)
    name = f"growth: {what} ({base:.1f} ms to {statistics.median(many):.1f} ms)"
    return Figure(name, "×", tuple(each / base for each in many), at_most=1.5)


def _supervisor() -> Agent:
    agent = Agent.objects.create(user=User.objects.create_user("grace"), name="Grace")
    roles = (Role.SUPERVISOR, Role.ADMINISTRATOR)
    agent.user.groups.set([Group.objects.get_or_create(name=role.value)[0] for role in roles])
    return agent


def _measure(
    instance: ChannelInstance, agent: Agent, supervisor: Agent, count: int, runs: int
) -> dict[str, list[float]]:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TABLES} CASCADE")
    fill(instance, agent, count)
    acts = _acts(instance, _signed_in(agent), _signed_in(supervisor), count)
    return {what: [_fastest(act) for _ in range(runs)] for what, act in acts.items()}


def _signed_in(agent: Agent) -> Client:
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(agent.user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _fastest(act: Callable[[], None]) -> float:
    """Return the time of the quickest repeat, the one that the rest of the machine disturbed least."""
    act()
    return min(_milliseconds(act) for _ in range(REPEATS))


def _milliseconds(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def _acts(instance: ChannelInstance, agent: Client, supervisor: Client, count: int) -> dict[str, Callable[[], None]]:
    conversation = Conversation.objects.filter(state="active").latest("pk")
    # One conversation begins so, among ten thousand messages and among millions.
    newest, words = conversation.pk, quote_plus(conversation.preview[:40])
    old = Message.objects.filter(conversation=newest).latest("pk").pk
    a_text = Message.objects.get(pk=count // 2)
    pages = {
        "list, agent": (agent, "/console/list/?view=open"),
        "list, supervisor": (supervisor, "/console/list/?view=team"),
        "transcript": (agent, f"/console/conversations/{newest}/thread/"),
        "older messages": (agent, f"/console/conversations/{newest}/transcript/?before={old}"),
        "search by words, agent": (agent, f"/console/list/?q={words}"),
        "search by words, supervisor": (supervisor, f"/console/list/?q={words}"),
        "search by number": (agent, f"/console/list/?q={count // EACH // 2}"),
        "ledger, attention": (supervisor, "/admin/ledger/"),
        "ledger, from Apple": (supervisor, "/admin/ledger/from-apple/"),
        "ledger, to Apple": (supervisor, "/admin/ledger/to-apple/"),
        "ledger, find an id": (supervisor, f"/admin/ledger/find/?q={a_text.apple_id}"),
    }
    acts = {what: _get(client, path) for what, (client, path) in pages.items()}
    return acts | {"ingest": _ingest(instance)}


def _get(client: Client, path: str) -> Callable[[], None]:
    def act() -> None:
        answer = client.get(path, follow=False)
        assert answer.status_code == 200, (path, answer.status_code)

    return act


def _ingest(instance: ChannelInstance) -> Callable[[], None]:
    rng, client, account = random.Random(7), Client(HTTP_HOST="127.0.0.1"), instance.account

    def act() -> None:
        customer, message_id = f"urn:mbid:new-{rng.randrange(300)}", str(uuid4())
        text = amb.TextMessage(id=message_id, source_id=customer, destination_id=account.business_id, body=text_of(rng))
        headers = {
            "authorization": amb.apple_bearer(account.connection.credentials),
            "id": message_id,
            "source-id": customer,
            "destination-id": account.business_id,
        }
        body = amb.deflate(amb.encode(text))
        answer = client.post(PATH, body, content_type="application/json", headers=headers)
        assert answer.status_code == 200, answer.content
        process_due(limit=100)

    return act
