"""Rich messages on their way to the phone: what goes out, and what is refused with a reason."""

import base64
from typing import Any

import pytest

from conversations.models import Conversation, Customer
from conversations.outbound.send_rich import send_rich
from conversations.refusals import CannotSend
from tests.factories.richmessages import PNG, PictureSourceFactory, RichMessageFactory
from tests.factories.workstreams import WorkstreamFactory
from tests.portal_of import Portal
from tests.richmessages.content import complete
from tests.simulator.apple import FakePhone


@pytest.fixture
def conversation(portal: Portal, phone: FakePhone) -> Conversation:
    """A conversation whose device shows everything."""
    Customer.objects.update(capabilities=["LIST", "QUICK", "TIME", "FORM"], locale="en_GB")
    return portal.conversation(phone)


def shown(phone: FakePhone) -> Any:
    """Return what the newest bubble on the phone holds."""
    return phone.shown[-1].payload


def test_an_agent_sends_a_suggested_reply(portal: Portal, phone: FakePhone, conversation: Conversation) -> None:
    message = send_rich(conversation, RichMessageFactory(), by=portal.agent)
    portal.send()

    conversation.refresh_from_db()
    assert conversation.preview == "Monday · Tuesday"
    assert shown(phone)["data"]["quick-reply"] == {
        "summaryText": "Your choice",
        "items": [{"identifier": "0", "title": "Monday"}, {"identifier": "1", "title": "Tuesday"}],
    }
    assert message.payload
    assert message.payload["data"]["requestIdentifier"]


def test_pictures_travel_whole_and_are_kept_by_name(
    portal: Portal, phone: FakePhone, conversation: Conversation
) -> None:
    source = PictureSourceFactory()
    sections = [{"title": "Repairs", "options": [{"title": "Brakes", "image_url": source.url}]}]
    rich = RichMessageFactory(kind="list_picker", content={"title": "Which?", "sections": sections})

    message = send_rich(conversation, rich, by=portal.agent)
    portal.send()

    digest = source.picture.digest
    assert message.payload
    assert message.payload["data"]["images"] == [{"identifier": digest, "data": f"picture:{digest}"}]
    assert shown(phone)["data"]["images"] == [{"identifier": digest, "data": base64.b64encode(PNG).decode()}]


def test_a_device_that_cannot_show_it_is_a_reason_for_agents_and_words_for_programs(
    portal: Portal, phone: FakePhone, conversation: Conversation
) -> None:
    Customer.objects.update(capabilities=[])
    conversation.customer.refresh_from_db()
    rich = RichMessageFactory()

    with pytest.raises(CannotSend, match="device cannot show"):
        send_rich(conversation, rich, by=portal.agent)
    assert send_rich(conversation, rich, by=None).body == "Monday\nTuesday"


@pytest.mark.parametrize(
    ("locale", "day"),
    [("de-DE", "5. März 2031"), ("zh-CN", "2031年3月5日"), ("zh-TW", "2031年3月5日"), ("sr-Latn-CS", "5. mart 2031.")],
)
def test_words_for_a_device_that_cannot_show_it_tell_days_in_the_messages_language(
    portal: Portal, conversation: Conversation, locale: str, day: str
) -> None:
    Customer.objects.update(capabilities=[], locale=locale)
    conversation.customer.refresh_from_db()
    content = complete("time_picker") | {"image_url": "", "days": [{"date": "2031-03-05", "times": ["09:00"]}]}
    rich = RichMessageFactory(kind="time_picker", locale=locale, content=content)

    assert f"{day}: 09:00" in send_rich(conversation, rich, by=None).body


def test_what_is_tied_to_another_workstream_is_not_on_offer(portal: Portal, conversation: Conversation) -> None:
    rich = RichMessageFactory()
    WorkstreamFactory().rich_messages.add(rich)

    with pytest.raises(CannotSend, match="offered in other workstreams only"):
        send_rich(conversation, rich, by=portal.agent)


def test_what_is_in_another_language_is_not_on_offer(portal: Portal, conversation: Conversation) -> None:
    with pytest.raises(CannotSend, match="is in German"):
        send_rich(conversation, RichMessageFactory(locale="de-DE"), by=portal.agent)


def test_changes_are_used_once(portal: Portal, phone: FakePhone, conversation: Conversation) -> None:
    rich = RichMessageFactory(is_configurable=True)

    send_rich(conversation, rich, by=portal.agent, changes={"options.0": "Wednesday"})
    portal.send()

    rich.refresh_from_db()
    assert shown(phone)["data"]["quick-reply"]["items"][0]["title"] == "Wednesday"
    assert rich.content["options"] == ["Monday", "Tuesday"]


@pytest.mark.parametrize(
    ("is_configurable", "changes", "reason"),
    [
        (False, {"summary": "x"}, "sent as it is"),
        (True, {"kind": "x"}, "cannot be changed"),
        (True, {"options.0": ""}, "Fill this in"),
        (True, {"options.7": "x"}, "cannot be changed"),
    ],
)
def test_changes_that_are_not_allowed_are_refused(
    portal: Portal, conversation: Conversation, is_configurable: bool, changes: dict[str, str], reason: str
) -> None:
    rich = RichMessageFactory(is_configurable=is_configurable)

    with pytest.raises(CannotSend, match=reason):
        send_rich(conversation, rich, by=portal.agent, changes=changes)
