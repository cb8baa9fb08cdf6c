"""What is always true of the rows, broken on purpose."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError
from django.utils import timezone

from tests.factories.conversations import (
    AttachmentFactory,
    AttemptFactory,
    ConversationFactory,
    CustomerFactory,
    ErasureFactory,
    ExportFactory,
    InboundReceiptFactory,
    LentDataFactory,
    MessageFactory,
    MessagePictureFactory,
    ReferenceFactory,
)
from tests.factories.workstreams import AgentFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()
OUT: dict[str, Any] = {"direction": "out", "delivery": "queued", "due_at": NOW, "give_up_at": NOW}


BREAKERS: dict[str, Callable[[], Any]] = {
    "one_customer_per_opaque_id_and_account": lambda: _again(CustomerFactory, "account", "customer_id"),
    "one_open_conversation_per_customer": lambda: _again(ConversationFactory, "instance", "customer"),
    "only_a_closed_conversation_has_a_reason": lambda: ConversationFactory.create(close_reason="agent"),
    "an_active_conversation_has_an_agent": lambda: ConversationFactory.create(state="active"),
    "an_open_conversation_has_no_agent": lambda: ConversationFactory.create(agent=AgentFactory.create()),
    "one_receipt_per_message_id": lambda: _again(InboundReceiptFactory, "account", "apple_id"),
    "a_waiting_receipt_is_not_processed": lambda: InboundReceiptFactory.create(processed_at=NOW),
    "a_parked_receipt_says_why": lambda: InboundReceiptFactory.create(state="parked", processed_at=NOW),
    "only_outbound_messages_are_delivered": lambda: MessageFactory.create(delivery="queued"),
    "one_message_in_flight_per_conversation": lambda: _again(
        MessageFactory, "conversation", **OUT | {"delivery": "sending"}
    ),
    "an_outbound_id_is_used_once": lambda: _again(MessageFactory, "apple_id", **OUT),
    "one_message_per_client_key": lambda: _again(MessageFactory, "conversation", "client_key", client_key="k"),
    "a_conversation_is_greeted_and_surveyed_once": lambda: _again(
        MessageFactory, "conversation", is_automated=True, trigger="survey"
    ),
    "only_automated_messages_have_a_trigger": lambda: MessageFactory.create(trigger="greeting"),
    "an_erased_message_says_nothing": lambda: MessageFactory.create(erased_at=NOW),
    "a_link_leaves_with_what_it_shows": lambda: MessageFactory.create(
        **OUT | {"delivery": "sending", "kind": "rich_link"}
    ),
    "one_reference_for_the_same_data_of_an_account": lambda: _again(LentDataFactory, "account", "digest"),
    "a_message_names_a_picture_once": lambda: _again(MessagePictureFactory, "message", "picture"),
    "one_export_at_a_time": lambda: _again(ExportFactory, "customer"),
    "a_ready_export_expires": lambda: ExportFactory.create(state="done"),
    "a_finished_erasure_names_nobody": lambda: ErasureFactory.create(customer_id="urn:mbid:x", finished_at=NOW),
    "one_row_per_attempt": lambda: _again(AttemptFactory, "message", "number"),
    "an_attempt_has_an_outcome": lambda: AttemptFactory.create(outcome="sending"),
    "a_sent_message_has_a_time": lambda: MessageFactory.create(**OUT | {"delivery": "sent"}),
    "attachment_that_is_missing_says_why": lambda: AttachmentFactory.create(state="refused"),
    "one_attachment_per_position": lambda: _again(AttachmentFactory, "message", "position"),
    "a_stored_attachment_has_a_file": lambda: AttachmentFactory.create(state="stored"),
    "reference_that_is_missing_says_why": lambda: ReferenceFactory.create(state="failed"),
}


def _again(factory: Any, *shared: str, **columns: Any) -> None:
    first = factory.create(**columns)
    factory.create(**columns | {name: getattr(first, name) for name in shared})


@pytest.mark.parametrize("name", BREAKERS)
def test_no_row_breaks_what_is_always_true(name: str) -> None:
    with pytest.raises(IntegrityError, match=name):
        BREAKERS[name]()


def test_every_constraint_is_broken_by_a_test() -> None:
    models = apps.get_app_config("conversations").get_models()
    declared = {constraint.name for model in models for constraint in model._meta.constraints}

    assert declared == set(BREAKERS)
