"""Rich messages tied to workstreams: from the workstream's page, from the message's, and what agents notice."""

import pytest

from conversations.models import Customer
from conversations.offers import offered
from omnichannel.audit.models import AuditEvent
from richmessages.models import RichMessage
from tests.conversations.conftest import phone, portal
from tests.factories.richmessages import RichMessageFactory
from tests.factories.workstreams import WorkstreamFactory
from tests.portal.visitors import Visitor, administrator
from tests.portal_of import Portal
from tests.simulator.apple import FakePhone, apple
from workstreams.models import Workstream

__all__ = ["administrator", "apple", "phone", "portal"]


@pytest.mark.accepts("A5.3-2")
def test_a_tie_takes_a_message_from_other_agents_and_without_it_everybody_has_it_again(
    administrator: Visitor, portal: Portal, phone: FakePhone
) -> None:
    Customer.objects.update(locale="en_US")
    message, other = RichMessageFactory.create(), WorkstreamFactory.create()
    here = portal.conversation(phone)
    assert list(offered(here)) == [message]

    administrator.sends("workstreams_workstream_rich_add", other.pk, messages=[message.pk])
    assert list(offered(here)) == []

    administrator.sends("workstreams_workstream_rich_remove", other.pk, message=message.pk)
    assert list(offered(here)) == [message]


def test_the_page_of_a_workstream_lists_what_is_tied_to_it(administrator: Visitor) -> None:
    workstream, message = WorkstreamFactory.create(), RichMessageFactory.create(name="Hours")
    RichMessageFactory.create(name="Bills")

    empty = administrator.opens("workstreams_workstream_rich", workstream.pk).content.decode()
    assert "offered the 2 that are tied to no workstream" in empty

    workstream.rich_messages.add(message)
    page = administrator.opens("workstreams_workstream_rich", workstream.pk).content.decode()
    choice = administrator.opens("workstreams_workstream_rich_add", workstream.pk)

    assert "Edit Hours" in page
    assert "Bills" not in page
    assert [row.name for row in choice.context["rows"]] == ["Bills"]


def test_nothing_ticked_is_said_and_changes_nothing(administrator: Visitor) -> None:
    workstream = WorkstreamFactory.create()
    RichMessageFactory.create()

    answer = administrator.sends("workstreams_workstream_rich_add", workstream.pk)

    assert "Tick the messages" in answer.content.decode()
    assert not workstream.rich_messages.exists()


@pytest.mark.parametrize("wanted", ["", "x", "0", "12345"])
def test_what_is_not_tied_cannot_be_removed(administrator: Visitor, wanted: str) -> None:
    answer = administrator.sends("workstreams_workstream_rich_remove", WorkstreamFactory.create().pk, message=wanted)

    assert answer.status_code == 404


def test_a_message_chooses_its_workstreams_and_the_log_tells(administrator: Visitor) -> None:
    message, one, two = RichMessageFactory.create(), WorkstreamFactory.create(), WorkstreamFactory.create()

    administrator.sends("richmessages_richmessage_workstreams", message.pk, workstreams=[one.pk])
    administrator.sends("richmessages_richmessage_workstreams", message.pk, workstreams=[two.pk])
    assert [*message.workstreams.all()] == [two]

    administrator.sends("richmessages_richmessage_workstreams", message.pk)
    assert not RichMessage.objects.get().workstreams.exists()

    events = AuditEvent.objects.concerning("richmessages.richmessage", str(message.pk)).order_by("number")
    assert [event.details["changes"]["workstreams"] for event in events] == [
        [None, [one.name]],
        [[one.name], [two.name]],
        [[two.name], None],
    ]


def test_a_message_is_added_from_the_advanced_settings_of_a_workstream(administrator: Visitor) -> None:
    workstream = WorkstreamFactory.create()

    page = administrator.opens("workstreams_workstream_change", workstream.pk).content.decode()

    assert "Show advanced settings" in page
    assert f"/workstreams/workstream/{workstream.pk}/rich-messages/" in page


def test_a_workstream_is_not_deleted_from_under_messages_that_are_offered_nowhere_else(administrator: Visitor) -> None:
    shop, workshop = WorkstreamFactory.create_batch(2)
    here, both = RichMessageFactory.create(name="Bikes"), RichMessageFactory.create(name="Topics")
    shop.rich_messages.add(here, both)
    workshop.rich_messages.add(both)

    page = administrator.opens("workstreams_workstream_delete", shop.pk).content.decode()
    administrator.sends("workstreams_workstream_delete", shop.pk, post="yes")

    assert "<b>rich message</b>: <a href=" in page
    assert "Bikes" in page
    assert "Topics" not in page
    assert Workstream.objects.filter(pk=shop.pk).exists()
