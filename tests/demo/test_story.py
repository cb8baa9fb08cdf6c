"""The conversations of the demo look as if they had really happened."""

from collections import Counter

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from channels_app.models import MspConnection
from conversations.models import (
    Attachment,
    Conversation,
    Customer,
    Delivery,
    Direction,
    Fetch,
    InboundReceipt,
    Kind,
    Message,
    ReceiptState,
    State,
)
from omnichannel import amb
from omnichannel.demo.artwork import FILES
from omnichannel.demo.story import TALES
from omnichannel.demo.telling import Voice
from simulator.models import Phone, PhoneMessage, StoredFile
from simulator.services import storage
from simulator.services.devices import look_at
from workstreams.models import Agent

pytestmark = pytest.mark.usefixtures("demo")


def test_forty_conversations_stand_in_every_state() -> None:
    states = Counter(Conversation.objects.values_list("state", "close_reason"))

    assert states == {
        (State.OPEN, ""): 7,
        (State.ACTIVE, ""): 13,
        (State.WAITING, ""): 4,
        (State.WRAP_UP, ""): 3,
        (State.CLOSED, "agent"): 8,
        (State.CLOSED, "customer_left"): 3,
        (State.CLOSED, "api"): 2,
    }


def test_messages_stand_in_every_state_that_lasts() -> None:
    sent = Counter(Message.objects.filter(direction=Direction.OUT).values_list("delivery", flat=True))

    assert set(sent) == {Delivery.SENT, Delivery.FAILED, Delivery.UNKNOWN}
    assert Message.objects.filter(delivery=Delivery.FAILED, failure_status=500).exists()
    assert not Message.objects.filter(delivery__in=[Delivery.FAILED, Delivery.UNKNOWN], failure_reason="").exists()


def test_customers_react_and_send_what_we_do_not_know() -> None:
    kinds = set(Message.objects.filter(direction=Direction.IN).values_list("kind", flat=True))

    assert kinds == {Kind.TEXT, Kind.REACTION, Kind.UNSUPPORTED}


def test_every_reaction_hangs_on_the_message_that_it_names() -> None:
    for reaction in Message.objects.filter(kind=Kind.REACTION).select_related("reaction_to"):
        said = amb.parse_reaction(reaction.body)
        assert said
        assert reaction.reaction_to
        assert said.target_text in (reaction.reaction_to.body, None)
        assert reaction.payload == {"reaction": said.emoji or said.kind}


def test_some_customers_come_back() -> None:
    conversations = Counter(Conversation.objects.values_list("customer", flat=True))

    assert sorted(conversations.values())[-3:] == [2, 2, 2]
    assert Customer.objects.count() == 37


def test_times_follow_each_other_and_end_now() -> None:
    now = timezone.now()

    for conversation in Conversation.objects.prefetch_related("messages"):
        times = [message.created_at for message in conversation.messages.order_by("pk")]
        assert times == sorted(times)
        assert times[-1] <= now
        assert conversation.opened_at == times[0]
        assert conversation.closed_at in (None, times[-1])


def test_customers_were_last_seen_with_their_last_delivery() -> None:
    seen = dict(Customer.objects.values_list("customer_id", "last_seen_at"))
    delivered = dict(InboundReceipt.objects.order_by("pk").values_list("customer_id", "received_at"))

    assert seen == delivered


def test_lists_show_the_last_message_of_each_conversation() -> None:
    for conversation in Conversation.objects.all():
        last = conversation.messages.exclude(direction=Direction.NOTE).order_by("-pk")[0]
        words = " ".join(last.body.split()) or last.attachments.all()[0].name
        assert (conversation.preview, conversation.last_message_at) == (words[:120], last.created_at)


def test_nobody_has_read_what_waits() -> None:
    for conversation in Conversation.objects.waiting_for_an_agent():
        assert conversation.unread == conversation.messages.filter(direction=Direction.IN).count()


def test_every_agent_serves_the_queue_of_their_conversations() -> None:
    strangers = [
        conversation
        for conversation in Conversation.objects.exclude(agent=None).select_related("agent")
        if conversation.agent and not conversation.agent.queues.filter(pk=conversation.queue_id).exists()
    ]

    assert strangers == []


def test_every_inbound_message_has_its_delivery_as_apple_sent_it() -> None:
    messages = Message.objects.filter(direction=Direction.IN).select_related("receipt", "conversation__customer")
    account_ids = dict(Conversation.objects.values_list("pk", "instance__account__business_id"))

    for message in messages:
        assert message.receipt
        wire = amb.decode(bytes(message.receipt.body))
        assert (wire.id, wire.source_id) == (str(message.apple_id), message.conversation.customer.customer_id)
        assert wire.destination_id == account_ids[message.conversation_id]
        assert message.receipt.state == ReceiptState.DONE
        if isinstance(wire, amb.TextMessage):
            assert amb.split_placeholders(wire.body, wire.attachments)[0] == message.body
        else:
            assert (message.kind, message.body) == (Kind.UNSUPPORTED, wire.type)


def test_those_who_left_said_so() -> None:
    left = Customer.objects.exclude(left_at=None)

    for customer in left:
        receipt = InboundReceipt.objects.filter(customer_id=customer.customer_id).latest("pk")
        assert isinstance(amb.decode(bytes(receipt.body)), amb.Close)
    assert left.count() == 3


def test_files_are_stored_with_previews_and_one_was_refused() -> None:
    states = Counter(Attachment.objects.values_list("message__direction", "state"))

    assert states[Direction.IN, Fetch.STORED] >= 2
    assert states[Direction.OUT, Fetch.STORED] >= 2
    assert states[Direction.IN, Fetch.REFUSED] == 1
    for attachment in Attachment.objects.filter(state=Fetch.STORED):
        with attachment.file.open("rb") as file:
            assert file.read() == FILES[attachment.name].content()
        assert bool(attachment.preview) == attachment.mime_type.startswith("image/")


def test_apples_storage_opens_with_the_keys_of_the_files() -> None:
    stored = {file.url: file for file in StoredFile.objects.all()}

    for attachment in Attachment.objects.exclude(url=""):
        content = b"".join(storage.decrypted(stored[attachment.url], attachment.key))
        assert content == FILES[attachment.name].content()
        assert stored[attachment.url].signature_base64 == attachment.signature_base64


def test_every_customers_phone_shows_what_was_written() -> None:
    for customer in Customer.objects.all():
        phone = Phone.objects.get(opaque_id=customer.customer_id)
        reached = Message.objects.filter(conversation__customer=customer).exclude(direction=Direction.NOTE)
        expected = reached.exclude(delivery=Delivery.FAILED).order_by("pk")
        shown = PhoneMessage.objects.filter(phone=phone).order_by("pk")
        assert [each.apple_id for each in shown] == [each.apple_id for each in expected]
        assert phone.is_closed == (customer.left_at is not None)
        assert not (phone.is_closed and shown.filter(is_hidden=False).exists())


def test_phones_hang_reactions_and_show_files() -> None:
    reactions = PhoneMessage.objects.exclude(reaction="")
    files = [file for message in PhoneMessage.objects.all() for file in message.attachments.all()]

    assert reactions.count() == Message.objects.filter(kind=Kind.REACTION).count()
    assert not reactions.filter(reaction_to=None).exists()
    assert len(files) == Attachment.objects.exclude(message__delivery=Delivery.FAILED).count()
    for file in files:
        assert file.message.body.count(amb.PLACEHOLDER) == file.message.attachments.count()
        seen = look_at(file.file, file.key_text, file.mime_type)
        assert (file.image_type, file.is_broken) == (seen.image_type, seen.is_broken)


def test_the_story_names_only_people_who_work_there(demo: MspConnection) -> None:
    agents = {agent.user.username for agent in Agent.objects.select_related("user")}

    assert {tale.agent for tale in TALES if tale.agent} <= agents
    assert all(tale.agent for tale in TALES if any(line.voice == Voice.AGENT for line in tale.lines))


def test_no_loaded_row_has_a_file_that_is_missing() -> None:
    names = [str(attachment.preview.name) for attachment in Attachment.objects.exclude(preview="")]

    assert all(default_storage.exists(name) for name in names)
