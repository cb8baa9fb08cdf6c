"""Rich messages and their answers when a customer is exported, and when words are removed."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from conversations.models import Conversation, Kind
from conversations.privacy import retention
from conversations.privacy.erase import erase
from conversations.privacy.months import months_before
from richmessages.models import Picture
from tests.conversations.privacy.conftest import MARK, everywhere
from tests.conversations.privacy.test_export import archive_of
from tests.factories.conversations import ConversationFactory, MessageFactory, OutboundFactory
from tests.factories.richmessages import PictureFactory
from tests.factories.workstreams import ApiTokenFactory
from tests.portal.visitors import visitor
from workstreams.models import Agent
from workstreams.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def picture() -> Picture:
    """A picture that was sent."""
    made: Picture = PictureFactory.create()
    return made


@pytest.fixture
def conversation(picture: Picture) -> Conversation:
    """A list with a picture, tailored to a customer, and what was chosen, fourteen months ago."""
    at = months_before(timezone.now(), 14)
    conversation: Conversation = ConversationFactory.create(opened_at=at, last_message_at=at, preview=MARK)
    items = [{"identifier": "0.0", "title": MARK, "imageIdentifier": picture.digest}]
    data = {"requestIdentifier": "r1", "listPicker": {"sections": [{"title": "Jam", "items": items}]}}
    images = [{"identifier": picture.digest, "data": f"picture:{picture.digest}"}]
    said = {"conversation": conversation, "kind": Kind.INTERACTIVE, "body": MARK, "created_at": at}
    OutboundFactory.create(
        **said, payload={"data": data | {"images": images}, "receivedMessage": {"title": MARK}}, sent_at=at
    )
    MessageFactory.create(**said, payload={"data": data})
    return conversation


def test_an_export_names_pictures_and_does_not_hold_them(
    conversation: Conversation, picture: Picture, tmp_path: Path
) -> None:
    document = json.loads(archive_of(conversation.customer, tmp_path).read("customer.json"))

    sent, chosen = document["conversations"][0]["messages"]
    assert sent["content"]["data"]["images"] == [{"identifier": picture.digest, "data": f"picture:{picture.digest}"}]
    assert (sent["text"], chosen["text"]) == (MARK, MARK)
    assert chosen["content"]["data"]["listPicker"]["sections"][0]["items"][0]["title"] == MARK


def test_erasing_a_customer_leaves_no_word_and_the_companys_picture(
    conversation: Conversation, picture: Picture
) -> None:
    erase(conversation.customer, by=None)

    assert everywhere() == []
    assert Picture.objects.get() == picture


def test_what_retention_took_is_neither_drawn_nor_told(conversation: Conversation) -> None:
    retention.remove_expired()
    person, program = visitor(Role.SUPERVISOR), visitor(Role.API_ACCESS)
    Agent.objects.create(user=person.user, name="Sam")
    token = ApiTokenFactory.create(user=program.user)
    headers: Any = {"Authorization": f"Bearer oc_{int(token.name.split()[1])}"}

    page = person.client.get(f"/console/conversations/{conversation.pk}/").content.decode()
    told = Client().get(f"/api/v1/conversations/{conversation.pk}/messages/", headers=headers).json()["results"]

    assert everywhere() == []
    assert page.count("Removed after 14 months") == 2
    assert 'class="device-message' not in page
    assert [(each["answer"], each["request_identifier"], each["text"]) for each in told] == [(None, None, "")] * 2
