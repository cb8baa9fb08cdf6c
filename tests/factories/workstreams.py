"""People, queues and workstreams for tests."""

import factory
from factory.django import DjangoModelFactory, Password

from workstreams.models import (
    Agent,
    AgentCapacity,
    AgentSkill,
    ApiToken,
    CapacityProfile,
    Presence,
    Queue,
    QuickReply,
    RatingModel,
    Skill,
    SkillType,
    User,
    Workstream,
)


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


class PresenceFactory(DjangoModelFactory[Presence]):
    """A presence of the company's own."""

    class Meta:
        model = Presence

    name = factory.Sequence(lambda n: f"Presence {n}")
    text = factory.Sequence(lambda n: f"Away, in training {n}")
    base_status = "away"


class RatingModelFactory(DjangoModelFactory[RatingModel]):
    """A scale from 1 to 10."""

    class Meta:
        model = RatingModel

    name = factory.Sequence(lambda n: f"Scale {n}")


class SkillTypeFactory(DjangoModelFactory[SkillType]):
    """A label that groups skills."""

    class Meta:
        model = SkillType

    name = factory.Sequence(lambda n: f"Type {n}")


class SkillFactory(DjangoModelFactory[Skill]):
    """A skill that nobody has yet."""

    class Meta:
        model = Skill

    name = factory.Sequence(lambda n: f"Skill {n}")
    type = factory.SubFactory(SkillTypeFactory)
    rating_model = factory.SubFactory(RatingModelFactory)


class AgentSkillFactory(DjangoModelFactory[AgentSkill]):
    """What one agent is good at."""

    class Meta:
        model = AgentSkill

    agent = factory.SubFactory(AgentFactory)
    skill = factory.SubFactory(SkillFactory)
    rating = 3


class CapacityProfileFactory(DjangoModelFactory[CapacityProfile]):
    """A limit of two conversations."""

    class Meta:
        model = CapacityProfile

    name = factory.Sequence(lambda n: f"Profile {n}")
    limit = 2


class AgentCapacityFactory(DjangoModelFactory[AgentCapacity]):
    """A profile that limits one agent."""

    class Meta:
        model = AgentCapacity

    agent = factory.SubFactory(AgentFactory)
    profile = factory.SubFactory(CapacityProfileFactory)


class QuickReplyFactory(DjangoModelFactory[QuickReply]):
    """A canned text that is offered everywhere."""

    class Meta:
        model = QuickReply

    title = factory.Sequence(lambda n: f"Reply {n}")
    text = "We open at nine."


class ApiTokenFactory(DjangoModelFactory[ApiToken]):
    """A token whose text is "oc_" and its number."""

    class Meta:
        model = ApiToken

    user = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda n: f"Program {n}")
    digest = factory.Sequence(lambda n: ApiToken.digest_of(f"oc_{n}"))
