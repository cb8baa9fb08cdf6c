"""Customers, conversations, messages and files for tests."""

import uuid

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from conversations.models import (
    Attachment,
    Attempt,
    Conversation,
    Customer,
    Delivery,
    Direction,
    Erasure,
    Export,
    InboundReceipt,
    LentData,
    Message,
    MessagePicture,
    Reference,
)
from tests.factories.channels_app import AccountFactory, ChannelInstanceFactory
from tests.factories.richmessages import PictureFactory


class CustomerFactory(DjangoModelFactory[Customer]):
    """A person toward one business."""

    class Meta:
        model = Customer

    account = factory.SubFactory(AccountFactory)
    customer_id = factory.Sequence(lambda n: f"urn:mbid:AQAAY{n:06d}==")
    first_seen_at = factory.LazyFunction(timezone.now)
    last_seen_at = factory.LazyFunction(timezone.now)


class ConversationFactory(DjangoModelFactory[Conversation]):
    """A conversation that waits in its workstream's fallback queue."""

    class Meta:
        model = Conversation

    instance = factory.SubFactory(ChannelInstanceFactory)
    customer = factory.SubFactory(CustomerFactory, account=factory.SelfAttribute("..instance.account"))
    workstream = factory.SelfAttribute("instance.workstream")
    queue = factory.SelfAttribute("workstream.fallback_queue")


class MessageFactory(DjangoModelFactory[Message]):
    """A text from the customer."""

    class Meta:
        model = Message

    conversation = factory.SubFactory(ConversationFactory)
    direction = Direction.IN
    body = factory.Sequence(lambda n: f"Text {n}")


class OutboundFactory(MessageFactory):
    """A text to the customer, written by a program and accepted by Apple."""

    direction = Direction.OUT
    delivery = Delivery.SENT
    due_at = factory.LazyFunction(timezone.now)
    give_up_at = factory.LazyFunction(timezone.now)
    sent_at = factory.LazyFunction(timezone.now)


class AttachmentFactory(DjangoModelFactory[Attachment]):
    """A file that waits to be fetched."""

    class Meta:
        model = Attachment

    message = factory.SubFactory(MessageFactory)
    position = factory.Sequence(int)
    name = "photo.png"
    mime_type = "image/png"
    size = 2048


class AttemptFactory(DjangoModelFactory[Attempt]):
    """A try that Apple accepted."""

    class Meta:
        model = Attempt

    message = factory.SubFactory(OutboundFactory)
    number = 1
    began_at = factory.LazyFunction(timezone.now)
    ended_at = factory.LazyFunction(timezone.now)
    outcome = Delivery.SENT


class ReferenceFactory(DjangoModelFactory[Reference]):
    """Content of a message that is still missing."""

    class Meta:
        model = Reference

    message = factory.SubFactory(MessageFactory)


class MessagePictureFactory(DjangoModelFactory[MessagePicture]):
    """A picture in a message."""

    class Meta:
        model = MessagePicture

    message = factory.SubFactory(MessageFactory)
    picture = factory.SubFactory(PictureFactory)


class LentDataFactory(DjangoModelFactory[LentData]):
    """A reference to large data that Apple has."""

    class Meta:
        model = LentData

    account = factory.SubFactory(AccountFactory)
    digest = factory.Sequence(lambda n: f"{n:064x}")
    reference = factory.LazyFunction(lambda: {"url": "https://content.example/r/9", "owner": "M1f"})
    lent_at = factory.LazyFunction(timezone.now)


class ExportFactory(DjangoModelFactory[Export]):
    """An export that nobody has begun yet."""

    class Meta:
        model = Export

    customer = factory.SubFactory(CustomerFactory)


class ErasureFactory(DjangoModelFactory[Erasure]):
    """The end of a customer, just asked for."""

    class Meta:
        model = Erasure

    customer_number = factory.Sequence(lambda n: 1_000_000 + n)


class InboundReceiptFactory(DjangoModelFactory[InboundReceipt]):
    """A delivery that nobody has applied yet."""

    class Meta:
        model = InboundReceipt

    account = factory.SubFactory(AccountFactory)
    apple_id = factory.LazyFunction(uuid.uuid4)
    customer_id = factory.Sequence(lambda n: f"urn:mbid:AQAAY{n:06d}==")
    body = b"{}"
