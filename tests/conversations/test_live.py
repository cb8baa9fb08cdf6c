"""A console that comes back misses nothing, whatever the order of commits."""

import threading

import pytest
from django.db import connection, transaction

from conversations import live
from conversations.models import Conversation
from tests.factories.conversations import ConversationFactory

pytestmark = pytest.mark.django_db(transaction=True)


def change(conversation: Conversation) -> None:
    """Change a conversation in a transaction of its own."""
    with transaction.atomic():
        live.changed(conversation)


def changed_since(position: int) -> list[int]:
    """Ids of what changed from a position on."""
    return [event["conversation"] for event in live.changed_since(position, limit=None)]


def test_what_changed_after_a_position_is_found_from_it() -> None:
    conversation = ConversationFactory.create()
    position = live.position()

    change(conversation)

    assert conversation.pk in changed_since(position)


def test_a_number_from_a_server_that_counted_further_is_no_news_until_something_changes() -> None:
    restored = ConversationFactory.create(revision=2**60)
    position = live.position()
    before = changed_since(position)

    change(restored)

    assert (before, changed_since(position)) == ([], [restored.pk])


def test_a_change_that_commits_late_is_not_missed() -> None:
    slow, quick = ConversationFactory.create_batch(2)
    begun, may_end = threading.Event(), threading.Event()

    def change_slowly() -> None:
        with transaction.atomic():
            live.changed(slow)
            begun.set()
            may_end.wait()
        connection.close()

    thread = threading.Thread(target=change_slowly)
    thread.start()
    begun.wait()
    change(quick)
    position = live.position()
    may_end.set()
    thread.join()

    assert slow.pk in changed_since(position)
