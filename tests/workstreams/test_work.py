"""The page of what one person is given, and the records behind it."""

import re
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from omnichannel.audit.models import AuditEvent
from tests.factories.workstreams import (
    AgentCapacityFactory,
    AgentFactory,
    AgentSkillFactory,
    CapacityProfileFactory,
    PresenceFactory,
    QueueFactory,
    QuickReplyFactory,
    RatingModelFactory,
    SkillFactory,
    SkillTypeFactory,
    WorkstreamFactory,
)
from tests.portal.visitors import Visitor, errors
from workstreams.models import CapacityProfile, Presence, QuickReply, RatingModel, Skill

LISTS = ("skill", "ratingmodel", "capacityprofile", "presence", "quickreply")


def work_entries(skills: tuple[dict[str, Any], ...] = (), profiles: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    """The page filled in with these rows."""
    entries: dict[str, Any] = {"capacity": "15"}
    for prefix, filled in (("skills", skills), ("profiles", profiles)):
        entries |= {f"{prefix}-TOTAL_FORMS": len(filled), f"{prefix}-INITIAL_FORMS": "0"}
        entries |= {f"{prefix}-{n}-{name}": value for n, row in enumerate(filled) for name, value in row.items()}
    return entries


def test_a_supervisor_changes_what_a_person_is_given(supervisor: Visitor) -> None:
    agent, queue, skill, profile = (
        AgentFactory.create(),
        QueueFactory.create(),
        SkillFactory.create(),
        CapacityProfileFactory.create(),
    )
    gone = AgentSkillFactory.create(agent=agent)
    AgentCapacityFactory.create(agent=agent)
    presence = PresenceFactory.create()

    answer = supervisor.sends(
        "workstreams_user_work",
        agent.user_id,
        **work_entries(
            ({"skill": skill.pk, "rating": "7", "is_active": "on"},), ({"profile": profile.pk, "custom_limit": "5"},)
        ),
        default_presence=presence.pk,
        language="fr-FR",
        queues=[queue.pk],
    )

    agent.refresh_from_db()
    assert answer.status_code == 302
    assert (agent.capacity, agent.default_presence, agent.language) == (15, presence, "fr-FR")
    assert list(agent.queues.all()) == [queue]
    assert list(agent.agent_skills.values_list("skill", "rating", "is_active")) == [(skill.pk, 7, True)]
    assert gone.skill not in agent.skills.all()
    assert list(agent.agent_capacities.values_list("profile", "custom_limit")) == [(profile.pk, 5)]


def test_the_audit_log_tells_what_a_person_is_given_and_how_well_they_have_a_skill(supervisor: Visitor) -> None:
    agent = AgentFactory.create(name="Ann", capacity=15)
    skill = AgentSkillFactory.create(agent=agent, skill__name="French", rating=3).skill

    supervisor.sends("workstreams_user_work", agent.user_id, **work_entries(({"skill": skill.pk, "rating": "7"},)))

    event = AuditEvent.objects.get()
    assert (event.actor_id, event.details["id"]) == (supervisor.user.pk, str(agent.user_id))
    assert event.details["changes"] == {"agent.skills": [["Ann: French 3"], ["Ann: French 7 (not active)"]]}


@pytest.mark.parametrize(
    ("skills", "sentence"),
    [
        (({"rating": "11"},), "is rated from 1 to 10."),
        (({},), "is rated from 1 to 10."),
        (({"rating": "3"}, {"rating": "4"}), "This skill is in the list already."),
    ],
)
def test_a_wrong_row_is_explained_and_nothing_is_saved(
    administrator: Visitor, skills: tuple[dict[str, str], ...], sentence: str
) -> None:
    agent, skill = AgentFactory.create(), SkillFactory.create()
    filled = tuple({"skill": skill.pk} | row for row in skills)

    page = administrator.sends("workstreams_user_work", agent.user_id, **work_entries(filled)).content.decode()

    agent.refresh_from_db()
    assert sentence in page
    assert (agent.capacity, agent.agent_skills.count()) == (100, 0)


def test_the_page_of_a_person_with_many_skills_asks_no_more_queries(administrator: Visitor) -> None:
    few, many = AgentSkillFactory.create().agent, AgentFactory.create()
    for _ in range(10):
        AgentSkillFactory.create(agent=many)
    counts = []

    for agent in (few, many):
        with CaptureQueriesContext(connection) as queries:
            administrator.opens("workstreams_user_work", agent.user_id)
        counts.append(len(queries))

    assert counts[1] <= counts[0]


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_list_says_what_belongs_there(administrator: Visitor, name: str) -> None:
    Presence.objects.all().delete()
    RatingModel.objects.all().delete()

    page = administrator.opens(f"workstreams_{name}_changelist").content.decode()

    assert "yet</h2>" in page
    assert f"/admin/workstreams/{name}/add/" in page


@pytest.mark.parametrize(
    ("name", "factory"),
    [
        ("skill", AgentSkillFactory),
        ("ratingmodel", SkillFactory),
        ("capacityprofile", AgentCapacityFactory),
        ("presence", PresenceFactory),
        ("quickreply", QuickReplyFactory),
    ],
)
def test_a_longer_list_asks_no_more_queries(
    administrator: Visitor, django_assert_max_num_queries: Any, name: str, factory: Any
) -> None:
    factory.create()
    administrator.opens(f"workstreams_{name}_changelist")
    with CaptureQueriesContext(connection) as few:
        administrator.opens(f"workstreams_{name}_changelist")
    for _ in range(10):
        factory.create()

    with django_assert_max_num_queries(len(few)):
        administrator.opens(f"workstreams_{name}_changelist")


def test_a_skill_is_added_under_a_type_that_is_new_or_known(administrator: Visitor) -> None:
    scale, known = RatingModelFactory.create(), SkillTypeFactory.create(name="Languages")

    for name, type_name in (("Spanish", "Languages"), ("Brakes", "Products")):
        administrator.sends("workstreams_skill_add", name=name, type_name=type_name, rating_model=scale.pk)

    assert dict(Skill.objects.values_list("name", "type__name")) == {"Spanish": "Languages", "Brakes": "Products"}
    assert known.skills.count() == 1


def test_a_scale_that_people_are_rated_on_keeps_their_ratings(administrator: Visitor) -> None:
    rated = AgentSkillFactory.create(rating=7)
    scale = rated.skill.rating_model

    answer = administrator.sends(
        "workstreams_ratingmodel_change", scale.pk, name=scale.name, minimum="1", maximum="5", labels=""
    )

    assert errors(answer) == {"maximum": ["Agents have a higher rating. Change theirs first."]}


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"minimum": "0"}, "minimum"), ({"maximum": "1"}, "__all__"), ({"labels": "a\nb\nc\nd"}, "labels")],
)
def test_a_scale_without_sense_is_refused(administrator: Visitor, changes: dict[str, str], field: str) -> None:
    entries = {"name": "Stars 3", "minimum": "1", "maximum": "3", "labels": "basic\nfluent"} | changes

    answer = administrator.sends("workstreams_ratingmodel_add", **entries)

    assert list(errors(answer)) == [field]


def test_a_scale_names_its_values() -> None:
    scale = RatingModel(minimum=1, maximum=3, labels=["basic", "fluent"])

    assert scale.choices() == [(1, "1, basic"), (2, "2, fluent"), (3, "3")]


def test_the_reset_frequency_of_a_profile_is_fixed(administrator: Visitor) -> None:
    profile = CapacityProfileFactory.create(reset="immediate")

    administrator.sends("workstreams_capacityprofile_change", profile.pk, name="Chats", limit="3", reset="end_of_day")

    profile.refresh_from_db()
    assert (profile.name, profile.limit, profile.reset) == ("Chats", 3, "immediate")


def test_built_in_presences_can_be_neither_changed_nor_deleted(administrator: Visitor) -> None:
    stock = Presence.objects.get(name="Busy - DND")

    page = administrator.opens("workstreams_presence_change", stock.pk)
    refused = [
        administrator.sends("workstreams_presence_change", stock.pk, name="Mine"),
        administrator.sends("workstreams_presence_delete", stock.pk, post="yes"),
    ]

    assert (page.status_code, b'name="_save"' in page.content) == (200, False)
    assert [answer.status_code for answer in refused] == [403, 403]
    assert list(Presence.objects.filter(is_stock=True).values_list("text", flat=True)) == [
        "Available",
        "Busy",
        "Do not disturb",
        "Appear away",
        "Offline",
        "Inactive",
    ]


def test_a_presence_of_the_companys_own_is_made_changed_and_deleted(administrator: Visitor) -> None:
    entries = {"name": "Training", "text": "Away, in training", "base_status": "away", "user_can_set": "on"}

    administrator.sends("workstreams_presence_add", **entries)
    made = Presence.objects.get(name="Training")
    administrator.sends("workstreams_presence_change", made.pk, **entries | {"base_status": "busy"})
    made.refresh_from_db()
    administrator.sends("workstreams_presence_delete", made.pk, post="yes")

    assert (made.base_status, made.is_stock) == ("busy", False)
    assert not Presence.objects.filter(name="Training").exists()


def test_what_people_hold_is_not_deleted_from_under_them(administrator: Visitor) -> None:
    rated, limited = AgentSkillFactory.create(agent__name="Maya"), AgentCapacityFactory.create(agent__name="Maya")
    shown = AgentFactory.create(name="Maya", default_presence=PresenceFactory.create())
    held = (("skill", rated.skill), ("capacityprofile", limited.profile), ("presence", shown.default_presence))

    for name, record in held:
        page = administrator.opens(f"workstreams_{name}_delete", record.pk).content.decode()
        administrator.sends(f"workstreams_{name}_delete", record.pk, post="yes")
        assert "cannot be deleted" in page
        assert re.search(r"<b>people</b>: <a href=\"/admin/people/\d+/work/\">Maya</a>", page)
        record.refresh_from_db()


def test_what_nobody_holds_is_deleted(administrator: Visitor) -> None:
    skill = SkillFactory.create()

    administrator.sends("workstreams_skill_delete", skill.pk, post="yes")

    assert not Skill.objects.exists()


def test_a_supervisor_writes_quick_replies(supervisor: Visitor) -> None:
    workstream = WorkstreamFactory.create()

    answer = supervisor.sends(
        "workstreams_quickreply_add",
        title="Hours",
        locale="fr-FR",
        text="Bonjour {FirstName{Customer}}, {OCContext.shop} ouvre à 9 h.",
        tags="hours, open,  hours",
        workstreams=[workstream.pk],
    )

    reply = QuickReply.objects.get()
    assert answer.status_code == 302
    assert (reply.tags, list(reply.workstreams.all())) == (["hours", "open"], [workstream])


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        (
            {"text": "Hi {Nickname{Customer}} and {OCContext.}"},
            {"text": ["Nothing fills in {Nickname{Customer}}, {OCContext.}. Copy one of those below."]},
        ),
        ({"title": "Known"}, {"__all__": ["A quick reply of this title exists in this language."]}),
        ({"tags": "x" * 51}, {"tags": [f"“{'x' * 40}…” is too long: 50 characters at most."]}),
    ],
)
def test_a_quick_reply_that_cannot_be_used_is_refused(
    administrator: Visitor, changes: dict[str, str], fault: dict[str, list[str]]
) -> None:
    QuickReplyFactory.create(title="Known")
    entries = {"title": "Hours", "locale": "en-US", "text": "We open at nine."} | changes

    answer = administrator.sends("workstreams_quickreply_add", **entries)

    assert errors(answer) == fault


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: RatingModelFactory.create(minimum=5, maximum=5), "a_scale_ends_above_its_beginning"),
        (lambda: RatingModelFactory.create(minimum=0), "ratings_begin_above_zero"),
        (lambda: CapacityProfileFactory.create(limit=0), "a_capacity_profile_admits_one_item"),
        (lambda: AgentCapacityFactory.create(custom_limit=0), "a_custom_limit_admits_one_item"),
        (lambda: PresenceFactory.create(base_status="dreaming"), "a_presence_has_a_base_status"),
    ],
)
def test_the_database_refuses_what_makes_no_sense(db: None, make: Any, sentence: str) -> None:
    with pytest.raises(IntegrityError, match=sentence), transaction.atomic():
        make()


def test_an_agent_has_each_skill_and_profile_once(db: None) -> None:
    skill, profile = AgentSkillFactory.create(), AgentCapacityFactory.create()

    for factory, kept, named in (
        (AgentSkillFactory, skill, "skill"),
        (AgentCapacityFactory, profile, "profile"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            factory.create(agent=kept.agent, **{named: getattr(kept, named)})
    assert CapacityProfile.objects.count() == 1
