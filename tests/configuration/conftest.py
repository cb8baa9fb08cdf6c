"""A set-up with one record of each kind, and a name server that knows its hosts."""

import socket
from typing import Any

import pytest

from authsettings.models import AuthenticationSetting
from channels_app.models import AutomatedMessage, ChannelInstance, Organisation, Survey
from payments.models import PaymentProfile
from tests.factories.channels_app import AccountFactory, ChannelInstanceFactory, MspConnectionFactory
from tests.factories.richmessages import RichMessageFactory
from tests.factories.rules import RouteRuleFactory
from tests.factories.workstreams import (
    AgentFactory,
    CapacityProfileFactory,
    PresenceFactory,
    QuickReplyFactory,
    SkillFactory,
    WorkstreamFactory,
)
from tests.portal.visitors import administrator, agent, supervisor

__all__ = ["administrator", "agent", "supervisor"]

TEST_ID = "3ff83aa1-0000-4000-8000-000000000001"
REAL_ID = "9c1e7b52-0000-4000-8000-000000000002"
SECRETS = ("c2VjcmV0LW9mLXRoZS1jb25uZWN0aW9u", "secret-of-the-client", "file-of-the-merchant", "word-of-the-file")


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name leads to one public address."""
    look_up = socket.getaddrinfo

    def answer(host: str, port: int, *rest: Any, **keys: Any) -> Any:
        return look_up("93.184.215.14" if host.endswith(".example.com") else host, port, *rest, **keys)

    monkeypatch.setattr(socket, "getaddrinfo", answer)


@pytest.fixture
def set_up(db: None) -> ChannelInstance:
    """Return the instance of a business that has decided everything."""
    organisation = Organisation.get()
    organisation.region, organisation.blocked_extensions = "emea", ["exe", "bat"]
    organisation.save()
    connection = MspConnectionFactory.create(name="Velo", secret=SECRETS[0])
    account = AccountFactory.create(name="Velo shop", connection=connection, business_id=TEST_ID)
    workstream = WorkstreamFactory.create(name="Sales", fallback_queue__name="Sales", fallback_queue__priority=2)
    workstream.fallback_queue.agents.add(AgentFactory.create())
    instance: ChannelInstance = ChannelInstanceFactory.create(
        account=account,
        workstream=workstream,
        language="de",
        offers_survey=True,
        survey=Survey.objects.create(name="Ride", url="https://survey.example.com/{token}"),
        authentication_setting=_authentication(),
        payment_profile=_payment(),
    )
    RouteRuleFactory.create(workstream=workstream, queue=workstream.fallback_queue)
    SkillFactory.create()
    CapacityProfileFactory.create()
    PresenceFactory.create()
    QuickReplyFactory.create().workstreams.add(workstream)
    workstream.rich_messages.add(RichMessageFactory.create())
    AutomatedMessage.objects.create(trigger="welcome", language="de", text="Grüß Gott “Radler” 🚲")
    AutomatedMessage.objects.create(trigger="welcome", language="de", text="Hallo", instance=instance)
    return instance


def _authentication() -> AuthenticationSetting:
    return AuthenticationSetting.objects.create(
        name="Login",
        client_id="velo",
        client_secret=SECRETS[1],
        scopes=["openid", "email"],
        user_info_url="https://login.example.com/me",
    )


def _payment() -> PaymentProfile:
    return PaymentProfile.objects.create(
        name="Till",
        friendly_name="Velo",
        merchant_id="merchant.com.example.velo",
        certificate=SECRETS[2],
        certificate_password=SECRETS[3],
        certificate_ends_at="2027-05-01T12:00:00.5Z",
        gateway_url="https://pay.example.com/",
        domain_url="https://shop.example.com/",
        country="DE",
        capabilities=["3DS"],
        networks=["visa"],
    )
