"""Queues, people and tokens in the portal: what is refused, kept, shown."""

import re
import threading
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection as database
from django.db import transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.conversations.test_races import someone_waits_for_us
from tests.factories.conversations import ConversationFactory
from tests.factories.workstreams import (
    AgentFactory,
    ApiTokenFactory,
    QueueFactory,
    UserFactory,
    WorkstreamFactory,
)
from tests.journeys.running import eventually
from tests.portal.visitors import Visitor, errors, visitor
from workstreams.models import Agent, ApiToken, Queue, User
from workstreams.roles import Role, roles_of


@pytest.mark.parametrize(
    ("entries", "field"),
    [
        ({"name": "", "priority": "1"}, "name"),
        ({"name": "A", "priority": "0"}, "priority"),
        ({"name": "A"}, "priority"),
    ],
)
def test_a_queue_needs_a_name_and_a_priority(administrator: Visitor, entries: dict[str, str], field: str) -> None:
    response = administrator.sends("workstreams_queue_add", **entries)

    assert list(errors(response)) == [field]


def test_a_deactivated_member_stays_in_the_queue_until_unticked(administrator: Visitor) -> None:
    gone, outside = AgentFactory.create(user__is_active=False), AgentFactory.create(user__is_active=False)
    queue = QueueFactory.create()
    queue.agents.add(gone)

    page = administrator.opens("workstreams_queue_change", queue.pk)

    offered = page.context["adminform"].form.fields["agents"].queryset
    assert gone in offered
    assert outside not in offered


def test_a_queue_in_use_is_not_deleted(administrator: Visitor) -> None:
    conversation = ConversationFactory.create(workstream__name="Sales")
    queue = conversation.queue

    page = administrator.opens("workstreams_queue_delete", queue.pk).content.decode()
    administrator.sends("workstreams_queue_delete", queue.pk, post="yes")

    assert "cannot be deleted" in page
    assert "<b>workstream</b>: <a href=" in page
    assert "<b>conversation</b>: Conversation" in page
    assert Queue.objects.filter(pk=queue.pk).exists()


def person_entries(**changes: Any) -> dict[str, Any]:
    """A person's form filled in well."""
    return {"username": "noa", "first_name": "Noa", "password": "correct horse 9"} | changes


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "not a name!"}, "username"),
        ({"password": ""}, "password"),
        ({"password": "short"}, "password"),
        ({"password": "password"}, "password"),
        ({"email": "noa"}, "email"),
        ({"roles": ["Emperor"]}, "roles"),
        ({"agent_name": "x" * 65}, "agent_name"),
    ],
)
def test_a_wrong_entry_about_a_person_is_explained(administrator: Visitor, changes: dict[str, Any], field: str) -> None:
    response = administrator.sends("workstreams_user_add", **person_entries(**changes))

    assert list(errors(response)) == [field]
    assert not User.objects.filter(first_name="Noa").exists()


def test_a_user_name_is_given_once(administrator: Visitor) -> None:
    UserFactory.create(username="Noa")

    response = administrator.sends("workstreams_user_add", **person_entries())

    assert errors(response) == {"username": ["Somebody has this user name already."]}


def test_queues_are_for_people_who_answer(administrator: Visitor) -> None:
    queue = QueueFactory.create()

    response = administrator.sends(
        "workstreams_user_add", **person_entries(roles=[Role.API_ACCESS.value], queues=[queue.pk])
    )

    assert errors(response) == {"queues": ["Only agents and supervisors serve queues. Add one of these roles first."]}


def test_a_new_agent_signs_in_with_the_first_password(administrator: Visitor) -> None:
    administrator.sends("workstreams_user_add", **person_entries(roles=[Role.AGENT.value]))

    answer = Client().post("/sign-in/", {"username": "noa", "password": "correct horse 9"})
    assert answer.status_code == 302
    assert Agent.objects.get().name == "Noa"


@pytest.mark.accepts("A1.3-3")
def test_api_access_for_somebody_who_answers_raises_a_warning(administrator: Visitor) -> None:
    response = administrator.sends(
        "workstreams_user_add", **person_entries(roles=[Role.AGENT.value, Role.API_ACCESS.value])
    )

    texts = [str(message) for message in get_messages(response.wsgi_request)]
    assert "Noa answers customers and has API access too. Give programs a person of their own." in texts


def test_taking_the_role_away_takes_the_work_away_and_keeps_the_name(administrator: Visitor) -> None:
    lea = visitor(Role.AGENT, username="lea").user
    agent = AgentFactory.create(user=lea, name="Lea")
    agent.queues.add(QueueFactory.create())

    administrator.sends("workstreams_user_change", lea.pk, username="lea", is_active="on", agent_name="Lea")

    assert roles_of(User.objects.get(pk=lea.pk)) == frozenset()
    assert list(Agent.objects.get().queues.all()) == []


def test_deactivating_keeps_roles_and_ends_the_session(administrator: Visitor) -> None:
    lea = visitor(Role.SUPERVISOR, username="lea")

    administrator.sends("workstreams_user_change", lea.user.pk, username="lea", roles=[Role.SUPERVISOR.value])
    administrator.sends("workstreams_user_change", lea.user.pk, username="lea", roles=[Role.SUPERVISOR.value])

    assert lea.opens("index").status_code == 302
    page = administrator.opens("workstreams_user_change", lea.user.pk)
    assert page.context["adminform"].form["roles"].value() == [Role.SUPERVISOR.value]


@pytest.mark.parametrize("entries", [{"is_active": "on"}, {"roles": [Role.ADMINISTRATOR.value]}])
def test_the_last_administrator_stays_one(administrator: Visitor, entries: dict[str, Any]) -> None:
    response = administrator.sends("workstreams_user_change", administrator.user.pk, username="ada", **entries)

    assert errors(response) == {
        "__all__": ["This is the last administrator who may sign in. Give another person that role first."]
    }


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_give_it_up_at_once_one_stays() -> None:
    first, second = visitor(Role.ADMINISTRATOR, username="ada"), visitor(Role.ADMINISTRATOR, username="bo")
    answers: list[Any] = []

    def give_up() -> None:
        answers.append(second.sends("workstreams_user_change", second.user.pk, username="bo", roles=[]))
        database.close()

    with transaction.atomic():
        first.sends("workstreams_user_change", first.user.pk, username="ada", roles=[])
        giving_up = threading.Thread(target=give_up)
        giving_up.start()
        eventually(someone_waits_for_us)
    giving_up.join()

    assert list(errors(answers[0])) == ["__all__"]
    assert list(User.objects.filter(groups__name=Role.ADMINISTRATOR.value)) == [second.user]


def test_people_are_not_deleted(administrator: Visitor) -> None:
    lea = UserFactory.create()

    page = administrator.opens("workstreams_user_change", lea.pk)
    response = administrator.sends("workstreams_user_delete", lea.pk, post="yes")

    assert b"Delete" not in page.content
    assert response.status_code == 403


def test_a_new_password_ends_the_persons_sessions(administrator: Visitor) -> None:
    sam = visitor(Role.SUPERVISOR, username="sam")

    wrong = administrator.sends("workstreams_user_password", sam.user.pk, new_password1="battery 9", new_password2="no")
    right = administrator.sends(
        "workstreams_user_password", sam.user.pk, new_password1="battery staple 9", new_password2="battery staple 9"
    )

    assert (wrong.status_code, right.status_code) == (200, 302)
    assert sam.opens("index").status_code == 302
    assert Client().post("/sign-in/", {"username": "sam", "password": "battery staple 9"}).status_code == 302


def test_setting_ones_own_password_keeps_the_session(administrator: Visitor) -> None:
    administrator.sends(
        "workstreams_user_password",
        administrator.user.pk,
        new_password1="battery staple 9",
        new_password2="battery staple 9",
    )

    assert administrator.opens("index").status_code == 200


def test_a_token_is_shown_once_and_stored_as_a_digest(administrator: Visitor) -> None:
    program = visitor(Role.API_ACCESS).user

    response = administrator.sends("workstreams_apitoken_add", name="CRM", user=program.pk)

    shown = re.search(r'data-copy="(oc_[^"]+)"', response.content.decode())
    assert shown
    token = ApiToken.objects.get()
    assert (token.user, token.digest) == (program, ApiToken.digest_of(shown[1]))
    assert "no-store" in response["Cache-Control"]
    assert all(shown[1] not in morsel.value for morsel in administrator.client.cookies.values())


def test_a_token_acts_only_as_somebody_with_api_access(administrator: Visitor) -> None:
    lea = visitor(Role.AGENT).user

    response = administrator.sends("workstreams_apitoken_add", name="CRM", user=lea.pk)

    assert list(errors(response)) == ["user"]


def test_a_revoked_token_opens_nothing_any_more(administrator: Visitor) -> None:
    token = ApiTokenFactory.create(digest=ApiToken.digest_of("oc_key"))

    administrator.sends("workstreams_apitoken_revoke", token.pk)
    token.refresh_from_db()
    first = token.revoked_at
    administrator.sends("workstreams_apitoken_revoke", token.pk)

    token.refresh_from_db()
    assert first
    assert token.revoked_at == first
    assert b"Revoked" in administrator.opens("workstreams_apitoken_change", token.pk).content


def test_a_token_is_revoked_after_a_question(administrator: Visitor) -> None:
    token = ApiTokenFactory.create(name="CRM")

    page = administrator.opens("workstreams_apitoken_revoke", token.pk)

    token.refresh_from_db()
    assert "Revoke “CRM”?" in page.content.decode()
    assert token.revoked_at is None


def test_the_name_of_a_token_in_use_is_taken_until_it_is_revoked(administrator: Visitor) -> None:
    program = visitor(Role.API_ACCESS).user
    token = ApiTokenFactory.create(name="CRM")

    refused = administrator.sends("workstreams_apitoken_add", name="CRM", user=program.pk)
    renamed = administrator.sends("workstreams_apitoken_change", token.pk, name="CRM")
    administrator.sends("workstreams_apitoken_revoke", token.pk)
    administrator.sends("workstreams_apitoken_add", name="CRM", user=program.pk)

    assert errors(refused) == {"name": ["A token of this name is in use. Choose another name."]}
    assert renamed.status_code == 302
    assert ApiToken.objects.filter(name="CRM").count() == 2


def test_a_supervisor_revokes_no_token(supervisor: Visitor) -> None:
    token = ApiTokenFactory.create()

    response = supervisor.sends("workstreams_apitoken_revoke", token.pk)

    token.refresh_from_db()
    assert (response.status_code, token.revoked_at) == (403, None)


@pytest.mark.parametrize(
    ("name", "factory"),
    [
        ("workstream", WorkstreamFactory),
        ("queue", WorkstreamFactory),
        ("user", AgentFactory),
        ("apitoken", ApiTokenFactory),
    ],
)
def test_a_longer_list_asks_no_more_queries(administrator: Visitor, name: str, factory: Any) -> None:
    factory.create()
    page = f"workstreams_{name}_changelist"
    administrator.opens(page)
    with CaptureQueriesContext(database) as few:
        administrator.opens(page)
    for _ in range(10):
        factory.create()

    with CaptureQueriesContext(database) as many:
        administrator.opens(page)

    assert len(many) == len(few)


def test_people_are_found_by_role_and_name(administrator: Visitor) -> None:
    visitor(Role.AGENT, username="lea", first_name="Lea")
    visitor(Role.SUPERVISOR, username="sam", first_name="Sam")

    by_role = administrator.opens("workstreams_user_changelist", role=Role.AGENT.value)
    by_name = administrator.opens("workstreams_user_changelist", q="sam")

    assert [person.username for person in by_role.context["cl"].result_list] == ["lea"]
    assert [person.username for person in by_name.context["cl"].result_list] == ["sam"]


def test_revoked_tokens_are_told_apart(administrator: Visitor) -> None:
    ApiTokenFactory.create(name="Old", revoked_at=timezone.now())
    ApiTokenFactory.create(name="New")

    found = {
        answer: [
            token.name
            for token in administrator.opens("workstreams_apitoken_changelist", **query).context["cl"].result_list
        ]
        for answer, query in (("all", {}), ("yes", {"revoked": "yes"}), ("no", {"revoked": "no"}))
    }

    assert found == {"all": ["New", "Old"], "yes": ["Old"], "no": ["New"]}


@pytest.mark.parametrize("page", ["workstreams_user_password", "signin_person"])
def test_only_a_superuser_changes_the_account_of_a_superuser(administrator: Visitor, page: str) -> None:
    chief = UserFactory.create(is_superuser=True)

    assert administrator.opens(page, chief.pk).status_code == 403
    assert visitor(is_superuser=True).opens(page, chief.pk).status_code == 200
