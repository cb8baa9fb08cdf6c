"""The pages of the log: differences in words, narrowed to a record, and the whole of it as a file."""

import csv
import io
import json
from typing import Any

import pytest

from omnichannel.audit import changes
from omnichannel.audit.models import Action, AuditEvent
from omnichannel.audit.services import record
from tests.audit.test_log import note, subjects
from tests.factories.channels_app import AccountFactory, MspConnectionFactory
from tests.factories.workstreams import QueueFactory
from tests.portal.visitors import Visitor
from workstreams.models import Queue

pytestmark = pytest.mark.django_db


def rename(queue: Queue, name: str, **fields: Any) -> None:
    """Change a queue, nobody knows who."""
    with changes.watched(queue, by=None):
        Queue.objects.filter(pk=queue.pk).update(name=name, **fields)
        queue.refresh_from_db()


def test_differences_are_shown_with_labels_and_choices_in_words(administrator: Visitor) -> None:
    rename(QueueFactory.create(name="Sales"), "Sales", priority=3, assignment_method="round_robin")

    page = administrator.opens("audit_log")

    shown = [(each.label, each.old, each.new) for each in page.context["page"].rows[0].differences]
    assert shown == [("Queue priority", "1", "3"), ("Assignment method", "Highest capacity", "Advanced round robin")]
    assert "<ins>Advanced round robin</ins>" in page.content.decode()


def test_the_log_is_narrowed_by_kind_of_record_and_to_one_of_them(administrator: Visitor) -> None:
    one, other, connection = QueueFactory.create(), QueueFactory.create(), MspConnectionFactory.create()
    rename(one, "One")
    rename(other, "Other")
    changes.added(connection, by=None)
    note("message 1")

    kinds = administrator.opens("audit_log").context["filters"].fields["kind"].choices
    queues = administrator.opens("audit_log", kind="workstreams.queue")
    alone = administrator.opens("audit_log", kind="workstreams.queue", record=one.pk)

    assert [str(label) for _kind, label in kinds] == ["Every kind", "MSP connection", "Queue"]
    assert subjects(queues) == ["queue Other", "queue One"]
    assert subjects(alone) == ["queue One"]


def test_the_history_of_a_record_is_the_log_narrowed_to_it(administrator: Visitor, supervisor: Visitor) -> None:
    one, other = QueueFactory.create(name="Sales"), QueueFactory.create()
    rename(one, "Service")
    rename(other, "Other")

    page = administrator.opens("workstreams_queue_history", one.pk)
    for_others = supervisor.opens("workstreams_queue_history", one.pk)

    assert subjects(page) == ["queue Service"]
    assert f"?kind=workstreams.queue&amp;record={one.pk}" in page.content.decode()
    assert (for_others.status_code, b"In the audit log" in for_others.content) == (200, False)


def test_a_history_without_changes_says_so(administrator: Visitor) -> None:
    page = administrator.opens("channels_app_account_history", AccountFactory.create().pk)

    assert b"No changes yet" in page.content


def test_the_history_of_what_is_not_there_is_not_found(administrator: Visitor) -> None:
    assert administrator.opens("channels_app_account_history", 9).status_code == 404


def test_a_kind_that_this_version_does_not_know_is_shown_as_it_is(administrator: Visitor) -> None:
    record(Action.SETTING_ADDED, by=None, subject="x", kind="gone.thing", id="1", changes={"size": [None, [1, "a"]]})

    page = administrator.opens("audit_log", kind="gone.thing")

    assert [(each.label, each.new) for each in page.context["page"].rows[0].differences] == [("Size", "1, a")]


def exported(administrator: Visitor, **filters: Any) -> list[dict[str, str]]:
    """Return the rows of the file."""
    answer = administrator.sends("audit_export", **filters)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode())))


def test_the_log_is_handed_out_as_a_table_and_says_so(administrator: Visitor) -> None:
    first = note("message 1", attempt=3)
    note("=HYPERLINK()")

    rows = exported(administrator)

    assert [row["subject"] for row in rows] == ["message 1", "'=HYPERLINK()"]
    assert (rows[0]["hash"], json.loads(rows[0]["details"])) == (first.hash, {"attempt": 3})
    event = AuditEvent.objects.newest_first()[0]
    assert (event.action, event.actor_name, event.details) == ("audit_log_exported", "Ada Diallo", {"events": 2})


def test_the_table_holds_what_the_filters_leave(administrator: Visitor) -> None:
    note("message 1")
    rename(QueueFactory.create(), "Sales")

    assert [row["subject"] for row in exported(administrator, kind="workstreams.queue")] == ["queue Sales"]


def test_only_administrators_take_the_table(administrator: Visitor, supervisor: Visitor, agent: Visitor) -> None:
    answers = [person.sends("audit_export").status_code for person in (supervisor, agent)]
    opened = administrator.opens("audit_export")

    assert answers == [403, 403]
    assert (opened.status_code, AuditEvent.objects.exists()) == (302, False)
