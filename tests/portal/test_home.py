"""The home page says what is done, what comes next and how accounts are doing."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from channels_app.models import Examination, Finding, Verdict
from tests.factories.channels_app import AccountFactory, ChannelInstanceFactory, SurveyFactory
from tests.factories.conversations import ConversationFactory, InboundReceiptFactory, MessageFactory
from tests.factories.workstreams import AgentFactory
from tests.portal.visitors import Visitor


def steps_of(response: Any) -> dict[str, bool]:
    """What the checklist says is done."""
    return {step.title: step.is_done for step in response.context["overview"].steps}


def health_of(response: Any) -> dict[str, str]:
    """Health tag by account."""
    return {line.name: str(line.health) for line in response.context["overview"].accounts}


@pytest.mark.accepts("A1.1-1")
def test_an_empty_installation_starts_at_apple(administrator: Visitor) -> None:
    response = administrator.opens("index")

    page = response.content.decode()
    assert steps_of(response) == {
        "MSP connection added": False,
        "Account added": False,
        "Workstream created": False,
        "Channel instance set up": False,
        "Agents in the queue": False,
        "First message received": False,
    }
    assert response.context["overview"].summary == "Next step: Add a connection."
    assert "Register your business" in page
    assert 'data-copy="http://127.0.0.1:8000/applemessagesforbusiness"' in page
    assert "Apple has not called yet." in page


def test_when_all_is_set_up_the_page_waits_for_the_first_message(administrator: Visitor) -> None:
    instance = ChannelInstanceFactory.create()
    instance.workstream.fallback_queue.agents.add(AgentFactory.create())

    response = administrator.opens("index")

    assert response.context["overview"].summary == "Everything is set up. The first message is still to come."


@pytest.mark.accepts("A1.1-1")
def test_the_checklist_follows_the_data(administrator: Visitor) -> None:
    instance = ChannelInstanceFactory.create()
    instance.workstream.fallback_queue.agents.add(AgentFactory.create())
    InboundReceiptFactory.create(account=instance.account)

    response = administrator.opens("index")

    assert set(steps_of(response).values()) == {True}
    assert response.context["overview"].matters == ()
    assert response.context["overview"].summary == "1 account receives messages."
    assert "Last inbound call from Apple <time " in response.content.decode()


def test_what_stands_in_the_way_is_named(administrator: Visitor) -> None:
    instance = ChannelInstanceFactory.create(workstream__fallback_queue__name="Sales")
    idle = AgentFactory.create(user__is_active=False)
    instance.workstream.fallback_queue.agents.add(idle)
    AccountFactory.create(name="Velo rental")

    response = administrator.opens("index")

    assert [matter.title for matter in response.context["overview"].matters] == [
        "Nobody serves the queue “Sales”.",
        "“Velo rental” has no workstream yet.",
    ]


def test_each_account_shows_its_health(administrator: Visitor) -> None:
    now = timezone.now()
    AccountFactory.create(name="Idle")
    quiet, lively, late = (
        ChannelInstanceFactory.create(account__name=name).account for name in ("New", "Busy", "Late")
    )
    InboundReceiptFactory.create(account=lively, state="done", processed_at=now)
    InboundReceiptFactory.create(account=late, received_at=now - datetime.timedelta(minutes=5))

    response = administrator.opens("index")

    assert quiet.name == "New"
    assert health_of(response) == {
        "Idle": '<span class="tag warn">Not set up</span>',
        "New": '<span class="tag ">Waiting for Apple</span>',
        "Busy": '<span class="tag good">Receiving</span>',
        "Late": '<span class="tag bad">Behind</span>',
    }


def test_the_page_stays_short_and_its_queries_few(administrator: Visitor, django_assert_max_num_queries: Any) -> None:
    for _ in range(25):
        InboundReceiptFactory.create(account=ChannelInstanceFactory.create().account)

    with django_assert_max_num_queries(29):
        response = administrator.opens("index")

    assert len(response.context["overview"].accounts) == 20
    assert "All accounts" in response.content.decode()


def test_the_last_day_is_drawn_hour_by_hour(administrator: Visitor) -> None:
    conversation, now = ConversationFactory.create(), timezone.now()
    for hours in (0, 0, 3, 30):
        MessageFactory.create(conversation=conversation, created_at=now - datetime.timedelta(hours=hours))

    activity = administrator.opens("index").context["activity"]

    assert (activity.total, [bar.count for bar in activity.bars][-4:]) == (3, [1, 0, 0, 2])
    assert [bar.height for bar in activity.bars][-4:] == [60, 0, 0, 120]


def test_what_the_doctor_found_needs_attention(administrator: Visitor, supervisor: Visitor) -> None:
    examination = Examination.objects.create(account=AccountFactory.create(), asked_at=timezone.now())
    Finding.objects.create(examination=examination, test="endpoint", verdict=Verdict.WRONG)

    matters = [
        [matter.title for matter in visitor.opens("index").context["overview"].matters if "doctor" in matter.title]
        for visitor in (administrator, supervisor)
    ]

    assert matters == [["The connection doctor found 1 thing."], []]


def test_what_may_follow_is_offered_and_what_is_there_is_named(administrator: Visitor) -> None:
    SurveyFactory.create(name="Exit survey")

    response = administrator.opens("index")

    options = {option.title: (option.is_done, option.detail) for option in response.context["overview"].options}
    assert options == {
        "Routing rules": (False, ""),
        "Skills": (False, ""),
        "Customers sign in": (False, ""),
        "Apple Pay": (False, ""),
        "Survey": (True, "Exit survey"),
        "Rich messages": (False, ""),
        "Quick replies": (False, ""),
    }


def test_a_step_that_is_done_leads_to_its_list(administrator: Visitor) -> None:
    ChannelInstanceFactory.create()

    steps = {step.title: step.url for step in administrator.opens("index").context["overview"].steps}

    assert steps["Account added"] == "/admin/channels_app/account/"
    assert steps["Agents in the queue"] == "/admin/workstreams/queue/"


def test_a_supervisor_is_offered_only_what_a_supervisor_may_open(supervisor: Visitor) -> None:
    options = [option.title for option in supervisor.opens("index").context["overview"].options]

    assert options == ["Routing rules", "Quick replies"]
