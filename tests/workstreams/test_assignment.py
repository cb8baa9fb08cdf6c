"""Which agents fit what a conversation asks for."""

from typing import Any

import pytest

from tests.factories.workstreams import AgentFactory, AgentSkillFactory, QueueFactory, SkillFactory
from tests.portal.visitors import Visitor
from workstreams.assignment import Candidate, Matching, Need, matching
from workstreams.candidates import candidates

SPANISH, BIKES = 1, 2
NEEDS = (Need(SPANISH, 3), Need(BIKES, 5))


def order(people: list[Candidate], how: Matching, needs: tuple[Need, ...] = NEEDS) -> list[int]:
    """Ids of who may be offered it, the best first."""
    return [each.agent_id for each in matching(people, needs, how)]


@pytest.mark.accepts("A2.20-1")
def test_a_lower_rating_never_fits_exactly_and_is_taken_by_closest_match_if_alone() -> None:
    alone = [Candidate(1, {SPANISH: 2})]

    assert order(alone, Matching.EXACT, (Need(SPANISH, 3),)) == []
    assert order(alone, Matching.CLOSEST, (Need(SPANISH, 3),)) == [1]


def test_exact_match_asks_for_every_skill() -> None:
    people = [
        Candidate(1, {SPANISH: 3, BIKES: 5}),
        Candidate(2, {SPANISH: 9}),
        Candidate(3),
        Candidate(4, {SPANISH: 4, BIKES: 9}),
    ]

    assert order(people, Matching.EXACT) == [1, 4]


def test_closest_match_prefers_exact_then_over_then_under_qualified() -> None:
    people = [
        Candidate(1),
        Candidate(2, {SPANISH: 2, BIKES: 5}),
        Candidate(3, {SPANISH: 9, BIKES: 9}),
        Candidate(4, {SPANISH: 4, BIKES: 5}),
        Candidate(5, {SPANISH: 3, BIKES: 5}),
    ]

    assert order(people, Matching.CLOSEST) == [5, 4, 3, 2, 1]


def test_equals_stay_in_the_order_in_which_they_came() -> None:
    people = [Candidate(2, {SPANISH: 3}), Candidate(1, {SPANISH: 3})]

    assert order(people, Matching.CLOSEST, (Need(SPANISH, 3),)) == [2, 1]


def test_scales_of_different_length_weigh_the_same() -> None:
    short, long = Need(SPANISH, 3, 1, 3), Need(BIKES, 30, 1, 30)
    people = [Candidate(1, {SPANISH: 2, BIKES: 30}), Candidate(2, {SPANISH: 3, BIKES: 29})]

    assert order(people, Matching.CLOSEST, (short, long)) == [2, 1]


@pytest.mark.parametrize(("how", "needs"), [(Matching.NONE, NEEDS), (Matching.EXACT, ()), (Matching.CLOSEST, ())])
def test_everybody_fits_where_no_skill_counts(how: Matching, needs: tuple[Need, ...]) -> None:
    assert order([Candidate(1), Candidate(2)], how, needs) == [1, 2]


@pytest.mark.accepts("A1.5-2")
def test_a_skill_that_is_deactivated_takes_the_agent_out_of_exact_match(administrator: Visitor) -> None:
    queue, spanish = QueueFactory.create(), SkillFactory.create()
    maya, noa = (AgentSkillFactory.create(skill=spanish).agent for _ in range(2))
    queue.agents.add(maya, noa)
    needs = [Need(spanish.pk, 3)]
    before = matching(candidates(queue), needs, Matching.EXACT)

    administrator.sends(
        "workstreams_user_work",
        maya.user_id,
        **{
            "capacity": "100",
            "queues": [queue.pk],
            "skills-TOTAL_FORMS": "1",
            "skills-INITIAL_FORMS": "1",
            "skills-0-skill": spanish.pk,
            "skills-0-rating": "3",
            "profiles-TOTAL_FORMS": "0",
            "profiles-INITIAL_FORMS": "0",
        },
    )

    assert [each.agent_id for each in before] == [maya.pk, noa.pk]
    assert [each.agent_id for each in matching(candidates(queue), needs, Matching.EXACT)] == [noa.pk]


def test_candidates_are_read_in_two_queries(db: None, django_assert_num_queries: Any) -> None:
    queue, gone = QueueFactory.create(), AgentFactory.create(user__is_active=False)
    rated = [AgentSkillFactory.create() for _ in range(5)]
    queue.agents.add(gone, *(each.agent for each in rated))

    with django_assert_num_queries(2):
        found = candidates(queue)

    assert found == [Candidate(each.agent_id, {each.skill_id: 3}) for each in rated]
