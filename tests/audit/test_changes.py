"""Every change of the set-up is told by the audit log, field by field, in the transaction that made it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from channels_app.models import Account, MspConnection
from omnichannel.audit import changes, services
from omnichannel.audit.chain import verify
from omnichannel.audit.models import Action, AuditEvent
from tests.factories.channels_app import AccountFactory, MspConnectionFactory
from tests.factories.workstreams import AgentFactory, AgentSkillFactory, QueueFactory, UserFactory
from tests.portal.visitors import Visitor, visitor
from workstreams.models import Agent, Queue
from workstreams.roles import Role

pytestmark = pytest.mark.django_db


def last() -> AuditEvent:
    """Return the newest event."""
    return AuditEvent.objects.newest_first()[0]


def told() -> tuple[str, str, Any]:
    """Return act, subject and changes of the newest event."""
    event = last()
    return event.action, event.subject, event.details["changes"]


def account_form(account: Account, **entries: Any) -> dict[str, Any]:
    """Return what the page of an account sends."""
    kept = {"name": account.name, "connection": account.connection.pk, "business_id": account.business_id}
    return kept | {"retention_months": 13} | entries


def test_a_change_says_who_what_when_and_from_where() -> None:
    person, account = UserFactory.create(first_name="Ada"), AccountFactory.create(name="Velo")
    request = RequestFactory().post("/", REMOTE_ADDR="192.0.2.7")

    with changes.watched(account, by=person, request=request):
        account.name = "Velo shop"
        account.save()

    event = AuditEvent.objects.get()
    assert (event.action, event.subject) == ("setting_changed", "account Velo shop")
    assert (event.actor_id, event.address) == (person.pk, "192.0.2.7")
    assert event.details == {
        "kind": "channels_app.account",
        "id": str(account.pk),
        "changes": {"name": ["Velo", "Velo shop"]},
    }


def test_a_block_that_changes_nothing_leaves_no_event() -> None:
    account = AccountFactory.create()

    with changes.watched(account, by=None):
        account.save()

    assert not AuditEvent.objects.exists()


def test_a_record_that_the_block_adds_is_told_with_what_it_holds() -> None:
    queue = Queue(name="Sales")

    with changes.watched(queue, by=None):
        queue.save()

    assert told() == (
        "setting_added",
        "queue Sales",
        {"name": [None, "Sales"], "priority": [None, 1], "assignment_method": [None, "highest_capacity"]},
    )


def test_a_record_that_the_block_deletes_is_told_with_what_it_held() -> None:
    queue = QueueFactory.create(name="Sales")
    key = str(queue.pk)

    with changes.watched(queue, by=None):
        queue.delete()

    assert (last().action, last().details["id"]) == ("setting_deleted", key)
    assert last().details["changes"]["name"] == ["Sales", None]


def test_a_record_that_the_block_does_not_save_after_all_is_not_told() -> None:
    with changes.watched(Queue(name="Sales"), by=None):
        pass

    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    ("before", "after", "pair"),
    [("c2VjcmV0", "b3RoZXI=", ["set", "replaced"]), ("", "b3RoZXI=", [None, "set"]), ("c2VjcmV0", "", ["set", None])],
)
def test_a_secret_is_set_replaced_or_removed_and_never_told(before: str, after: str, pair: list[Any]) -> None:
    connection = MspConnectionFactory.create(secret=before)

    with changes.watched(connection, by=None):
        connection.secret = after
        connection.save()

    assert told()[2] == {"secret": pair}
    assert not any(secret and secret in str(last().details) for secret in (before, after))


def test_many_to_many_fields_and_foreign_keys_are_told_by_name() -> None:
    queue, one, other = QueueFactory.create(), AgentFactory.create(name="Maya"), AgentFactory.create(name="Leila")
    queue.agents.add(one)
    account = AccountFactory.create(connection__name="Test")
    real = MspConnectionFactory.create(name="Real")

    with changes.watched(queue, by=None):
        queue.agents.add(other)
    agents = told()[2]
    with changes.watched(account, by=None):
        Account.objects.filter(pk=account.pk).update(connection=real)

    assert agents == {"agents": [["Maya"], ["Leila", "Maya"]]}
    assert told()[2] == {"connection": ["Test", "Real"]}


def test_another_record_of_the_same_name_is_another() -> None:
    queue, one, other = QueueFactory.create(), AgentFactory.create(name="Maya"), AgentFactory.create(name="Maya")
    queue.agents.add(one)

    with changes.watched(queue, by=None):
        queue.agents.set([other])

    assert told()[2] == {"agents": [[f"Maya ({one.pk})"], [f"Maya ({other.pk})"]]}


def test_of_many_records_each_that_differs_is_told() -> None:
    kept, renamed, gone = (QueueFactory.create(name=name) for name in ("Kept", "Old", "Gone"))
    QueueFactory.create(name="Elsewhere")

    with changes.all_watched(Queue.objects.exclude(name="Elsewhere"), by=None):
        Queue.objects.filter(pk=renamed.pk).update(name="New")
        Queue.objects.filter(pk=gone.pk).delete()
        added = Queue.objects.create(name="Added")

    events = AuditEvent.objects.order_by("number")
    assert [(event.action, event.details["id"], event.details["changes"]["name"]) for event in events] == [
        ("setting_changed", str(renamed.pk), ["Old", "New"]),
        ("setting_deleted", str(gone.pk), ["Gone", None]),
        ("setting_added", str(added.pk), [None, "Added"]),
    ]
    assert not changes.history_of(kept).exists()
    assert not verify().fault


def test_many_records_cost_no_more_statements_than_one() -> None:
    def statements(count: int) -> int:
        for agent in AgentFactory.create_batch(count):
            AgentSkillFactory.create(agent=agent)
            QueueFactory.create().agents.add(agent)
        queue = QueueFactory.create()
        with CaptureQueriesContext(connection) as queries, changes.all_watched(Agent.objects.all(), by=None):
            queue.agents.add(*Agent.objects.all())
        return len(queries)

    assert statements(1) == statements(20)


@pytest.fixture
def broken_log(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have the log refuse its next event."""

    def refuse(_event: AuditEvent) -> str:
        raise DatabaseError

    monkeypatch.setattr(services, "hash_of", refuse)
    yield
    monkeypatch.undo()


@pytest.mark.usefixtures("broken_log")
def test_what_cannot_be_written_down_is_not_saved(administrator: Visitor) -> None:
    account, unused = AccountFactory.create(name="Velo"), MspConnectionFactory.create()
    form = account_form(account, name="Velo shop")

    with pytest.raises(DatabaseError):
        administrator.sends("channels_app_account_change", account.pk, **form)
    with pytest.raises(DatabaseError):
        administrator.sends("workstreams_queue_add", name="Sales", priority=1)
    with pytest.raises(DatabaseError):
        administrator.sends("channels_app_mspconnection_delete", unused.pk, post="yes")

    assert Account.objects.get().name == "Velo"
    assert not Queue.objects.exists()
    assert MspConnection.objects.filter(pk=unused.pk).exists()


def test_adding_changing_and_deleting_on_a_page_are_told(administrator: Visitor) -> None:
    administrator.sends("workstreams_queue_add", name="Sales", priority=1)
    queue = Queue.objects.get()
    administrator.sends("workstreams_queue_change", queue.pk, name="Sales", priority=2)
    administrator.sends("workstreams_queue_delete", queue.pk, post="yes")

    events = [(event.action, event.actor_name) for event in AuditEvent.objects.order_by("number")]
    assert events == [(act, "Ada Diallo") for act in ("setting_added", "setting_changed", "setting_deleted")]
    assert [event.details["changes"].get("priority") for event in AuditEvent.objects.order_by("number")] == [
        [None, 1],
        [1, 2],
        [2, None],
    ]


def test_a_form_with_errors_changes_nothing_and_says_nothing(administrator: Visitor) -> None:
    account = AccountFactory.create()

    administrator.sends("channels_app_account_change", account.pk, **account_form(account, business_id="wrong"))

    assert not AuditEvent.objects.exists()


def test_roles_and_queues_of_a_person_are_told_with_the_person(administrator: Visitor) -> None:
    person, queue = visitor(Role.API_ACCESS, username="lea").user, QueueFactory.create(name="Sales")

    administrator.sends(
        "workstreams_user_change",
        person.pk,
        username="lea",
        is_active="on",
        roles=[Role.AGENT.value],
        agent_name="Lea",
        queues=[queue.pk],
    )

    assert told() == (
        "setting_changed",
        "user lea",
        {
            "groups": [["Omnichannel API access"], ["Omnichannel agent"]],
            "agent.name": [None, "Lea"],
            "agent.queues": [None, ["Sales"]],
            "agent.capacity": [None, 100],
        },
    )


def test_a_password_that_is_set_is_an_act_of_its_own(administrator: Visitor) -> None:
    person = UserFactory.create(username="lea")
    word = "a long enough word"

    administrator.sends("workstreams_user_password", person.pk, new_password1=word, new_password2=word)

    assert told() == (Action.PASSWORD_SET, "user lea", {"password": ["set", "replaced"]})


def test_tokens_are_told_when_they_are_issued_and_revoked(administrator: Visitor) -> None:
    program = visitor(Role.API_ACCESS, username="crm").user
    administrator.sends("workstreams_apitoken_add", name="CRM", user=program.pk)
    issued = told()
    administrator.sends("workstreams_apitoken_revoke", int(last().details["id"]))

    assert issued == (
        Action.TOKEN_ISSUED,
        "API token CRM",
        {"user": [None, "crm"], "name": [None, "CRM"], "digest": [None, "set"]},
    )
    assert (last().action, list(last().details["changes"])) == (Action.TOKEN_REVOKED, ["revoked_at"])


def test_the_chain_with_changes_in_it_holds(administrator: Visitor, capsys: Any) -> None:
    account = AccountFactory.create()
    administrator.sends("channels_app_account_change", account.pk, **account_form(account, name="Vélo “9”"))

    call_command("verify_audit")

    assert capsys.readouterr().out.startswith("1 events, each as it was written.")
