"""All secrets come under the first key, whatever interrupts it, and none of them is lost."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from channels_app.models import MspConnection
from omnichannel.audit.models import AuditEvent
from omnichannel.keys import rotation
from omnichannel.keys.check import check_keys
from omnichannel.keys.columns import Column, uses
from tests.factories.channels_app import MspConnectionFactory
from tests.keys.conftest import MAKERS, Use, fields, make_everything, marker

pytestmark = pytest.mark.django_db


def used() -> set[str]:
    """Return the keys that stored secrets need."""
    return {use.key_id for use in uses()}


def quiet(_column: Column, _count: int) -> None:
    """Say nothing."""


def test_every_secret_of_every_model_comes_under_the_first_key(keys: Use, capsys: Any) -> None:
    make_everything()
    keys("k2", "k1")

    call_command("rotate_keys")

    keys("k2")
    assert used() == {"k2"}
    for field in fields():
        assert marker(field) in field.model._base_manager.values_list(field.name, flat=True)
    assert "Nothing is left under another key." in capsys.readouterr().out
    assert {field.model for field in fields()} == set(MAKERS)


def test_empty_values_stay_empty(keys: Use) -> None:
    MspConnectionFactory.create(secret="")
    keys("k2", "k1")

    assert rotation.rotate(quiet) == []

    assert MspConnection.objects.get().secret == ""


def test_it_says_in_the_audit_log_how_many(keys: Use) -> None:
    MspConnectionFactory.create_batch(3)
    keys("k2", "k1")

    rotation.rotate(quiet)
    rotation.rotate(quiet)

    event = AuditEvent.objects.get()
    assert (event.action, event.subject, event.details) == ("keys_rotated", "key k2", {"values": 3})


class Killed(BaseException):
    """What ends a process at once."""


def test_a_run_that_dies_half_way_is_continued(keys: Use, monkeypatch: pytest.MonkeyPatch) -> None:
    MspConnectionFactory.create_batch(5, secret="c2VjcmV0")
    keys("k2", "k1")
    monkeypatch.setattr(rotation, "BATCH", 2)

    def die(_column: Column, _count: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        rotation.rotate(die)
    half_way = {use.key_id: use.count for use in uses()}
    left = rotation.rotate(quiet)

    keys("k2")
    assert (half_way, left) == ({"k1": 3, "k2": 2}, [])
    assert [each.secret for each in MspConnection.objects.all()] == ["c2VjcmV0"] * 5


def test_what_is_set_while_it_is_rotated_stays(keys: Use, monkeypatch: pytest.MonkeyPatch) -> None:
    row = MspConnectionFactory.create(secret="b2xk")
    keys("k2", "k1")
    replace = rotation._replace

    def late(column: Column, sealed: Any) -> int:
        monkeypatch.setattr(rotation, "_replace", replace)
        MspConnection.objects.filter(pk=row.pk).update(secret="bmV3")
        return replace(column, sealed)

    monkeypatch.setattr(rotation, "_replace", late)
    rotation.rotate(quiet)

    assert MspConnection.objects.get().secret == "bmV3"


def test_what_a_process_with_the_old_keys_writes_meanwhile_is_rotated_too(
    keys: Use, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = MspConnectionFactory.create(secret="b2xk")
    keys("k2", "k1")
    replace = rotation._replace

    def late(column: Column, sealed: Any) -> int:
        monkeypatch.setattr(rotation, "_replace", replace)
        keys("k1", "k2")
        MspConnection.objects.filter(pk=row.pk).update(secret="bmV3")
        keys("k2", "k1")
        return replace(column, sealed)

    monkeypatch.setattr(rotation, "_replace", late)
    left = rotation.rotate(quiet)

    assert (left, used(), MspConnection.objects.get().secret) == ([], {"k2"}, "bmV3")


def test_what_cannot_be_read_stays_and_is_told(keys: Use, capsys: Any) -> None:
    keys("k3")
    MspConnectionFactory.create()
    keys("k1")
    MspConnectionFactory.create()
    keys("k2", "k1")

    with pytest.raises(SystemExit) as ended:
        call_command("rotate_keys")

    assert ended.value.code == 1
    assert "channels_app_mspconnection.secret: 1 left under the key k3." in capsys.readouterr().out
    assert used() == {"k2", "k3"}


def test_a_check_names_the_key_that_is_missing_and_where(keys: Use) -> None:
    MspConnectionFactory.create_batch(2)
    assert check_keys(databases=["default"]) == []

    keys("k2")

    (found,) = check_keys(databases=["default"])
    assert (found.id, found.msg) == (
        "omnichannel.E030",
        "FIELD_KEYS lacks the key 'k1', which stored secrets are sealed with: 2 in channels_app_mspconnection.secret.",
    )
    assert check_keys() == []


def test_the_check_asks_one_question_however_many_tables_there_are(
    keys: Use, django_assert_max_num_queries: Any
) -> None:
    make_everything()

    # Beside the savepoint around it.
    with django_assert_max_num_queries(3):
        check_keys(databases=["default"])


def test_the_check_says_nothing_while_tables_are_still_to_be_made(keys: Use) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE channels_app_mspconnection RENAME TO elsewhere")

    assert check_keys(databases=["default"]) == []
