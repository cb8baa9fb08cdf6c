"""The commands `demo` and `prepare`."""

import json
import uuid
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db.models import Model
from django.test import Client
from rest_framework.test import APIClient

from channels_app.models import Account, MspConnection
from conversations.models import Attachment, Conversation, Customer, Message
from omnichannel import static_files
from omnichannel.demo import identities
from simulator.models import Business, Phone, PhoneMessage, Provider
from tests.demo.conftest import Manage
from tests.factories.channels_app import AccountFactory, MspConnectionFactory
from tests.factories.workstreams import UserFactory
from workstreams.models import ApiToken, User
from workstreams.roles import Role, roles_of

ROWS: tuple[type[Model], ...] = (Account, Attachment, Conversation, Customer, Message, Phone, PhoneMessage, User)
ROLES = {
    "administrator": Role.ADMINISTRATOR,
    "supervisor": Role.SUPERVISOR,
    "agent": Role.AGENT,
}


def counts() -> dict[str, int]:
    """Return how many rows there are."""
    return {model.__name__: model._default_manager.count() for model in ROWS}


@pytest.fixture
def sheet(demo: MspConnection, manage: Manage) -> dict[str, Any]:
    """Return what the demo says for scripts."""
    answer: dict[str, Any] = json.loads(manage("demo", "--json"))
    return answer


def test_an_empty_installation_gets_the_demo_and_no_secret_is_shown(manage: Manage) -> None:
    said = manage("demo")

    secrets = [identities.api_token(), identities.msp_secret(), identities.password("maya")]
    assert Conversation.objects.count() == 40
    assert len(said.splitlines()) == 1
    assert [secret for secret in secrets if secret in said] == []


def test_a_second_run_changes_nothing(demo: MspConnection, manage: Manage) -> None:
    before = counts()

    said = manage("demo")

    assert said == "This installation is in use already: nothing was changed.\n"
    assert counts() == before


@pytest.mark.parametrize("factory", [UserFactory, AccountFactory])
def test_an_installation_in_use_gets_no_demo(factory: Any, manage: Manage) -> None:
    factory.create()
    before = counts()

    manage("demo")

    assert counts() == before


def test_without_a_demo_there_is_nothing_to_print(manage: Manage, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        manage("demo", "--json")

    printed = capsys.readouterr()
    assert ended.value.code == 1
    assert printed.out == ""
    assert printed.err.splitlines() == ["There is no demo here; `manage.py demo` loads it into an empty installation."]


def test_scripts_get_the_promised_shape(sheet: dict[str, Any]) -> None:
    msp, businesses, sign_ins = sheet["msp"], sheet["businesses"], sheet["sign_ins"]

    assert list(sheet) == ["base_url", "gateway_url", "msp", "businesses", "sign_ins", "api_token"]
    assert sheet["base_url"] == "http://127.0.0.1:8000"
    assert sheet["gateway_url"] == "http://127.0.0.1:8000/simulator/v1"
    assert msp.keys() == {"id", "secret"}
    assert [each.keys() for each in businesses] == [{"id", "name"}] * 2
    assert [each["role"] for each in sign_ins] == ["administrator", "supervisor", "agent", "agent", "agent"]
    assert [each.keys() for each in sign_ins] == [{"role", "username", "password"}] * 5


def test_the_simulated_apple_knows_the_same_provider_and_businesses(sheet: dict[str, Any]) -> None:
    provider = Provider.objects.get()

    assert (str(provider.msp_id), provider.secret) == (sheet["msp"]["id"], sheet["msp"]["secret"])
    assert provider.webhook_url == "http://127.0.0.1:8000/applemessagesforbusiness"
    assert [
        {"id": str(business.business_id), "name": business.name} for business in Business.objects.order_by("pk")
    ] == sheet["businesses"]


def test_everybody_can_sign_in(sheet: dict[str, Any]) -> None:
    for person in sheet["sign_ins"]:
        client = Client()
        client.post("/sign-in/", {"username": person["username"], "password": person["password"]})
        assert client.session["_auth_user_id"]
        assert roles_of(User.objects.get(username=person["username"])) == {ROLES[person["role"]]}


def test_the_token_opens_the_rest_interface(sheet: dict[str, Any]) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {sheet['api_token']}")

    answer = client.get("/api/v1/conversations/")

    assert answer.status_code == 200


def test_the_token_itself_is_not_stored(sheet: dict[str, Any]) -> None:
    token = ApiToken.objects.get()

    assert token.digest == ApiToken.digest_of(sheet["api_token"])


def test_a_changed_password_and_a_revoked_token_are_not_told(demo: MspConnection, manage: Manage) -> None:
    maya = User.objects.get(username="maya")
    maya.set_password("something else")
    maya.save()
    ApiToken.objects.all().delete()

    sheet = json.loads(manage("demo", "--json"))

    passwords = {person["username"]: person["password"] for person in sheet["sign_ins"]}
    assert [name for name, password in passwords.items() if password is None] == ["maya"]
    assert sheet["api_token"] is None


def test_each_installation_has_its_own_identities(settings: LazySettings) -> None:
    mine = (identities.password("maya"), identities.api_token(), identities.msp_id(), identities.msp_secret())

    settings.SECRET_KEY = "another secret of another installation"
    theirs = (identities.password("maya"), identities.api_token(), identities.msp_id(), identities.msp_secret())

    assert not set(mine) & set(theirs)
    assert str(uuid.UUID(identities.msp_id())) == identities.msp_id()


@pytest.fixture
def collected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave static files alone."""
    monkeypatch.setattr(static_files, "collect", lambda: False)


@pytest.mark.usefixtures("collected")
def test_prepare_names_its_phases_and_loads_the_demo(manage: Manage, settings: LazySettings) -> None:
    settings.DEMO = True

    said = manage("prepare")

    assert said.splitlines() == ["Settings", "Database tables", "Static files", "Demo data"]
    assert Conversation.objects.count() == 40


@pytest.mark.usefixtures("collected")
def test_prepare_without_a_demo_leaves_the_installation_empty(manage: Manage, settings: LazySettings) -> None:
    settings.DEMO = False

    said = manage("prepare")

    assert said.splitlines() == ["Settings", "Database tables", "Static files"]
    assert set(counts().values()) == {0}


@pytest.mark.usefixtures("collected")
def test_a_new_port_moves_the_demo_and_nothing_else(
    demo: MspConnection, manage: Manage, settings: LazySettings
) -> None:
    other = MspConnectionFactory.create(gateway_url="http://127.0.0.1:8000/simulator/v1")
    settings.DEMO, settings.BASE_URL = True, "http://127.0.0.1:8123"

    manage("prepare")
    manage("prepare")

    demo.refresh_from_db()
    other.refresh_from_db()
    assert demo.gateway_url == "http://127.0.0.1:8123/simulator/v1"
    assert other.gateway_url == "http://127.0.0.1:8000/simulator/v1"
    assert [provider.webhook_url for provider in Provider.objects.all()] == [
        "http://127.0.0.1:8123/applemessagesforbusiness"
    ]


@pytest.mark.usefixtures("collected")
def test_a_gateway_that_a_person_chose_stays(demo: MspConnection, manage: Manage, settings: LazySettings) -> None:
    MspConnection.objects.update(gateway_url="https://mspgw.push.apple.com/v1")
    settings.DEMO, settings.BASE_URL = True, "http://127.0.0.1:8123"

    manage("prepare")

    demo.refresh_from_db()
    assert demo.gateway_url == "https://mspgw.push.apple.com/v1"


@pytest.fixture
def one_source(settings: LazySettings, tmp_path: Path) -> Path:
    """Return the only static file there is."""
    source = tmp_path / "sources" / "page.css"
    source.parent.mkdir()
    source.write_text("body { color: red }")
    settings.STATICFILES_DIRS = [source.parent]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    return source


def test_static_files_are_collected_when_they_changed(one_source: Path) -> None:
    first = [static_files.collect(), static_files.collect()]

    one_source.write_text("body { color: blue }")
    later = [static_files.collect(), static_files.collect()]

    assert first == [True, False]
    assert later == [True, False]


def test_a_removed_manifest_is_made_again(one_source: Path, settings: LazySettings) -> None:
    static_files.collect()
    (settings.STATIC_ROOT / "staticfiles.json").unlink()

    assert static_files.collect()


def test_a_wrong_setting_stops_the_preparation(db: None, settings: LazySettings) -> None:
    settings.BASE_URL = "chat.example.com"
    out = StringIO()

    with pytest.raises(SystemCheckError, match="BASE_URL is not a web address"):
        call_command("prepare", stdout=out)

    assert out.getvalue() == "Settings\n"
