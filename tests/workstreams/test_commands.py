"""The first person of an installation is added at the command line."""

import io

import pytest
from django.core.management import CommandError, call_command

from omnichannel.audit.models import AuditEvent
from tests.factories.workstreams import UserFactory
from workstreams.models import User
from workstreams.roles import Role, roles_of

pytestmark = pytest.mark.django_db
PASSWORD = "granite-olive-birch"


def add(monkeypatch: pytest.MonkeyPatch, username: str, password: str) -> str:
    """Run the command with a password on standard input, and return what it says."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    said = io.StringIO()
    call_command("add_administrator", username, stdout=said)
    return said.getvalue()


def test_the_first_administrator_may_set_up_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    said = add(monkeypatch, "ada", PASSWORD)

    person = User.objects.get()
    assert said == "ada can sign in now and set everything up.\n"
    assert person.check_password(PASSWORD)
    assert roles_of(person) == {Role.ADMINISTRATOR}
    assert person.has_perm("channels_app.add_account")
    assert person.has_perm("channels_app.create_secret_mspconnection")
    assert [(event.action, event.actor_label) for event in AuditEvent.objects.all()] == [
        ("setting_added", "The system")
    ]


@pytest.mark.parametrize(
    ("username", "password", "reason"),
    [
        ("grace", "12345678", "This password is too common"),
        ("grace", "", "This password is too short"),
        ("taken", PASSWORD, "A user with that username already exists"),
        ("two words", PASSWORD, "Enter a valid username"),
    ],
)
def test_what_is_wrong_is_said_and_nobody_is_added(
    monkeypatch: pytest.MonkeyPatch, username: str, password: str, reason: str
) -> None:
    UserFactory.create(username="taken")

    with pytest.raises(CommandError, match=reason):
        add(monkeypatch, username, password)

    assert User.objects.count() == 1
