"""An installation that the doctor finds healthy, with the simulator as Apple."""

from dataclasses import dataclass

import pytest

from channels_app.doctor.services import end_all
from channels_app.models import Account, ChannelInstance, Finding, MspConnection
from omnichannel.common import task_counts
from tests.factories.channels_app import AccountFactory, ChannelInstanceFactory, MspConnectionFactory
from tests.factories.conversations import InboundReceiptFactory
from tests.portal.visitors import Visitor, administrator, supervisor
from tests.simulator.apple import GATEWAY_URL, FakeApple, apple

__all__ = ["administrator", "apple", "supervisor"]


@dataclass(frozen=True)
class Clinic:
    """The doctor, and a business that works."""

    instance: ChannelInstance
    visitor: Visitor

    @property
    def account(self) -> Account:
        """Return the account of the business."""
        return self.instance.account

    @property
    def connection(self) -> MspConnection:
        """Return its connection."""
        return self.instance.account.connection

    def examine(self) -> dict[str, str]:
        """Press the button, let the worker come, and return what is not fine, by test."""
        self.visitor.sends("doctor_test_account", self.account.pk)
        assert end_all(seconds=60)
        return {each.test: each.outcome for each in Finding.objects.exclude(verdict="fine")}

    def page(self) -> str:
        """Return the account's page as it is read."""
        return str(self.visitor.opens("doctor_account", self.account.pk).content.decode())


@pytest.fixture
def clinic(apple: FakeApple, administrator: Visitor) -> Clinic:
    """A business at the simulated Apple that has been called, with workers that have just swept."""
    connection = MspConnectionFactory.create(
        msp_id=apple.credentials.msp_id, secret=apple.credentials.secret, gateway_url=GATEWAY_URL
    )
    account = AccountFactory.create(name="Velo shop", connection=connection, business_id=apple.business_id)
    instance = ChannelInstanceFactory.create(account=account)
    InboundReceiptFactory.create(account=account)
    task_counts.note("conversations.inbound.tasks.sweep", "SUCCESS")
    return Clinic(instance, administrator)
