"""What people and programs see of content that is gone."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from conversations.models import Conversation
from conversations.privacy import retention
from conversations.privacy.months import months_before
from tests.conversations.privacy.conftest import MARK, Told
from tests.factories.workstreams import ApiTokenFactory
from tests.portal.visitors import visitor
from workstreams.models import Agent
from workstreams.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def emptied(tell: Told) -> Conversation:
    """A conversation of which retention took every word."""
    conversation = tell(months_before(timezone.now(), 13) - datetime.timedelta(hours=3))
    retention.remove_expired()
    return conversation


def test_the_console_says_quietly_that_words_and_files_were_removed(emptied: Conversation) -> None:
    person = visitor(Role.SUPERVISOR)
    Agent.objects.create(user=person.user, name="Sam")

    page = person.client.get(f"/console/conversations/{emptied.pk}/").content.decode()

    assert page.count("Removed after 13 months") == 2
    assert page.count("File removed") == 2
    assert "text/plain" in page
    assert MARK not in page


def test_programs_read_an_empty_text_and_when_it_was_emptied(emptied: Conversation) -> None:
    person = visitor(Role.API_ACCESS)
    token = ApiTokenFactory.create(user=person.user)
    headers: Any = {"Authorization": f"Bearer oc_{int(token.name.split()[1])}"}

    answer = Client().get(f"/api/v1/conversations/{emptied.pk}/messages/", headers=headers)

    said = [message for message in answer.json()["results"] if message["direction"] != "note"]
    assert [message["text"] for message in said] == ["", "", ""]
    assert all(message["erased_at"] for message in said)
    assert {file["state"] for message in said for file in message["attachments"]} == {"removed"}
    assert MARK not in answer.content.decode()
