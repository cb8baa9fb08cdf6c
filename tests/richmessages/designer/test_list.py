"""The list of rich messages, who may open it, and how one leaves it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.urls import reverse

from omnichannel.audit.models import AuditEvent
from richmessages.models import RichMessage, State
from tests.factories.conversations import OutboundFactory
from tests.factories.richmessages import RichMessageFactory
from tests.factories.workstreams import WorkstreamFactory
from tests.portal.visitors import Visitor
from tests.richmessages.content import complete

LIST = "richmessages_richmessage_changelist"
PAGE = "richmessages_richmessage_change"


def test_the_question_says_how_often_a_message_was_sent(administrator: Visitor) -> None:
    message = RichMessageFactory.create()
    for day in (3, 9):
        OutboundFactory.create(rich_message=message, payload={}, created_at=datetime(2026, 5, day, 12, tzinfo=UTC))

    page = administrator.opens("richmessages_richmessage_delete", message.pk).content.decode()
    assert "It was used in 2 messages, the last on 9 May 2026. What was made of it stays as it is." in page
    assert "Nothing uses" not in page


def test_a_message_is_deleted_after_a_question(administrator: Visitor) -> None:
    message = RichMessageFactory.create()

    assert "Delete" in administrator.opens("richmessages_richmessage_delete", message.pk).content.decode()
    administrator.sends("richmessages_richmessage_delete", message.pk, post="yes")

    assert not RichMessage.objects.exists()
    assert AuditEvent.objects.filter(action="setting_deleted").exists()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Bills", "Hours", "Opening"]),
        ({"q": "hour"}, ["Hours"]),
        ({"q": "of Sunday"}, ["Opening"]),
        ({"q": "#vip"}, ["Bills"]),
        ({"q": "list picker"}, ["Bills"]),
        ({"type": "list_picker"}, ["Bills"]),
        ({"locale": "de-DE"}, ["Hours"]),
        ({"tag": "vip"}, ["Bills"]),
        ({"status": "draft"}, ["Hours"]),
        ({"status": "active"}, ["Bills", "Opening"]),
        ({"status": "edited"}, ["Opening"]),
        ({"workstream": "none"}, ["Bills", "Hours"]),
        ({"workstream": "x"}, ["Bills", "Hours", "Opening"]),
        ({"o": "-1"}, ["Opening", "Hours", "Bills"]),
    ],
)
def test_the_list_is_searched_filtered_and_sorted(
    administrator: Visitor, query: dict[str, str], expected: list[str]
) -> None:
    RichMessageFactory.create(name="Bills", kind="list_picker", tags=["vip"], content=complete("list_picker"))
    RichMessageFactory.create(name="Hours", locale="de-DE", state=State.DRAFT)
    opening = RichMessageFactory.create(name="Opening", description="Of Sunday", edits={"summary": "x"})
    WorkstreamFactory.create().rich_messages.add(opening)

    rows = administrator.opens(LIST, **query).context["cl"].result_list

    assert [row.name for row in rows] == expected


def test_the_list_of_one_workstream_holds_what_is_offered_there(administrator: Visitor) -> None:
    here, there = WorkstreamFactory.create(), WorkstreamFactory.create()
    here.rich_messages.add(RichMessageFactory.create(name="Here"))
    there.rich_messages.add(RichMessageFactory.create(name="There"))
    RichMessageFactory.create(name="Everywhere")

    page = administrator.opens(LIST, workstream=str(here.pk))

    assert [row.name for row in page.context["cl"].result_list] == ["Everywhere", "Here"]


def test_an_empty_list_says_what_belongs_there_and_offers_the_first_step(administrator: Visitor) -> None:
    page = administrator.opens(LIST).content.decode()

    assert "designed once here, sent often by agents" in page
    assert reverse("admin:richmessages_richmessage_add") in page


def test_the_portal_finds_rich_messages(administrator: Visitor) -> None:
    message = RichMessageFactory.create(name="Velo repairs")

    page = administrator.opens("search", q="velo rep")

    assert reverse(f"admin:{PAGE}", args=[message.pk]) in page.content.decode()


def test_the_list_takes_as_many_queries_however_long_it_is(
    administrator: Visitor, django_assert_max_num_queries: Any
) -> None:
    for _number in range(12):
        WorkstreamFactory.create().rich_messages.add(RichMessageFactory.create())

    with django_assert_max_num_queries(16):
        administrator.opens(LIST)


def test_supervisors_set_nothing_up(supervisor: Visitor) -> None:
    message = RichMessageFactory.create()

    assert supervisor.opens(LIST).status_code == 403
    assert supervisor.opens(PAGE, message.pk).status_code == 403
    assert supervisor.opens("richmessages_richmessage_workstreams", message.pk).status_code == 403


def test_an_address_that_is_none_leads_nowhere(administrator: Visitor) -> None:
    for key in ("x", "0", "99999999999"):
        assert administrator.client.get(f"/admin/richmessages/richmessage/{key}/change/").status_code == 404
