"""Bulk edit of people: who is listed, what is changed, what is refused."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.urls import reverse

from omnichannel.audit.changes import history_of
from tests.factories.workstreams import (
    AgentCapacityFactory,
    AgentFactory,
    AgentSkillFactory,
    CapacityProfileFactory,
    QueueFactory,
    SkillFactory,
    UserFactory,
)
from tests.portal.visitors import Visitor, visitor
from workstreams.models import Agent, AgentCapacity, AgentSkill, User
from workstreams.roles import Role


def crew(count: int) -> list[Agent]:
    """So many people with the role agent."""
    users = User.objects.bulk_create(User(username=f"crew{number}") for number in range(count))
    Group.objects.get(name=Role.AGENT.value).user_set.set(users)
    return Agent.objects.bulk_create(Agent(user=user, name=user.username) for user in users)


def rows(*filled: dict[str, Any]) -> dict[str, Any]:
    """The table of five rows, some of them filled in."""
    entries: dict[str, Any] = {"form-TOTAL_FORMS": "5", "form-INITIAL_FORMS": "0"}
    for number in range(5):
        row = {"act": "add"} | (filled[number] if number < len(filled) else {})
        entries |= {f"form-{number}-{name}": value for name, value in row.items()}
    return entries


def save(person: Visitor, what: str, agents: list[Agent], *filled: dict[str, Any]) -> Any:
    """Press Save with these people chosen."""
    keys = [agent.user_id for agent in agents]
    return person.sends("workstreams_user_bulk_update", what, people=keys, save="yes", **rows(*filled))


def faults(response: Any) -> list[str]:
    """What the table says."""
    table = response.context["table"]
    said = [text for form in table for texts in form.errors.values() for text in texts]
    return [*table.non_form_errors(), *said]


def test_views_and_search_find_people(administrator: Visitor) -> None:
    maya = visitor(Role.AGENT, username="maya").user
    AgentFactory.create(user=maya, name="Maya from Velo")
    UserFactory.create(username="printer")

    def names(**query: str) -> list[str]:
        page = administrator.opens("workstreams_user_bulk", **query)
        return [person.username for person in page.context["people"]]

    assert names() == ["maya"]
    assert sorted(names(view="all")) == ["ada", "maya", "printer"]
    assert names(q="from velo") == ["maya"]
    assert names(view="all", q="print") == ["printer"]
    assert "Nothing found" in administrator.opens("workstreams_user_bulk", q="nobody").content.decode()


def test_an_empty_list_says_who_appears_there(administrator: Visitor) -> None:
    page = administrator.opens("workstreams_user_bulk").content.decode()

    assert "Nobody answers customers yet" in page


@pytest.mark.accepts("A1.5-1")
def test_with_201_people_the_save_is_disabled_and_explained(administrator: Visitor) -> None:
    agents, queue = crew(201), QueueFactory.create()
    keys = [agent.user_id for agent in agents]

    page = administrator.sends("workstreams_user_bulk_update", "queues", people=keys).content.decode()
    forced = save(administrator, "queues", agents, {"item": queue.pk})
    allowed = save(administrator, "queues", agents[:200], {"item": queue.pk})

    assert 'disabled aria-describedby="too-many">Save' in page
    assert "You chose 201 people." in page
    assert "One save changes 200 at most." in page
    assert forced.status_code == 200
    assert allowed.status_code == 302
    assert queue.agents.count() == 200


def test_the_list_counts_in_the_browser_and_shows_more_than_one_save_takes(administrator: Visitor) -> None:
    crew(201)

    page = administrator.opens("workstreams_user_bulk").content.decode()

    assert page.count('name="people"') == 201
    assert 'data-limit="200"' in page
    assert "{count} people chosen. One save changes 200 at most: take some away." in page


def test_skills_are_added_switched_and_removed_in_one_save(administrator: Visitor) -> None:
    agents = crew(3)
    new, on, off, away = (SkillFactory.create() for _ in range(4))
    for agent in agents[:2]:
        AgentSkillFactory.create(agent=agent, skill=on, is_active=False)
        AgentSkillFactory.create(agent=agent, skill=off)
        AgentSkillFactory.create(agent=agent, skill=away)
    AgentSkillFactory.create(agent=agents[0], skill=new, rating=1, is_active=False)

    answer = save(
        administrator,
        "skills",
        agents,
        {"item": new.pk, "rating": "7"},
        {"act": "activate", "item": on.pk},
        {"act": "deactivate", "item": off.pk},
        {"act": "remove", "item": away.pk},
    )

    held = set(AgentSkill.objects.values_list("agent__name", "skill", "rating", "is_active"))
    assert [str(text) for text in get_messages(answer.wsgi_request)] == ["Saved for 3 people."]
    assert held == {
        ("crew0", new.pk, 7, True),
        ("crew1", new.pk, 7, True),
        ("crew2", new.pk, 7, True),
        ("crew0", on.pk, 3, True),
        ("crew1", on.pk, 3, True),
        ("crew0", off.pk, 3, False),
        ("crew1", off.pk, 3, False),
    }


def test_queues_are_added_and_removed(supervisor: Visitor) -> None:
    agents, old, new = crew(2), QueueFactory.create(), QueueFactory.create()
    old.agents.add(*agents)

    answer = save(supervisor, "queues", agents, {"item": new.pk}, {"act": "remove", "item": old.pk})

    assert answer.status_code == 302
    assert (old.agents.count(), set(new.agents.all())) == (0, set(agents))


@pytest.mark.accepts("A2.18-2")
def test_a_custom_limit_holds_for_whom_it_was_given_and_the_profiles_own_for_colleagues(administrator: Visitor) -> None:
    agents, profile = crew(3), CapacityProfileFactory.create(limit=2)

    save(administrator, "capacity", agents, {"item": profile.pk})
    save(administrator, "capacity", agents[:1], {"item": profile.pk, "custom_limit": "5"})

    limits = {each.agent.name: each.limit for each in AgentCapacity.objects.select_related("agent", "profile")}
    assert limits == {"crew0": 5, "crew1": 2, "crew2": 2}


def test_a_profile_is_taken_away(administrator: Visitor) -> None:
    limited = AgentCapacityFactory.create()

    save(administrator, "capacity", [limited.agent], {"act": "remove", "item": limited.profile.pk})

    assert not AgentCapacity.objects.exists()


@pytest.mark.parametrize(
    ("filled", "sentences"),
    [
        ([], ["Choose what to change in one row at least."]),
        ([{"item": "skill"}], ["Spanish is rated from 1 to 10."]),
        ([{"item": "skill", "rating": "11"}], ["Spanish is rated from 1 to 10."]),
        (
            [{"item": "skill", "rating": "1"}, {"act": "remove", "item": "skill"}],
            ["Another row names this too. Each can be changed once in a save."],
        ),
    ],
)
def test_a_row_that_cannot_be_done_says_why(
    administrator: Visitor, filled: list[dict[str, str]], sentences: list[str]
) -> None:
    agents, spanish = crew(1), SkillFactory.create(name="Spanish")
    meant = [row | {"item": str(spanish.pk)} for row in filled]

    answer = save(administrator, "skills", agents, *meant)

    assert faults(answer) == sentences
    assert not AgentSkill.objects.exists()


def test_nobody_chosen_leads_back_with_a_sentence(administrator: Visitor) -> None:
    answer = administrator.sends("workstreams_user_bulk_update", "skills", people=["x", "-1", "9" * 30])

    assert answer["Location"] == reverse("admin:workstreams_user_bulk")
    assert [str(text) for text in get_messages(answer.wsgi_request)] == ["Choose the people first."]


def test_many_people_cost_no_more_statements_than_few(
    administrator: Visitor, django_assert_max_num_queries: Any
) -> None:
    agents, skill = crew(200), SkillFactory.create()

    with django_assert_max_num_queries(30):
        save(administrator, "skills", agents, {"item": skill.pk, "rating": "5"})
    with django_assert_max_num_queries(16):
        administrator.opens("workstreams_user_bulk")

    assert AgentSkill.objects.count() == 200


def test_a_bulk_edit_is_in_the_history_of_each_person_it_changes(administrator: Visitor) -> None:
    agents, queue = crew(3), QueueFactory.create(name="Sales")
    queue.agents.add(agents[2])

    save(administrator, "queues", agents, {"item": queue.pk})

    for agent in agents[:2]:
        event = history_of(agent.user).get()
        assert (event.action, event.actor_id) == ("people_changed", administrator.user.pk)
        assert event.details["changes"] == {"agent.queues": [None, ["Sales"]]}
    assert not history_of(agents[2].user).exists()


def test_skills_and_profiles_are_told_with_what_was_given_before(administrator: Visitor) -> None:
    agents, skill, profile = crew(1), SkillFactory.create(name="French"), CapacityProfileFactory.create(name="Chats")
    AgentSkillFactory.create(agent=agents[0], skill=skill, rating=3)

    save(administrator, "skills", agents, {"item": skill.pk, "rating": "5"})
    save(administrator, "capacity", agents, {"item": profile.pk})

    told = [event.details["changes"] for event in history_of(agents[0].user).order_by("number")]
    assert told[0] == {"agent.skills": [["crew0: French 3"], ["crew0: French 5"]]}
    assert list(told[1]) == ["agent.capacity_profiles"]
