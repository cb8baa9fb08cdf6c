"""Rich messages and their answers in the ledger: their shape, and never their words or pictures."""

from typing import Any

import pytest

from conversations.ledger.details import of_message, of_receipt
from conversations.models import Conversation, Customer, InboundReceipt
from conversations.outbound.send_rich import send_rich
from tests.factories.richmessages import PictureSourceFactory, RichMessageFactory
from tests.portal_of import Portal
from tests.richmessages.content import golden
from tests.simulator.apple import FakePhone


@pytest.fixture
def conversation(portal: Portal, phone: FakePhone) -> Conversation:
    """A conversation whose device shows lists."""
    Customer.objects.update(capabilities=["LIST"], locale="en_GB")
    return portal.conversation(phone)


def test_what_was_sent_is_shown_without_words_and_pictures(portal: Portal, conversation: Conversation, rf: Any) -> None:
    sections = [{"title": "Marmalade", "options": [{"title": "Orange", "image_url": PictureSourceFactory().url}]}]
    rich = RichMessageFactory(kind="list_picker", content={"title": "Breakfast?", "sections": sections})

    sent = send_rich(conversation, rich, by=portal.agent)
    detail = of_message(sent, portal.agent.user)

    assert detail.envelope
    assert '"listPicker"' in detail.envelope.shape
    assert not any(word in detail.envelope.shape for word in ("Marmalade", "Orange", "Breakfast", "picture:", "iVBOR"))


def test_a_hidden_answer_is_shown_without_its_words(
    portal: Portal, phone: FakePhone, conversation: Conversation
) -> None:
    payload = golden("form", "answer")
    payload["data"]["dynamic"]["private"] = True
    phone.answer(payload)
    portal.receive()

    detail = of_receipt(InboundReceipt.objects.latest("pk"), portal.agent.user)

    assert detail.message
    assert detail.message.body == "Form submitted"
    assert '"selections"' in detail.envelope.shape
    assert not any(word in detail.envelope.shape for word in ("ebike", "E-bike", "123456", "Motor"))
