"""The description of our REST is valid, complete, and the one in the manual."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from openapi_spec_validator import validate
from rest_framework.test import APIClient

from conversations.api import urls
from conversations.models import Conversation, Kind
from tests.factories.conversations import AttachmentFactory, MessageFactory
from tests.factories.richmessages import RichMessageFactory
from tests.richmessages.content import golden

DOCUMENT = Path(settings.BASE_DIR, "docs", "openapi.yaml")


@pytest.fixture
def schema(client: Client) -> dict[str, Any]:
    """The description as it is served."""
    return dict(yaml.safe_load(client.get("/api/schema/").content))


def test_the_schema_is_valid_openapi(schema: dict[str, Any]) -> None:
    validate(schema)

    assert schema["openapi"].startswith("3.1")


def test_the_schema_is_served_as_json_too(client: Client, schema: dict[str, Any]) -> None:
    answer = client.get("/api/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})

    assert json.loads(answer.content) == schema


def test_the_file_among_the_documents_is_current(tmp_path: Path) -> None:
    fresh = tmp_path / "openapi.yaml"

    call_command("spectacular", "--file", str(fresh), "--validate", "--fail-on-warn")

    assert fresh.read_text() == DOCUMENT.read_text(), "run: manage.py spectacular --file docs/openapi.yaml"


def test_every_address_is_described_and_no_other(schema: dict[str, Any]) -> None:
    ours = {str(each.pattern) for each in urls.urlpatterns if str(each.pattern).startswith("v1/")}

    assert set(schema["paths"]) == {f"/api/{each.replace('<int:', '{').replace('>', '}')}" for each in ours}


def test_every_operation_has_a_name_a_sentence_and_its_refusals(schema: dict[str, Any]) -> None:
    for path in schema["paths"].values():
        for operation in path.values():
            assert operation["operationId"].replace("_", "").isalpha()
            assert operation["summary"]
            assert operation["description"]
            assert operation["security"] == [{"token": []}]
            assert {"400", "401", "429"} <= set(operation["responses"])
            faults = [answer for status, answer in operation["responses"].items() if status >= "400"]
            assert {media for fault in faults for media in fault["content"]} == {"application/problem+json"}


def test_the_list_names_its_parameters(schema: dict[str, Any]) -> None:
    parameters = schema["paths"]["/api/v1/conversations/"]["get"]["parameters"]

    assert {each["name"] for each in parameters} == {"account", "cursor", "customer", "page_size", "queue", "state"}


def test_what_is_answered_is_what_is_described(
    program: APIClient, conversation: Conversation, schema: dict[str, Any]
) -> None:
    AttachmentFactory.create(message=MessageFactory.create(conversation=conversation))
    shapes = schema["components"]["schemas"]

    shown = program.get(f"/api/v1/conversations/{conversation.pk}/").json()
    message = program.get(f"/api/v1/conversations/{conversation.pk}/messages/").json()["results"][0]

    assert set(shown) == set(shapes["Conversation"]["properties"]) == set(shapes["Conversation"]["required"])
    assert set(message) == set(shapes["Message"]["properties"]) == set(shapes["Message"]["required"])
    assert set(message["attachments"][0]) == set(shapes["Attachment"]["properties"])


def test_rich_messages_and_answers_are_what_is_described(
    program: APIClient, conversation: Conversation, schema: dict[str, Any]
) -> None:
    rich = RichMessageFactory.create()
    answered = MessageFactory.create(
        conversation=conversation, kind=Kind.INTERACTIVE, payload=golden("form", "answer"), body="ebike"
    )
    shapes = schema["components"]["schemas"]

    shown = program.get(f"/api/v1/rich-messages/{rich.pk}/").json()
    answer = program.get(f"/api/v1/messages/{answered.pk}/").json()["answer"]

    assert set(shown) == set(shapes["RichMessage"]["properties"]) == set(shapes["RichMessage"]["required"])
    assert set(answer) == set(shapes["Answer"]["properties"])
    assert set(answer["lines"][0]) == set(shapes["AnswerLine"]["properties"])
