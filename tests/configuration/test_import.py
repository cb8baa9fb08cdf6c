"""An import is shown first, does all or nothing, deletes nothing, and says what is wrong all at once."""

import json
import threading
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import URLField

from channels_app.models import Account, AutomatedMessage, ChannelInstance, MspConnection
from omnichannel import amb
from omnichannel.audit.models import AuditEvent
from omnichannel.common.encryption import EncryptedTextField
from omnichannel.configuration import export, importing
from omnichannel.configuration.plan import Plan
from omnichannel.configuration.reading import Refused, read
from tests.configuration.conftest import REAL_ID, SECRETS, TEST_ID
from tests.conversations.test_races import someone_waits_for_us
from tests.factories.channels_app import ChannelInstanceFactory, MspConnectionFactory
from tests.factories.workstreams import QueueFactory, WorkstreamFactory
from tests.journeys.running import eventually
from tests.portal.visitors import Visitor
from workstreams.models import Queue, Workstream

pytestmark = pytest.mark.django_db


def file(**sections: Any) -> dict[str, Any]:
    """Return a file with some sections only."""
    return {"format": "omnichannel configuration", "version": 1} | sections


def plan_of(content: Any, **accounts: str) -> Plan:
    """Return what an import would do."""
    return importing.plan(read(json.dumps(content), accounts))


def bring(content: Any, by: Any = None, **accounts: str) -> Plan:
    """Import."""
    entries = read(json.dumps(content), accounts)
    return importing.apply(entries, expected=importing.plan(entries).digest, by=by)


def faults_of(content: Any) -> list[tuple[str, str]]:
    """Return what is wrong with a file."""
    with pytest.raises(Refused) as refused:
        plan_of(content)
    return [(fault.place, fault.message) for fault in refused.value.faults]


def told(plan: Plan) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """Return what a plan changes."""
    return [
        (change.outcome.value, change.name, [(each.label, each.old, each.new) for each in change.differences])
        for change in plan.changes
    ]


def test_a_plan_tells_what_is_added_changed_and_unchanged_and_changes_nothing() -> None:
    QueueFactory.create(name="Sales", priority=1)
    QueueFactory.create(name="Service")
    QueueFactory.create(name="Stays")
    queues = [{"name": "Sales", "priority": 5}, {"name": "Service"}, {"name": "New", "priority": 2}]

    plan = plan_of(file(queues=queues))

    assert told(plan) == [
        ("changed", "Sales", [("Queue priority", "1", "5")]),
        ("unchanged", "Service", []),
        ("added", "New", [("Name", "", "New"), ("Queue priority", "", "2")]),
    ]
    assert sorted(Queue.objects.values_list("name", "priority")) == [("Sales", 1), ("Service", 1), ("Stays", 1)]
    assert not AuditEvent.objects.exists()


def test_an_import_adds_changes_and_deletes_nothing() -> None:
    QueueFactory.create(name="Sales", priority=1)
    QueueFactory.create(name="Stays")

    bring(file(queues=[{"name": "Sales", "priority": 5}, {"name": "New"}]))

    assert sorted(Queue.objects.values_list("name", "priority")) == [("New", 1), ("Sales", 5), ("Stays", 1)]


def test_members_of_a_queue_stay(set_up: ChannelInstance) -> None:
    content = json.loads(export.text())
    content["queues"][0]["priority"] = 9

    bring(content)

    queue = Queue.objects.get()
    assert (queue.priority, queue.agents.count()) == (9, 1)


def test_an_import_is_told_by_the_audit_log_record_by_record(administrator: Visitor) -> None:
    QueueFactory.create(name="Sales", priority=1)

    bring(file(queues=[{"name": "Sales", "priority": 5}, {"name": "New"}]), by=administrator.user)

    events = [(each.action, each.subject, each.actor_name) for each in AuditEvent.objects.order_by("number")]
    assert events == [
        ("setting_changed", "queue Sales", "Ada Diallo"),
        ("setting_added", "queue New", "Ada Diallo"),
        ("configuration_imported", "configuration", "Ada Diallo"),
    ]
    assert AuditEvent.objects.get(number=1).details["changes"] == {"priority": [1, 5]}
    assert AuditEvent.objects.get(number=3).details == {"added": 1, "changed": 1, "unchanged": 0}


def test_what_was_changed_since_the_plan_is_looked_at_again() -> None:
    queue = QueueFactory.create(name="Sales", priority=1)
    entries = read(json.dumps(file(queues=[{"name": "Sales", "priority": 5}])))
    shown = importing.plan(entries)
    Queue.objects.filter(pk=queue.pk).update(priority=3)

    with pytest.raises(importing.Outdated):
        importing.apply(entries, expected=shown.digest, by=None)

    assert Queue.objects.get().priority == 3


def test_one_fault_keeps_everything_out() -> None:
    with pytest.raises(Refused):
        bring(file(queues=[{"name": "New"}], workstreams=[{"name": "Sales", "fallback_queue": "Nowhere"}]))

    assert not Queue.objects.exists()


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (
            file(version=2),
            [("version", "This installation reads version 1 of the file.")],
        ),
        (
            file(workstreams=[{"name": "Sales", "fallback_queue": "Nowhere"}]),
            [("workstreams[0].fallback_queue", "There is no queue “Nowhere”, neither here nor in the file.")],
        ),
        (
            file(queues=[{"name": "Sales"}, {"name": "Sales"}]),
            [("queues[1]", "This is the same record as queues[0].")],
        ),
        (
            file(queues=[{"name": "Sales", "colour": "red"}, {"priority": "high"}]),
            [
                ("queues[0].colour", "This version knows no such field. Check its spelling."),
                ("queues[1].name", "Field required"),
                ("queues[1].priority", "Input should be a valid integer"),
            ],
        ),
        (
            file(
                connections=[
                    {"name": "A", "msp_id": REAL_ID, "gateway_url": "https://10.0.0.1/"},
                    {"name": "B", "msp_id": TEST_ID, "gateway_url": "http://93.184.215.14/"},
                ]
            ),
            [
                (
                    "connections[0].gateway_url",
                    "10.0.0.1 leads into a private network (10.0.0.1). Enter an address on the public internet.",
                ),
                ("connections[1].gateway_url", "Enter an address that begins with https://."),
            ],
        ),
        (
            file(connections=[{"name": "A", "msp_id": REAL_ID}, {"name": "B", "msp_id": REAL_ID}]),
            [("connections[1].msp_id", "MSP connection with this MSP ID already exists.")],
        ),
    ],
    ids=["version", "reference", "duplicate", "shape", "addresses", "unique"],
)
def test_every_fault_is_told_with_its_place(content: Any, faults: list[tuple[str, str]]) -> None:
    assert faults_of(content) == faults


def test_a_fault_of_one_record_is_not_told_again_by_those_that_lead_to_it() -> None:
    account = {"name": "Velo", "business_id": "no id at all", "connection": "A"}
    content = file(
        connections=[{"name": "A", "msp_id": "wrong"}],
        accounts=[account],
        queues=[{"name": "Sales"}],
    )

    assert [place for place, _message in faults_of(content)] == ["connections[0].msp_id"]


def test_a_secret_in_the_file_is_refused_and_not_repeated() -> None:
    content = file(connections=[{"name": "A", "msp_id": REAL_ID, "secret": SECRETS[0]}])

    (found,) = faults_of(content)

    assert found[0] == "connections[0].secret"
    assert SECRETS[0] not in found[1]


def test_a_stored_secret_follows_to_no_other_address() -> None:
    MspConnectionFactory.create(name="A", msp_id=REAL_ID, gateway_url="https://gateway.example/v1")
    MspConnectionFactory.create(name="B", msp_id=TEST_ID, gateway_url="https://gateway.example/v1", secret="")

    moved = [
        {"name": name, "msp_id": msp_id, "gateway_url": amb.APPLE_GATEWAY}
        for name, msp_id in (("A", REAL_ID), ("B", TEST_ID))
    ]

    [(place, message)] = faults_of(file(connections=moved))

    assert place == "connections[0].gateway_url"
    assert "change it on the record’s page, where the secret is entered again" in message
    assert MspConnection.objects.filter(gateway_url="https://gateway.example/v1").count() == 2


def test_a_client_secret_follows_to_no_other_address(set_up: ChannelInstance) -> None:
    moved = json.loads(export.text())["authentication_settings"]
    elsewhere = "https://elsewhere.example.com/"
    moved[0] |= {"token_url": elsewhere, "user_info_url": elsewhere}

    places = [place for place, _message in faults_of(file(authentication_settings=moved))]

    assert places == ["authentication_settings[0].token_url", "authentication_settings[0].user_info_url"]


def test_each_address_beside_a_secret_says_whether_the_secret_is_used_there() -> None:
    free = set()
    for model in apps.get_models():
        secrets = [each for each in model._meta.concrete_fields if isinstance(each, EncryptedTextField)]
        used_at = {name for each in secrets for name in each.used_at}
        addresses = {each.name for each in model._meta.concrete_fields if isinstance(each, URLField)}
        free |= {f"{model.__name__}.{name}" for name in addresses - used_at if secrets}

    # Apple's devices pay there; the certificate is shown to Apple alone.
    assert free == {"PaymentProfile.gateway_url", "PaymentProfile.domain_url"}


def test_no_json_is_no_configuration() -> None:
    with pytest.raises(Refused, match="Invalid JSON"):
        read("{")


def test_a_character_that_the_database_cannot_keep_is_a_fault() -> None:
    found = faults_of(file(queues=[{"name": "Sa\0les"}], surveys=[{"name": "S", "url": "https://x.example.com/\0"}]))

    assert [place for place, _message in found][:1] == ["queues[0]"]


def test_what_is_fixed_when_a_record_is_added_is_not_changed(set_up: ChannelInstance) -> None:
    content = json.loads(export.text())
    content["workstreams"][0]["distribution"] = "push"

    assert faults_of(content) == [("workstreams[0].distribution", "This was fixed when the record was added.")]
    assert Workstream.objects.get().distribution == "pick"


def test_a_test_account_is_promoted(set_up: ChannelInstance) -> None:
    content = json.loads(export.text())
    content["automated_messages"] = [each for each in content["automated_messages"] if each["instance"]]

    bring(content, **{TEST_ID: REAL_ID})

    promoted = Account.objects.get(business_id=REAL_ID)
    instance = ChannelInstance.objects.get(account=promoted)
    assert (promoted.name, instance.workstream, instance.language) == ("Velo shop", set_up.workstream, "de")
    assert AutomatedMessage.objects.get(instance=instance).text == "Hallo"
    assert Account.objects.filter(business_id=TEST_ID).exists()


def test_an_account_that_is_not_in_the_file_cannot_be_promoted() -> None:
    with pytest.raises(Refused, match=f"No account of the file has the id {TEST_ID}"):
        read(json.dumps(file()), {TEST_ID: REAL_ID})


@pytest.fixture
def command(tmp_path: Any, capsys: Any) -> Any:
    """Run the command on a file and return what it printed."""

    def run(content: Any, **options: Any) -> str:
        path = tmp_path / "file.json"
        path.write_text(json.dumps(content))
        call_command("import_config", path, **options)
        return str(capsys.readouterr().out)

    return run


def test_a_dry_run_only_tells(command: Any) -> None:
    printed = command(file(queues=[{"name": "Sales"}]), dry_run=True, yes=True)

    assert printed.splitlines() == ["+ Queue Sales", "    Name: Sales", "1 to add, 0 to change, 0 unchanged."]
    assert not Queue.objects.exists()


@pytest.mark.parametrize(("answer", "count"), [("y", 1), ("", 0)])
def test_the_command_asks_first(command: Any, monkeypatch: pytest.MonkeyPatch, answer: str, count: int) -> None:
    monkeypatch.setattr("builtins.input", lambda _question: answer)

    command(file(queues=[{"name": "Sales"}]))

    assert Queue.objects.count() == count


def test_the_command_prints_every_fault(command: Any) -> None:
    with pytest.raises(CommandError, match=r"Nothing was imported\.\nqueues\[0\]\.name: "):
        command(file(queues=[{"name": ""}]), yes=True)


def test_the_command_maps_accounts(command: Any) -> None:
    content = file(
        connections=[{"name": "A", "msp_id": REAL_ID}],
        accounts=[{"name": "Velo", "business_id": TEST_ID, "connection": "A"}],
    )

    command(content, yes=True, accounts=[(TEST_ID, REAL_ID)])

    assert Account.objects.get().business_id == REAL_ID
    assert MspConnection.objects.get().secret == ""


def test_a_rule_that_routing_could_not_read_is_refused() -> None:
    WorkstreamFactory.create(name="Sales", fallback_queue__name="Sales")
    rule = {"workstream": "Sales", "position": 1, "name": "Bills", "queue": "Sales"}

    faults = faults_of(file(routing_rules=[rule | {"conditions": [{"attribute": "shoe size"}]}]))

    assert faults == [("routing_rules[0].conditions", "These are no conditions that routing knows.")]


@pytest.mark.django_db(transaction=True)
def test_an_import_takes_its_turn_behind_somebody_who_deletes_an_account() -> None:
    account = ChannelInstanceFactory.create().account

    def work() -> None:
        plan_of(file(queues=[{"name": "New"}]))
        connection.close()

    with transaction.atomic():
        ChannelInstance.objects.select_for_update().get()
        working = threading.Thread(target=work)
        working.start()
        eventually(someone_waits_for_us)
        # Whoever held this while waiting for the instance would wait for ever.
        Account.objects.select_for_update(nowait=True).get(pk=account.pk)
    working.join()
