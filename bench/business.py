"""One business, its agent, and deliveries to it as ready-made bytes; import after Django is set up."""

from __future__ import annotations

import base64
import json
import random
from uuid import UUID, uuid4

from django.contrib.auth.models import Group
from django.test import Client

from channels_app.automated.triggers import TRIGGERS
from channels_app.models import Account, AutomatedMessage, ChannelInstance, MspConnection
from omnichannel import amb
from workstreams.models import Agent, Queue, User, Workstream
from workstreams.roles import Role

SECRET = base64.b64encode(bytes(range(32))).decode()
PATH = "/applemessagesforbusiness/message"
WORDS = ("where", "when", "order", "delivery", "bicycle", "repair", "blue", "Friday", "morning", "please", "thanks")
BODY_BYTES = 600


def make_business(gateway_url: str = amb.APPLE_GATEWAY) -> ChannelInstance:
    """Return an account at work in a workstream with one queue; it says nothing by itself."""
    queue = Queue.objects.create(name="Questions")
    workstream = Workstream.objects.create(name="Shop", fallback_queue=queue)
    connection = MspConnection.objects.create(
        name="Bench", msp_id=str(UUID(int=10)), secret=SECRET, gateway_url=gateway_url
    )
    AutomatedMessage.objects.bulk_create(
        AutomatedMessage(trigger=trigger.slug, language="en", is_active=False) for trigger in TRIGGERS
    )
    account = Account.objects.create(name="Shop", connection=connection, business_id=str(UUID(int=11)))
    return ChannelInstance.objects.create(account=account, workstream=workstream)


def make_agent(queue: Queue, name: str = "ada") -> Agent:
    """Return an agent of a queue."""
    user = User.objects.create_user(name)
    user.groups.add(Group.objects.get_or_create(name=Role.AGENT.value)[0])
    agent = Agent.objects.create(user=user, name=name.title())
    queue.agents.add(agent)
    return agent


def cookie_of(agent: Agent) -> str:
    """Return the Cookie header of a signed-in agent."""
    client = Client()
    client.force_login(agent.user, backend="django.contrib.auth.backends.ModelBackend")
    return f"sessionid={client.cookies['sessionid'].value}"


def text_of(rng: random.Random, size: int = BODY_BYTES) -> str:
    """Return words that compress as people's do; the wire carries about so many bytes of them."""
    return " ".join(f"{rng.choice(WORDS)}{rng.randrange(1000)}" for _ in range(size // 5))


def delivery(instance: ChannelInstance, customer: str, text: str, message_id: str = "") -> bytes:
    """Return one text message as Apple posts it."""
    account = instance.account
    message = amb.TextMessage(
        id=message_id or str(uuid4()), source_id=customer, destination_id=account.business_id, locale="en_US", body=text
    )
    body = amb.deflate(amb.encode(message))
    headers = {
        "Host": "127.0.0.1",
        "Authorization": amb.apple_bearer(account.connection.credentials),
        "Content-Type": "application/json",
        "Content-Encoding": "gzip",
        "Content-Length": str(len(body)),
        "id": message.id,
        "source-id": customer,
        "destination-id": account.business_id,
        "capability-list": "LIST,TIME,QUICK,FORM",
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {PATH} HTTP/1.1\r\n{lines}\r\n".encode() + body


def plain_body(account: Account, customer: str, text: str, message_id: str) -> bytes:
    """Return what the receipt of such a message holds."""
    fields = {"v": 1, "id": message_id, "type": "text", "sourceId": customer, "destinationId": account.business_id}
    return json.dumps(fields | {"locale": "en_US", "body": text}).encode()
