"""The file: the same set-up gives the same bytes, and brings itself back."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channels_app.models import Account, ChannelInstance, MspConnection
from omnichannel.audit.models import AuditEvent
from omnichannel.configuration import export
from omnichannel.configuration.registry import BY_MODEL, DESCRIPTIONS
from omnichannel.configuration.shape import schema
from omnichannel.demo import artwork
from omnichannel.demo.load import load
from tests.configuration.conftest import SECRETS, TEST_ID
from tests.factories.channels_app import ChannelInstanceFactory
from tests.factories.workstreams import QueueFactory
from workstreams.models import Queue

pytestmark = pytest.mark.django_db


def start_afresh() -> None:
    """Empty every table but the groups, as in a new installation."""
    with connection.cursor() as cursor:
        tables = ", ".join(f'"{description.model._meta.db_table}"' for description in DESCRIPTIONS)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {tables} CASCADE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def there_and_back(folder: Path) -> tuple[bytes, bytes]:
    """Return the file of this installation, and that of an empty one which imported it."""
    call_command("export_config", output=folder / "one.json")
    start_afresh()
    call_command("import_config", folder / "one.json", yes=True)
    call_command("export_config", output=folder / "two.json")
    return (folder / "one.json").read_bytes(), (folder / "two.json").read_bytes()


@pytest.mark.usefixtures("set_up")
def test_what_an_empty_installation_imports_it_exports_byte_for_byte(tmp_path: Path) -> None:
    one, two = there_and_back(tmp_path)

    assert one == two
    assert all(json.loads(one)[each.section] for each in DESCRIPTIONS)


def test_the_demo_comes_back_byte_for_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artwork, "SIZE", (96, 72))
    load()

    one, two = there_and_back(tmp_path)

    assert one == two
    assert [each["name"] for each in json.loads(two)["accounts"]] == sorted(
        Account.objects.values_list("name", flat=True), key=lambda name: Account.objects.get(name=name).business_id
    )


@pytest.mark.usefixtures("set_up")
def test_no_secret_no_person_and_no_id_is_in_the_file() -> None:
    content = export.text()

    for secret in SECRETS:
        assert secret not in content
    assert '"agents"' not in content
    assert json.loads(content)["connections"][0]["secret"] == "(secret, not in this file)"
    assert json.loads(content)["instances"][0]["account"] == TEST_ID


def test_records_stand_in_one_order_whoever_was_there_first() -> None:
    QueueFactory.create(name="Zürich")
    QueueFactory.create(name="Aarau")

    assert [each["name"] for each in json.loads(export.text())["queues"]] == ["Aarau", "Zürich"]


def test_what_is_retired_is_history_and_not_set_up(set_up: ChannelInstance) -> None:
    ChannelInstance.objects.update(retired_at="2026-01-01T00:00Z")

    assert json.loads(export.text())["instances"] == []


def test_taking_the_file_is_told_by_the_audit_log(capsys: Any) -> None:
    call_command("export_config")

    assert json.loads(capsys.readouterr().out)["version"] == 1
    assert AuditEvent.objects.get().action == "configuration_exported"


@pytest.mark.usefixtures("set_up")
def test_more_records_need_no_more_questions() -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            export.text()
        return len(queries)

    few = count()
    ChannelInstanceFactory.create_batch(3)

    assert count() == few


def test_the_schema_names_every_section_and_its_limits(capsys: Any) -> None:
    call_command("export_config", schema=True)

    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads(json.dumps(schema()))
    assert set(printed["properties"]) == {"format", "version", *(each.section for each in DESCRIPTIONS)}
    months = printed["$defs"]["Account"]["properties"]["retention_months"]
    assert (months["minimum"], months["maximum"]) == (1, 120)


def test_each_kind_stands_after_those_that_it_leads_to() -> None:
    seen = set()
    for description in DESCRIPTIONS:
        seen.add(description.model)
        for each in description.fields(BY_MODEL):
            assert not each.is_relation or each.related_model in seen, each


def test_a_file_that_cannot_be_written_or_read_is_an_error(tmp_path: Path) -> None:
    commands: list[Callable[[], Any]] = [
        lambda: call_command("export_config", output=tmp_path / "no" / "where.json"),
        lambda: call_command("import_config", tmp_path / "missing.json"),
    ]

    for command in commands:
        with pytest.raises(CommandError, match="No such file"):
            command()


@pytest.mark.usefixtures("set_up")
def test_secrets_stay_where_they_are_and_are_missed_where_there_are_none(tmp_path: Path, capsys: Any) -> None:
    file = tmp_path / "one.json"
    call_command("export_config", output=file)
    call_command("import_config", file, yes=True)
    kept = MspConnection.objects.get().secret
    capsys.readouterr()
    start_afresh()
    call_command("import_config", file, yes=True)

    assert (kept, MspConnection.objects.get().secret) == (SECRETS[0], "")
    assert "! MSP connection Velo: secret missing (API secret)" in capsys.readouterr().out
    assert Queue.objects.get().agents.count() == 0
