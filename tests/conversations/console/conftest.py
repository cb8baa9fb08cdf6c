"""An agent at the console, with a queue."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from channels_app.models import ChannelInstance
from tests.factories.channels_app import ChannelInstanceFactory, say_nothing_by_itself
from tests.factories.workstreams import AgentFactory
from workstreams.models import Agent, Queue
from workstreams.roles import Role

SignIn = Callable[[Agent], Client]


def person(name: str, role: Role, *queues: Queue) -> Agent:
    """Somebody with a role who serves some queues."""
    agent: Agent = AgentFactory.create(name=name)
    agent.user.groups.add(Group.objects.get_or_create(name=role.value)[0])
    agent.queues.set(queues)
    return agent


@pytest.fixture
def instance(db: None) -> ChannelInstance:
    """A channel whose agents may send files, and which says nothing by itself."""
    say_nothing_by_itself()
    made: ChannelInstance = ChannelInstanceFactory.create(agents_may_attach=True)
    return made


@pytest.fixture
def queue(instance: ChannelInstance) -> Queue:
    """The queue in which its conversations wait."""
    return instance.workstream.fallback_queue


@pytest.fixture
def agent(queue: Queue) -> Agent:
    """Tom, who serves the queue."""
    return person("Tom Lindner", Role.AGENT, queue)


@pytest.fixture
def maya(queue: Queue) -> Agent:
    """A colleague in the same queue."""
    return person("Maya Ortiz", Role.AGENT, queue)


@pytest.fixture
def sign_in() -> SignIn:
    """Return the browser of somebody who is signed in."""

    def signed_in(somebody: Agent) -> Client:
        client = Client()
        client.force_login(somebody.user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


@pytest.fixture
def console(agent: Agent, sign_in: SignIn) -> Client:
    """Tom's browser."""
    return sign_in(agent)
