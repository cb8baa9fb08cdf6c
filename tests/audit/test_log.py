"""The audit log: written with the act, sealed, refused to be changed, and read by administrators only."""

import datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import RequestFactory

from omnichannel.audit.models import Action, AuditEvent
from omnichannel.audit.services import record
from tests.conversations.test_races import at_once
from tests.factories.workstreams import UserFactory
from tests.portal.visitors import Visitor

pytestmark = pytest.mark.django_db


def note(subject: str, **details: Any) -> AuditEvent:
    """Record that Ada sent something again."""
    return record(Action.MESSAGE_RESENT, by=UserFactory.create(first_name="Ada"), subject=subject, **details)


def tamper(statement: str) -> None:
    """Change the log as somebody with full rights to the database could."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER USER")
        cursor.execute(statement)


def test_an_event_says_who_did_what_to_what_from_where() -> None:
    person = UserFactory.create(first_name="Ada", last_name="Diallo")
    request = RequestFactory().post("/", REMOTE_ADDR="192.0.2.7")

    event = record(Action.MESSAGE_RESENT, by=person, subject="message 42", request=request, attempt=3)

    stored = AuditEvent.objects.get()
    assert (stored.number, stored.action, stored.actor_id, stored.actor_name) == (
        1,
        "message_resent",
        person.pk,
        "Ada Diallo",
    )
    assert (stored.subject, stored.address, stored.details) == ("message 42", "192.0.2.7", {"attempt": 3})
    assert (stored.hash, stored.at) == (event.hash, event.at)


def test_an_event_outlives_the_account_of_its_person() -> None:
    person = UserFactory.create(first_name="Ada")
    record(Action.MESSAGE_RESENT, by=person, subject="message 42")

    person.delete()

    assert AuditEvent.objects.get().actor_name == str(person)


def test_an_act_that_fails_leaves_no_event() -> None:
    def act() -> None:
        with transaction.atomic():
            note("message 1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act()

    assert not AuditEvent.objects.exists()


def test_each_event_seals_the_one_before_it() -> None:
    first, second = note("message 1"), note("message 2")

    assert (first.previous_hash, second.previous_hash) == ("", first.hash)
    assert [first.number, second.number] == [1, 2]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditevent SET actor_name = 'nobody'",
        "DELETE FROM audit_auditevent",
        "TRUNCATE audit_auditevent",
    ],
)
def test_the_database_refuses_to_change_the_log(statement: str) -> None:
    note("message 1")

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditevent ENABLE TRIGGER USER")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute(statement)

    assert AuditEvent.objects.count() == 1


def test_a_sound_log_is_said_to_be_sound(capsys: Any) -> None:
    last = [note(f"message {number}", attempt=number, states=[1, 2], is_parked=True) for number in range(1, 4)][-1]

    call_command("verify_audit")

    assert capsys.readouterr().out.splitlines() == ["3 events, each as it was written.", f"3:{last.hash}"]


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE audit_auditevent SET actor_name = 'Eve' WHERE number = 2", "Event 2 was changed."),
        ("UPDATE audit_auditevent SET details = '{\"attempt\": 9}' WHERE number = 2", "Event 2 was changed."),
        ("DELETE FROM audit_auditevent WHERE number = 2", "Event 2 is missing."),
        ("DELETE FROM audit_auditevent WHERE number = 1", "Event 1 is missing."),
        ("UPDATE audit_auditevent SET previous_hash = 'x' WHERE number = 3", "Event 3 does not follow on event 2."),
    ],
)
def test_the_first_broken_link_is_named(statement: str, fault: str) -> None:
    for number in range(1, 5):
        note(f"message {number}", attempt=number)
    tamper(statement)

    with pytest.raises(CommandError, match=fault):
        call_command("verify_audit")


@pytest.mark.django_db(transaction=True)
def test_people_who_act_at_the_same_time_write_one_chain(capsys: Any) -> None:
    person = UserFactory.create()

    at_once(lambda: [record(Action.MESSAGE_RESENT, by=person, subject=f"message {n}") for n in range(5)], 4)
    call_command("verify_audit")

    assert capsys.readouterr().out.startswith("20 events, each as it was written.")


def test_a_seal_kept_elsewhere_shows_that_the_end_was_cut_off() -> None:
    for number in range(1, 4):
        last = note(f"message {number}")
    seal = f"3:{last.hash}"
    call_command("verify_audit", seal=seal)
    tamper("DELETE FROM audit_auditevent WHERE number = 3")

    with pytest.raises(CommandError, match="ends with event 2; event 3 is missing"):
        call_command("verify_audit", seal=seal)


def test_a_seal_shows_that_the_log_was_written_anew() -> None:
    seal = f"1:{note('message 1').hash}"
    tamper("DELETE FROM audit_auditevent")
    note("message 2")

    with pytest.raises(CommandError, match="written anew"):
        call_command("verify_audit", seal=seal)


def test_an_empty_seal_proves_nothing_and_is_refused() -> None:
    note("message 1")

    with pytest.raises(CommandError, match="NUMBER:HASH"):
        call_command("verify_audit", seal="")


def test_only_administrators_read_the_log(administrator: Visitor, supervisor: Visitor, agent: Visitor) -> None:
    answers = [person.opens("audit_log").status_code for person in (administrator, supervisor, agent)]

    assert answers == [200, 403, 403]


def subjects(answer: Any) -> list[str]:
    """What the events on a page concern."""
    return [event.subject for event in answer.context["page"].rows]


def test_the_log_is_narrowed_by_act_person_and_day(administrator: Visitor, time_machine: Any) -> None:
    time_machine.move_to(datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.UTC), tick=False)
    note("message 1")
    time_machine.move_to(datetime.datetime(2026, 3, 2, 12, tzinfo=datetime.UTC), tick=False)
    administrator.client.force_login(administrator.user)
    record(Action.CUSTOMER_ERASED, by=administrator.user, subject="customer 9")

    assert subjects(administrator.opens("audit_log")) == ["customer 9", "message 1"]
    assert subjects(administrator.opens("audit_log", action="message_resent")) == ["message 1"]
    assert subjects(administrator.opens("audit_log", person=administrator.user.pk)) == ["customer 9"]
    assert subjects(administrator.opens("audit_log", since="2026-03-02")) == ["customer 9"]
    assert subjects(administrator.opens("audit_log", until="2026-03-01")) == ["message 1"]


def test_a_person_whose_account_is_gone_can_still_be_asked_for(administrator: Visitor) -> None:
    event = note("message 1")
    UserFactory._meta.model.objects.filter(pk=event.actor_id).delete()
    record(Action.CUSTOMER_ERASED, by=None, subject="customer 9")

    answer = administrator.opens("audit_log", person=event.actor_id)

    assert subjects(answer) == ["message 1"]


@pytest.mark.parametrize(
    "query",
    [
        {"person": "x"},
        {"since": "never"},
        {"since": "0001-01-01"},
        {"until": "9999-12-31"},
        {"before": "x"},
        {"person": "9" * 40},
    ],
)
def test_an_address_that_makes_no_sense_shows_the_log(administrator: Visitor, query: dict[str, str]) -> None:
    note("message 1")

    answer = administrator.opens("audit_log", **query)

    assert (answer.status_code, subjects(answer)) == (200, ["message 1"])


def test_a_long_log_is_paged_without_losing_its_filters(
    administrator: Visitor, django_assert_max_num_queries: Any
) -> None:
    person = UserFactory.create()
    for number in range(120):
        record(Action.MESSAGE_RESENT, by=person, subject=f"message {number}")

    with django_assert_max_num_queries(10):
        first = administrator.opens("audit_log", action="message_resent")
    second = administrator.client.get(first.request["PATH_INFO"] + first.context["page"].older)
    third = administrator.client.get(first.request["PATH_INFO"] + second.context["page"].older)
    back = administrator.client.get(first.request["PATH_INFO"] + third.context["page"].newer)

    assert subjects(first) + subjects(second) + subjects(third) == [f"message {n}" for n in range(119, -1, -1)]
    assert (first.context["page"].newer, third.context["page"].older) == ("", "")
    assert "action=message_resent" in second.context["page"].older
    assert subjects(back) == subjects(second)
