"""Who may open the portal, and what each person finds there."""

from operator import attrgetter
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from omnichannel.portal.planned import PLANNED, SET_UP, Planned
from tests.factories.channels_app import AccountFactory, ChannelInstanceFactory, MspConnectionFactory
from tests.factories.workstreams import AgentFactory, QueueFactory, UserFactory, WorkstreamFactory
from tests.portal.visitors import Visitor

LISTS = (
    "channels_app_account_changelist",
    "channels_app_channelinstance_changelist",
    "channels_app_mspconnection_changelist",
    "channels_app_survey_changelist",
    "audit_log",
    "doctor_overview",
    "prerequisites",
    "regions",
    "authsettings_authenticationsetting_changelist",
    "ledger_attention",
    "payments_paymentprofile_changelist",
    "richmessages_richmessage_changelist",
    "workstreams_apitoken_changelist",
    "workstreams_capacityprofile_changelist",
    "workstreams_presence_changelist",
    "workstreams_queue_changelist",
    "workstreams_quickreply_changelist",
    "workstreams_skill_changelist",
    "workstreams_user_changelist",
    "workstreams_workstream_changelist",
)

STEERING = ("Ongoing conversations", "Live dashboards", "Routing diagnostics")


def map_of(response: Any) -> list[tuple[str, list[str]]]:
    """Headings and entries of the site map."""
    return [
        (str(section.title), [str(entry.title) for entry in section.entries])
        for section in response.context["site_map"]
    ]


@pytest.mark.accepts("A1.3-1")
@pytest.mark.parametrize("name", ["index", *LISTS])
def test_an_agent_is_refused_and_shown_the_way_to_the_console(agent: Visitor, name: str) -> None:
    response = agent.opens(name)

    assert response.status_code == 403
    assert f'href="{reverse("console:home")}"' in response.content.decode()


def test_a_stranger_signs_in_first_and_comes_back(client: Client, db: None) -> None:
    wanted = reverse("admin:workstreams_queue_changelist")

    response = client.get(wanted, follow=True)

    assert response.redirect_chain[-1] == (f"{reverse('sign-in')}?next={wanted}", 302)


def test_a_deactivated_administrator_is_out_at_once(administrator: Visitor) -> None:
    administrator.user.is_active = False
    administrator.user.save()

    response = administrator.opens("index")

    assert response.status_code == 302


@pytest.mark.parametrize("name", [*LISTS, "workstreams_user_bulk"])
def test_a_list_stands_characters_that_no_row_holds(administrator: Visitor, name: str) -> None:
    page = administrator.opens(name)
    filters = page.context["cl"].filter_specs if "cl" in (page.context or {}) else []
    asked = {parameter for each in filters for parameter in each.expected_parameters()}

    for parameter in ("q", *asked):
        assert administrator.opens(name, **{parameter: "\0"}).status_code in (200, 302)


@pytest.mark.parametrize("page", PLANNED, ids=attrgetter("slug"))
def test_a_page_to_come_says_what_it_will_hold(administrator: Visitor, supervisor: Visitor, page: Planned) -> None:
    response = administrator.opens(page.url_name) if page.right == SET_UP else supervisor.opens(page.url_name)

    assert str(page.promise) in response.content.decode()
    assert str(page.meanwhile) in response.content.decode()


def test_the_site_map_follows_the_documented_order(administrator: Visitor) -> None:
    response = administrator.opens("index")

    assert map_of(response) == [
        (
            "General settings",
            [
                "Accounts and channels",
                "MSP connections",
                "Prerequisites",
                "Regions",
                "File attachments",
                "Users and roles",
                "API tokens",
                "Configuration",
            ],
        ),
        (
            "Customer support",
            [
                "Workstreams",
                "Channel instances",
                "Queues",
                "Skills",
                "Capacity profiles",
                "Presence",
                "Operating hours",
            ],
        ),
        ("Customer settings", ["Authentication settings", "Payment profiles", "Automated messages", "Surveys"]),
        ("Agent experience", ["Rich messages", "Quick replies", "Session templates", "Notification templates"]),
        ("Operations", [*STEERING, "Message ledger", "Customers’ data", "Audit log", "Connection doctor"]),
    ]


def test_a_supervisor_finds_only_what_a_supervisor_may_see(supervisor: Visitor) -> None:
    response = supervisor.opens("index")

    assert map_of(response) == [
        ("General settings", ["Users and roles"]),
        ("Customer support", ["Workstreams", "Queues", "Skills", "Capacity profiles", "Presence"]),
        ("Agent experience", ["Quick replies"]),
        ("Operations", [*STEERING, "Message ledger"]),
    ]
    assert b"At Apple" not in response.content


def test_an_agent_changes_the_own_password(agent: Visitor) -> None:
    AgentFactory.create(user=agent.user)
    agent.user.set_password("the-first-one-42")
    agent.user.save()
    agent.client.force_login(agent.user)

    console = agent.client.get(reverse("console:home")).content.decode()
    page = agent.opens("password_change")
    answer = agent.sends(
        "password_change",
        old_password="the-first-one-42",
        new_password1="slow-bicycle-77",
        new_password2="slow-bicycle-77",
    )

    agent.user.refresh_from_db()
    assert f'href="{reverse("security")}"' in console
    assert (page.status_code, map_of(page)) == (200, [])
    assert f'href="{reverse("admin:index")}"' not in page.content.decode()
    assert (answer.status_code, agent.user.check_password("slow-bicycle-77")) == (302, True)
    assert agent.opens("password_change_done").status_code == 200


def test_no_link_leads_a_supervisor_to_a_page_that_refuses(administrator: Visitor, supervisor: Visitor) -> None:
    instance = ChannelInstanceFactory.create(account__name="Velo shop")
    account = reverse("admin:channels_app_account_change", args=[instance.account.pk])

    def pages_of(visitor: Visitor) -> list[str]:
        answers = (
            visitor.opens("workstreams_workstream_changelist"),
            visitor.opens("workstreams_workstream_change", instance.workstream.pk),
        )
        return [answer.content.decode() for answer in answers]

    assert [account in page for page in pages_of(administrator)] == [True, True]
    assert [account in page for page in pages_of(supervisor)] == [False, False]
    assert ["Velo shop" in page for page in pages_of(supervisor)] == [True, True]


@pytest.mark.parametrize("name", LISTS)
def test_every_page_of_the_map_opens_and_is_marked(administrator: Visitor, name: str) -> None:
    page = reverse(f"admin:{name}")

    response = administrator.opens(name)

    assert response.status_code == 200
    assert f'<a href="{page}" aria-current="page">' in response.content.decode()


@pytest.mark.accepts("A1.3-2")
def test_a_supervisor_adds_agents_to_a_queue_but_makes_none(supervisor: Visitor, agent: Visitor) -> None:
    queue = QueueFactory.create(name="Sales", priority=3)
    member = AgentFactory.create(user=agent.user)

    list_page = supervisor.opens("workstreams_queue_changelist")
    refused = supervisor.opens("workstreams_queue_add")
    saved = supervisor.sends("workstreams_queue_change", queue.pk, name="Mine", priority="9", agents=[member.pk])

    assert b"Add queue" not in list_page.content
    assert refused.status_code == 403
    assert saved.status_code == 302
    queue.refresh_from_db()
    assert (queue.name, queue.priority, list(queue.agents.all())) == ("Sales", 3, [member])


def test_a_supervisor_reads_people_and_workstreams_without_changing_them(supervisor: Visitor) -> None:
    workstream, person = WorkstreamFactory.create(), UserFactory.create()

    pages = [
        supervisor.opens("workstreams_workstream_change", workstream.pk),
        supervisor.opens("workstreams_user_change", person.pk),
    ]
    writes = [
        supervisor.sends("workstreams_workstream_change", workstream.pk, name="Mine"),
        supervisor.sends("workstreams_user_change", person.pk, username="mine"),
        supervisor.sends("workstreams_user_password", person.pk, new_password1="x", new_password2="x"),
        supervisor.sends("workstreams_workstream_delete", workstream.pk, post="yes"),
        supervisor.opens("channels_app_mspconnection_changelist"),
    ]

    assert [page.status_code for page in pages] == [200, 200]
    assert all(b'name="_save"' not in page.content for page in pages)
    assert [write.status_code for write in writes] == [403] * 5


@pytest.mark.parametrize("name", ["index", *LISTS, "workstreams_user_add", "workstreams_queue_add", "password_change"])
def test_no_page_needs_inline_script_or_style(administrator: Visitor, name: str) -> None:
    connection = MspConnectionFactory.create()
    AccountFactory.create(connection=connection)

    response = administrator.opens(name)

    policy, page = response["Content-Security-Policy"], response.content.decode()
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert all(word not in page for word in ("<style", "style=", "onclick=", "<script>", "javascript:", "admin/css"))


def test_people_change_their_own_password(supervisor: Visitor) -> None:
    wrong = supervisor.sends("password_change", old_password="no", new_password1="x", new_password2="y")
    right = supervisor.sends(
        "password_change",
        old_password="correct horse",
        new_password1="battery staple 9",
        new_password2="battery staple 9",
    )

    assert wrong.status_code == 200
    assert (right.status_code, right["Location"]) == (302, reverse("admin:password_change_done"))
    assert supervisor.opens("password_change_done").status_code == 200
    supervisor.user.refresh_from_db()
    assert supervisor.user.check_password("battery staple 9")
