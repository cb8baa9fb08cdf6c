"""Programs that call our REST, and what they find there."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from rest_framework.test import APIClient

from conversations.models import Conversation
from tests.factories.conversations import ConversationFactory
from tests.factories.workstreams import AgentFactory, ApiTokenFactory, UserFactory
from workstreams.models import Agent, ApiToken, User
from workstreams.roles import Role

Caller = Callable[[User], APIClient]


def give_role(user: User, role: Role) -> None:
    """Put a user into the group of a role."""
    user.groups.add(Group.objects.get_or_create(name=role.value)[0])


@pytest.fixture
def call() -> Caller:
    """Return what makes a client that acts for a user."""

    def as_user(user: User) -> APIClient:
        text = ApiToken.generate()
        ApiTokenFactory.create(user=user, digest=ApiToken.digest_of(text))
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
        return client

    return as_user


@pytest.fixture
def program(call: Caller, db: None) -> APIClient:
    """A program that may see every conversation."""
    user = UserFactory.create()
    give_role(user, Role.API_ACCESS)
    return call(user)


@pytest.fixture
def conversation(db: None) -> Conversation:
    """A conversation that waits in a queue."""
    conversation: Conversation = ConversationFactory.create()
    return conversation


@pytest.fixture
def agent(conversation: Conversation) -> Agent:
    """An agent who serves the queue of the conversation."""
    agent: Agent = AgentFactory.create()
    give_role(agent.user, Role.AGENT)
    conversation.queue.agents.add(agent)
    return agent


@pytest.fixture
def agents_program(agent: Agent, call: Caller) -> APIClient:
    """A program that acts for the agent."""
    return call(agent.user)
