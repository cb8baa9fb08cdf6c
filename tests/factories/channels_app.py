"""Connections, accounts and channel instances for tests."""

import base64
import uuid

import factory
from factory.django import DjangoModelFactory

from channels_app.models import Account, ChannelInstance, MspConnection
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
