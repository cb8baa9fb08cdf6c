"""The pages on a workstream's routing rules."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from omnichannel.audit.models import AuditEvent
from tests.factories.rules import RouteRuleFactory
from tests.factories.workstreams import QueueFactory, WorkstreamFactory
from tests.portal.visitors import Visitor
from workstreams.models import Queue, RouteRule, Workstream
from workstreams.rules.load import rules_of
from workstreams.rules.services import copy_rules

BILLING = {"attribute": "intent", "operator": "equals", "values": ["billing"]}


@pytest.fixture
def workstream(db: None) -> Workstream:
    """A workstream without rules."""
    made: Workstream = WorkstreamFactory.create(name="Sales")
    return made


@pytest.fixture
def billing(db: None) -> Queue:
    """A queue that a rule may name."""
    made: Queue = QueueFactory.create(name="Billing")
    return made


def entries(queue: Queue | None, *rows: tuple[str, str, str], **other: Any) -> dict[str, Any]:
    """What the page's form sends."""
    sent = {"name": "Bills", "queue": queue.pk if queue else "", "conditions-INITIAL_FORMS": 0}
    sent |= {"conditions-TOTAL_FORMS": len(rows)}
    for number, row in enumerate(rows):
        names = ("attribute", "operator", "value")
        sent |= {f"conditions-{number}-{name}": value for name, value in zip(names, row, strict=True)}
    return sent | other


def names(workstream: Workstream) -> list[str]:
    """The names of its rules in their order."""
    return list(workstream.route_rules.in_order().values_list("name", flat=True))


def page(visitor: Visitor, name: str, *args: Any, **query: Any) -> str:
    """The text of a page."""
    return str(visitor.opens(name, *args, **query).content.decode())


def test_a_workstream_without_rules_says_what_a_rule_is_for(administrator: Visitor, workstream: Workstream) -> None:
    text = page(administrator, "workstreams_workstream_rules", workstream.pk)

    assert "No rules yet: every conversation" in text
    assert workstream.fallback_queue.name in text


def test_a_rule_is_added_after_the_others(administrator: Visitor, workstream: Workstream, billing: Queue) -> None:
    RouteRuleFactory.create(workstream=workstream, name="First")

    response = administrator.sends(
        "workstreams_workstream_rule_add",
        workstream.pk,
        **entries(
            billing, ("intent", "equals", " billing "), ("group", "one_of", "vip, gold,"), ("locale", "set", "x")
        ),
    )

    assert response.status_code == 302
    assert names(workstream) == ["First", "Bills"]
    rule = RouteRule.objects.get(name="Bills")
    assert (rule.queue, rule.conditions) == (
        billing,
        [
            BILLING,
            {"attribute": "group", "operator": "one_of", "values": ["vip", "gold"]},
            {"attribute": "locale", "operator": "set", "values": []},
        ],
    )
    assert AuditEvent.objects.get().details["changes"]["name"] == [None, "Bills"]
    text = page(administrator, "workstreams_workstream_rules", workstream.pk)
    assert "Intent id equals billing and Group id is one of vip or gold and Locale is set" in text


@pytest.mark.parametrize(
    ("rows", "other", "fault"),
    [
        ([("intent", "equals", " ")], {}, "Write what it is compared with."),
        ([("intent", "one_of", ", ,")], {}, "Write what it is compared with."),
        ([("intent", "equals", "x" * 256)], {}, "A value has at most 255 characters."),
        ([("intent", "one_of", "x," * 51)], {}, "At most 50 values fit here."),
        ([("colour", "equals", "x")], {}, "Select a valid choice."),
        ([("intent", "equals", "x")], {"name": ""}, "Give the rule a name."),
        ([("intent", "equals", "x")], {"queue": ""}, "Choose the queue it leads to."),
    ],
)
def test_what_makes_no_rule_is_told_at_its_field(
    administrator: Visitor,
    workstream: Workstream,
    billing: Queue,
    rows: list[tuple[str, str, str]],
    other: dict[str, str],
    fault: str,
) -> None:
    response = administrator.sends("workstreams_workstream_rule_add", workstream.pk, **entries(billing, *rows) | other)

    assert response.status_code == 200
    assert fault in response.content.decode()
    assert "Nothing was saved yet." in response.content.decode()
    assert not RouteRule.objects.exists()


def test_a_rule_without_conditions_is_not_saved(administrator: Visitor, workstream: Workstream, billing: Queue) -> None:
    response = administrator.sends("workstreams_workstream_rule_add", workstream.pk, **entries(billing))

    assert response.status_code == 200
    assert not RouteRule.objects.exists()


def test_conditions_come_and_go_and_keep_what_was_typed(
    administrator: Visitor, workstream: Workstream, billing: Queue
) -> None:
    typed = [("intent", "equals", "billing"), ("group", "equals", "")]

    more = administrator.sends("workstreams_workstream_rule_add", workstream.pk, **entries(billing, *typed, more="on"))
    less = administrator.sends("workstreams_workstream_rule_add", workstream.pk, **entries(billing, *typed, remove="0"))

    assert [form["value"].value() for form in more.context["editor"].rows] == ["billing", "", None]
    assert [form["attribute"].value() for form in less.context["editor"].rows] == ["group"]
    assert "Nothing was saved yet." not in more.content.decode()
    assert not RouteRule.objects.exists()


def test_a_rule_shows_what_it_asks_and_is_changed_where_it_stands(
    administrator: Visitor, workstream: Workstream, billing: Queue
) -> None:
    rule, _other = (RouteRuleFactory.create(workstream=workstream) for _ in range(2))
    assert 'value="billing"' in page(administrator, "workstreams_workstream_rule", rule.pk)

    administrator.sends("workstreams_workstream_rule", rule.pk, **entries(billing, ("group", "not_set", "")))

    rule.refresh_from_db()
    assert (rule.name, rule.queue, rule.conditions) == (
        "Bills",
        billing,
        [{"attribute": "group", "operator": "not_set", "values": []}],
    )
    assert names(workstream)[0] == "Bills"


@pytest.mark.accepts("A2.11-3")
@pytest.mark.parametrize(("operator", "is_hidden"), [("set", True), ("not_set", True), ("equals", False)])
def test_an_operator_that_compares_with_nothing_has_no_value_box(
    administrator: Visitor, workstream: Workstream, operator: str, is_hidden: bool
) -> None:
    values = [] if is_hidden else ["x"]
    stored = [{"attribute": "group", "operator": operator, "values": values}]
    rule = RouteRuleFactory.create(workstream=workstream, conditions=stored)

    text = " ".join(page(administrator, "workstreams_workstream_rule", rule.pk).split())

    assert ("data-value hidden" in text) is is_hidden


def test_rules_change_places(administrator: Visitor, workstream: Workstream) -> None:
    first, second, third = (RouteRuleFactory.create(workstream=workstream, name=name) for name in "abc")

    administrator.sends("workstreams_workstream_rule_move", third.pk, to="up")
    assert names(workstream) == ["a", "c", "b"]
    administrator.sends("workstreams_workstream_rule_move", first.pk, to="down")
    assert names(workstream) == ["c", "a", "b"]
    administrator.sends("workstreams_workstream_rule_move", second.pk, to="down")
    administrator.sends("workstreams_workstream_rule_move", third.pk, to="up")
    assert names(workstream) == ["c", "a", "b"]


def test_a_rule_is_deleted_after_a_question(administrator: Visitor, workstream: Workstream) -> None:
    rule = RouteRuleFactory.create(workstream=workstream, name="Bills")
    assert "Delete “Bills”?" in page(administrator, "workstreams_workstream_rule_delete", rule.pk)

    administrator.sends("workstreams_workstream_rule_delete", rule.pk)

    assert not RouteRule.objects.exists()


def test_the_page_tries_the_rules_and_says_why(administrator: Visitor, workstream: Workstream, billing: Queue) -> None:
    RouteRuleFactory.create(workstream=workstream, queue=billing)

    text = page(administrator, "workstreams_workstream_rules", workstream.pk, **{"try": "on", "intent": "BILLING"})

    assert "It would wait in <b>Billing</b>." in text
    assert "Rule 1 matched because Intent id equals billing" in text


def test_a_supervisor_reads_rules_and_changes_none(supervisor: Visitor, workstream: Workstream) -> None:
    rule = RouteRuleFactory.create(workstream=workstream)

    text = page(supervisor, "workstreams_workstream_rules", workstream.pk)

    assert "Intent id equals billing" in text
    assert "Add rule" not in text
    for name, key in (("add", workstream.pk), ("move", rule.pk), ("delete", rule.pk)):
        assert supervisor.sends(f"workstreams_workstream_rule_{name}", key).status_code == 403
    assert supervisor.opens("workstreams_workstream_rule", rule.pk).status_code == 403


def test_the_list_takes_the_same_queries_for_any_length(administrator: Visitor, workstream: Workstream) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert administrator.opens("workstreams_workstream_rules", workstream.pk).status_code == 200
        return len(captured)

    RouteRuleFactory.create(workstream=workstream)
    few = queries()
    RouteRuleFactory.create_batch(10, workstream=workstream)

    assert queries() == few


def test_a_rule_that_cannot_be_read_is_passed_over_and_shown_as_such(
    administrator: Visitor, workstream: Workstream
) -> None:
    broken = RouteRuleFactory.create(workstream=workstream, conditions=[{"attribute": "colour"}])
    sound = RouteRuleFactory.create(workstream=workstream)

    assert [rule.pk for rule in rules_of([workstream.pk])[workstream.pk]] == [sound.pk]
    assert "cannot be read" in page(administrator, "workstreams_workstream_rules", workstream.pk)
    assert administrator.opens("workstreams_workstream_rule", broken.pk).status_code == 200


def test_a_queue_that_a_rule_names_is_in_use(administrator: Visitor, workstream: Workstream, billing: Queue) -> None:
    rule = RouteRuleFactory.create(workstream=workstream, queue=billing, name="Bills")

    text = page(administrator, "workstreams_queue_delete", billing.pk)

    assert f'<b>routing rule</b>: <a href="/admin/workstreams/rule/{rule.pk}/">Bills</a>' in text


def test_rules_are_copied_in_their_order(workstream: Workstream) -> None:
    later = RouteRuleFactory.create(workstream=workstream, position=9, name="Later")
    sooner = RouteRuleFactory.create(workstream=workstream, position=4, name="Sooner")
    target = WorkstreamFactory.create()

    copy_rules(workstream, target)

    copies = target.route_rules.in_order()
    assert [(each.name, each.conditions, each.queue) for each in copies] == [
        (each.name, each.conditions, each.queue) for each in (sooner, later)
    ]
    assert names(workstream) == ["Sooner", "Later"]


def test_two_rules_never_stand_in_one_place(workstream: Workstream) -> None:
    @transaction.atomic
    def place_two() -> None:
        RouteRuleFactory.create_batch(2, workstream=workstream, position=1)
        connection.check_constraints()

    with pytest.raises(IntegrityError, match="one_rule_per_position"):
        place_two()
