"""Connections, accounts and channel instances for tests."""

import base64
import uuid

import factory
from factory.django import DjangoModelFactory

from channels_app.automated.triggers import TRIGGERS
from channels_app.models import Account, AutomatedMessage, ChannelInstance, MspConnection, Survey
from tests.factories.workstreams import WorkstreamFactory


class MspConnectionFactory(DjangoModelFactory[MspConnection]):
    """A registration with Apple."""

    class Meta:
        model = MspConnection

    name = factory.Sequence(lambda n: f"Connection {n}")
    msp_id = factory.Sequence(lambda n: str(uuid.UUID(int=0xA << 120 | n)))
    secret = base64.b64encode(bytes(range(32))).decode()


class AccountFactory(DjangoModelFactory[Account]):
    """A business registered with Apple."""

    class Meta:
        model = Account

    name = factory.Sequence(lambda n: f"Business {n}")
    connection = factory.SubFactory(MspConnectionFactory)
    business_id = factory.Sequence(lambda n: str(uuid.UUID(int=0xB << 120 | n)))


class ChannelInstanceFactory(DjangoModelFactory[ChannelInstance]):
    """An account put to work."""

    class Meta:
        model = ChannelInstance

    account = factory.SubFactory(AccountFactory)
    workstream = factory.SubFactory(WorkstreamFactory)


class AutomatedMessageFactory(DjangoModelFactory[AutomatedMessage]):
    """A text that the whole channel says in English when a conversation opens."""

    class Meta:
        model = AutomatedMessage

    trigger = "greeting"
    language = "en"
    text = factory.Sequence(lambda n: f"Welcome {n}")


def say_nothing_by_itself(language: str = "en") -> None:
    """Deactivate every automated message of a language, for tests that count what people say."""
    AutomatedMessage.objects.bulk_create(
        AutomatedMessage(trigger=trigger.slug, language=language, is_active=False) for trigger in TRIGGERS
    )


class SurveyFactory(DjangoModelFactory[Survey]):
    """A survey of another system."""

    class Meta:
        model = Survey

    name = factory.Sequence(lambda n: f"Survey {n}")
    url = "https://survey.example.com/shop?t={token}"
