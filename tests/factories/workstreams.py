"""People, queues and workstreams for tests."""

import factory
from factory.django import DjangoModelFactory, Password

from workstreams.models import Agent, ApiToken, Queue, User, Workstream


class UserFactory(DjangoModelFactory[User]):
    """A person who can sign in with the password "correct horse"."""

    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"person{n}")
    password = Password("correct horse")


class AgentFactory(DjangoModelFactory[Agent]):
    """A user's side that works on conversations."""

    class Meta:
        model = Agent

    user = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"Agent {n}")


class QueueFactory(DjangoModelFactory[Queue]):
    """A queue that nobody serves yet."""

    class Meta:
        model = Queue

    name = factory.Sequence(lambda n: f"Queue {n}")


class WorkstreamFactory(DjangoModelFactory[Workstream]):
    """A workstream with a fallback queue."""

    class Meta:
        model = Workstream

    name = factory.Sequence(lambda n: f"Workstream {n}")
    fallback_queue = factory.SubFactory(QueueFactory)


class ApiTokenFactory(DjangoModelFactory[ApiToken]):
    """A token whose text is "oc_" and its number."""

    class Meta:
        model = ApiToken

    user = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"Program {n}")
    digest = factory.Sequence(lambda n: ApiToken.digest_of(f"oc_{n}"))
