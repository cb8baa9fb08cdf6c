"""The portal of a business that the simulated Apple knows: what both paths need to be tried in one process."""

from dataclasses import dataclass

from channels_app.models import Organisation
from conversations.inbound.fetch import fetch_all
from conversations.inbound.process import process_due
from conversations.models import Conversation
from conversations.outbound.deliver import deliver_all
from conversations.outbound.links import read_all
from tests.factories.channels_app import (
    AccountFactory,
    ChannelInstanceFactory,
    MspConnectionFactory,
    say_nothing_by_itself,
)
from tests.factories.workstreams import AgentFactory
from tests.simulator.apple import GATEWAY_URL, FakeApple, FakePhone
from workstreams.models import Agent


@dataclass(frozen=True)
class Portal:
    """Our side of the simulated business, worked by hand instead of by workers."""

    apple: FakeApple
    agent: Agent

    def receive(self) -> None:
        """Let Apple deliver what the phones sent, apply it, and bring what it points at."""
        assert set(self.apple.deliver()) <= {200}
        while process_due(limit=100):
            pass
        fetch_all()

    def send(self) -> None:
        """Send what is queued and due, links with what their pages show."""
        read_all()
        deliver_all()

    def conversation(self, phone: FakePhone) -> Conversation:
        """Return the customer's newest conversation."""
        return Conversation.objects.filter(customer__customer_id=phone.row.opaque_id).latest("pk")


def open_portal(apple: FakeApple) -> Portal:
    """Put the simulated business to work, with one agent in its queue; it says nothing by itself."""
    say_nothing_by_itself()
    connection = MspConnectionFactory.create(
        msp_id=apple.credentials.msp_id, secret=apple.credentials.secret, gateway_url=GATEWAY_URL
    )
    account = AccountFactory.create(connection=connection, business_id=apple.business_id)
    Organisation.objects.update_or_create(pk=1, defaults={"largest_file_kb": 102_400})
    instance = ChannelInstanceFactory.create(account=account, customers_may_attach=True, agents_may_attach=True)
    agent = AgentFactory.create(name="Maya Lindgren")
    instance.workstream.fallback_queue.agents.add(agent)
    return Portal(apple, agent)
