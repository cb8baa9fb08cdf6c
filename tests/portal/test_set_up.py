"""A second business is set up by hand, page by page, and receives its first message."""

import base64
import re

import pytest

from channels_app.models import Account, ChannelInstance, MspConnection
from channels_app.wizards import AddAccount, SetUp
from conversations.inbound.process import process_due
from conversations.models import Conversation
from omnichannel import amb
from tests.conversations.inbound.deliveries import Apple
from tests.portal.visitors import Visitor, visitor, walk
from workstreams.models import ApiToken, Queue, User, Workstream
from workstreams.roles import Role, roles_of
from workstreams.wizards import NewWorkstream

SECRET = base64.b64encode(bytes(range(40))).decode()
MSP_ID = "11111111-2222-4333-8444-555555555555"
BUSINESS_ID = "31c6a1ea-0000-4000-8000-0000000013b5"


def set_up(administrator: Visitor) -> None:
    """Fill in every form in the documented order."""
    administrator.sends(
        "channels_app_mspconnection_add", name="Velo", msp_id=MSP_ID, secret=SECRET, gateway_url=amb.APPLE_GATEWAY
    )
    connection = MspConnection.objects.get()
    walk(administrator, AddAccount).through(
        {
            "details": {"name": "Velo shop", "channels": "apple"},
            "account": {"business_id": f" {BUSINESS_ID.upper()} ", "connection": connection.pk},
            "summary": {},
        }
    )
    administrator.sends("workstreams_queue_add", name="Sales", priority="1")
    queue = Queue.objects.get()
    walk(administrator, NewWorkstream).fills(
        "details", name="Velo", distribution="pick", queue_choice="existing", fallback_queue=queue.pk
    )
    walk(administrator, SetUp, workstream=Workstream.objects.get().pk).through(
        {
            "accounts": {"account": Account.objects.get().pk},
            "language": {"language": "de"},
            "behaviors": {"texts-TOTAL_FORMS": "0", "texts-INITIAL_FORMS": "0"},
            "features": {"customers_may_attach": "on"},
            "summary": {},
        }
    )
    administrator.sends(
        "workstreams_user_add",
        username="lea",
        first_name="Lea",
        last_name="Brandt",
        password="correct horse 9",
        roles=["Omnichannel agent"],
        agent_name="Lea from Velo",
        queues=[queue.pk],
    )


@pytest.mark.accepts("A2.1-1", "A2.3-4")
def test_a_business_is_set_up_by_hand_and_receives_a_message(administrator: Visitor) -> None:
    set_up(administrator)

    connection, instance = MspConnection.objects.get(), ChannelInstance.objects.get()
    lea = User.objects.get(username="lea")
    assert (connection.msp_id, connection.secret, connection.gateway_url) == (MSP_ID, SECRET, amb.APPLE_GATEWAY)
    assert (instance.account.name, instance.account.business_id) == ("Velo shop", BUSINESS_ID)
    assert (instance.language, instance.customers_may_attach, instance.agents_may_attach) == ("de", True, False)
    assert (lea.agent.name, [queue.name for queue in lea.agent.queues.all()]) == ("Lea from Velo", ["Sales"])
    assert [role.value for role in roles_of(lea)] == ["Omnichannel agent"]
    assert lea.check_password("correct horse 9")

    answer = Apple(instance.account).deliver(body="Is the blue one in stock?")
    process_due(limit=100)

    conversation = Conversation.objects.get()
    assert answer.status_code == 200
    assert (conversation.instance, conversation.workstream.name, conversation.queue.name) == (instance, "Velo", "Sales")
    assert list(Conversation.objects.visible_to(lea)) == [conversation]


def test_no_page_shows_the_secret_or_a_token_again(administrator: Visitor) -> None:
    set_up(administrator)
    program = visitor(Role.API_ACCESS).user
    issued = administrator.sends("workstreams_apitoken_add", name="CRM", user=program.pk).content.decode()
    token = re.search(r'data-copy="(oc_[^"]+)"', issued)
    assert token

    connection, row = MspConnection.objects.get(), ApiToken.objects.get()
    pages = [
        administrator.opens("channels_app_mspconnection_changelist"),
        administrator.opens("channels_app_mspconnection_change", connection.pk),
        administrator.opens("channels_app_mspconnection_history", connection.pk),
        administrator.opens("workstreams_apitoken_changelist"),
        administrator.opens("workstreams_apitoken_change", row.pk),
        administrator.opens("workstreams_apitoken_history", row.pk),
        administrator.opens("index"),
    ]

    assert [page.status_code for page in pages] == [200] * 7
    for page in pages:
        text = page.content.decode()
        assert SECRET not in text
        assert token[1] not in text
        assert row.digest not in text
